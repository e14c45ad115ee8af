import CareJSON
import CareModel
import EngineHost
import HTTPTypes
import JSONText

/// Who one is, and the page's sign-in.
struct SessionRoutes: Sendable {
  let ports: ConsolePorts
  let settings: ConsoleSettings
  let authenticator: Authenticator

  var routes: [Route] {
    [
      .get(
        "/api/v1/me", Account.Role.allCases,
        RouteDescription(
          operation: "readMe", summary: "The account that asks, and the server's time.", answer: .reference("Me")), me),
      .post(
        "/session", nil,
        RouteDescription(
          operation: "signIn", summary: "Exchanges a token for a session cookie.", body: .reference("SignIn"),
          status: 204), signIn),
      Route(
        method: .delete, path: "/session", roles: nil,
        description: RouteDescription(
          operation: "signOut", summary: "Takes the session cookie away.", status: 204), handle: signOut),
    ]
  }

  @Sendable private func me(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let account = try request.account()
    return .object { object in
      object.member("account", account.name)
      object.member("role", account.role)
      object.member("staff", account.staff)
      object.member("staffName", account.staff.flatMap(ports.openWork.staffName))
      object.member("districts", districts: account.districts)
      object.member("language", settings.language)
      object.member("now", ports.now())
    }
  }

  @Sendable private func signIn(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let token = try request.read { body throws(CareJSONError) in
      try body.text("token", maximumBytes: Authenticator.maximumTokenBytes)
    }
    guard try await authenticator.account(token: token) != nil else { throw Problem.signInNeeded }
    return cookie(token)
  }

  @Sendable private func signOut(_ request: APIRequest) async throws(Problem) -> APIResponse { cookie(nil) }

  private func cookie(_ token: String?) -> APIResponse {
    let value = Session.cookie(token: token, isSecure: settings.isCookieSecure)
    return APIResponse(status: 204, headers: [.setCookie: value])
  }
}
