import CareJSON
import CareModel
import Crypto
import EngineHost
import HTTPTypes
import JSONText

/// The rules: versions, what a candidate would do, putting one in force and going back; and why an alert is as it is.
struct RuleRoutes: Sendable {
  let ports: ConsolePorts
  let desk: Desk

  /// Who puts rules in force, and whose word counts as the second signature.
  static let roles: [Account.Role] = [.supervisor, .administrator]
  /// Longest text of rules, in bytes: what a body of 1 MiB can carry.
  static let maximumTextBytes = 900_000
  /// How far back a candidate is compared when nobody says.
  static let usualHours = 24 * 30

  var routes: [Route] {
    [
      .get(
        "/api/v1/rulesets", .watchers,
        RouteDescription(
          operation: "listRules", summary: "Versions of the rules, the one in force first.",
          query: [.limit, .cursor], answer: .page(of: "RuleVersion")), list),
      .get(
        "/api/v1/rulesets/{version}", .watchers,
        RouteDescription(
          operation: "readRules", summary: "One version with its text.", answer: .reference("RuleVersion")), read),
      post("check", "checkRules", "Everything that is wrong with a text, its cost and its tests.", "RuleText", check),
      post("diff", "compareRules", "What a text would do to stored signals.", "RuleDiff", diff),
      post("activate", "activateRules", "Puts a text in force, at once.", "RuleActivation", activate),
      post("rollback", "rollbackRules", "Puts an older version in force again.", "RuleRollback", rollback),
      .get(
        "/api/v1/alerts/{id}/explanation", .watchers,
        RouteDescription(
          operation: "explainAlert", summary: "What each rule said, which policy was followed and who was asked.",
          query: [.init("lang", .word(["zh", "en"]))], answer: .anything), explain),
    ]
  }

  private func post(
    _ name: String, _ operation: String, _ summary: String, _ body: String, _ handle: @escaping Route.Handler
  ) -> Route {
    .post(
      "/api/v1/rulesets/" + name, Self.roles,
      RouteDescription(operation: operation, summary: summary, body: .reference(body), answer: .anything), handle)
  }

  @Sendable private func list(_ request: APIRequest) async throws(Problem) -> APIResponse {
    var before: Int32?
    if let cursor = request.query["cursor"] {
      guard let number = Int32(cursor) else { throw Problem.badCursor }
      before = number
    }
    return try await answer(.list(before: before, limit: try request.limit()))
  }

  @Sendable private func read(_ request: APIRequest) async throws(Problem) -> APIResponse {
    guard let version = Int32(try request.parameter("version")) else { throw Problem.notFound }
    return try await answer(.read(version))
  }

  @Sendable private func check(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let text = try request.read { body throws(CareJSONError) in
      try body.text("text", maximumBytes: Self.maximumTextBytes)
    }
    return try await answer(.check(text))
  }

  @Sendable private func diff(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let (text, hours) = try request.read { body throws(CareJSONError) in
      (
        try body.text("text", maximumBytes: Self.maximumTextBytes),
        try body.intOrNil("sinceHours", in: 1...24 * 31) ?? Self.usualHours
      )
    }
    return try await answer(.diff(text, since: .hours(hours)))
  }

  @Sendable private func activate(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let by = try request.account().name
    let (text, reason, token) = try request.read { body throws(CareJSONError) in
      (
        try body.text("text", maximumBytes: Self.maximumTextBytes),
        try body.textOrNil("reason", maximumBytes: 1024),
        try body.textOrNil("secondToken", maximumBytes: Authenticator.maximumTokenBytes)
      )
    }
    let second = try await signer(token)
    return try await answer(.activate(text, by: by, second: second, reason: reason))
  }

  @Sendable private func rollback(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let by = try request.account().name
    let (version, token) = try request.readIfAny { body throws(CareJSONError) in
      (
        try body.intOrNil("version", in: 1...Int(Int32.max)),
        try body.textOrNil("secondToken", maximumBytes: Authenticator.maximumTokenBytes)
      )
    }
    let second = try await signer(token)
    return try await answer(.rollback(version.map { Int32(clamping: $0) }, by: by, second: second))
  }

  @Sendable private func explain(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let id = try await desk.alertID(request)
    switch request.query["lang"] {
    case nil, "zh": return try await answer(.explain(id, isChinese: true))
    case "en": return try await answer(.explain(id, isChinese: false))
    default: throw Problem(400, "badQuery", "`lang` is zh or en.", field: "lang")
    }
  }

  /// The second person, by a token of their own.
  private func signer(_ token: String?) async throws(Problem) -> String? {
    guard let token else { return nil }
    let digest = Array(SHA256.hash(data: Array(token.utf8)))
    let account = try await desk.stored { () async throws(StoreProblem) in
      try await ports.register.account(tokenDigest: digest, now: ports.now())
    }
    guard let account, Self.roles.contains(account.role) else {
      throw .invalid("secondToken", "The second signature is a supervisor's or an administrator's own token.")
    }
    return account.name
  }

  private func answer(_ request: RuleRequest) async throws(Problem) -> APIResponse {
    guard let rules = ports.rules else { throw Problem.notFound }
    let answer = await rules.answer(request)
    var response = APIResponse.json(answer.json, status: answer.status)
    if answer.status >= 400 { response.headers[.contentType] = "application/problem+json" }
    return response
  }
}
