import CareModel
import EngineHost
import FHIR
import FeedSession
import HTTPTypes

/// Admission notifications of hospitals in FHIR R4 (interfaces page, section 4); every error is an OperationOutcome.
struct FHIRRoutes: Sendable {
  let ports: ConsolePorts

  var routes: [Route] {
    [
      Route(method: .get, path: "/fhir/metadata", roles: nil, tell: Self.tell, handle: capabilities),
      feed(.post, "/fhir", .bundle), feed(.post, "/fhir/$process-message", .processMessage),
      feed(.post, "/fhir/%24process-message", .processMessage), feed(.post, "/fhir/Encounter", .createEncounter),
      feed(.put, "/fhir/Encounter/{id}", nil),
    ]
  }

  /// - Parameter interaction: nil = the update of the Encounter in the path.
  private func feed(_ method: HTTPRequest.Method, _ path: String, _ interaction: FHIRInteraction?) -> Route {
    Route(method: method, path: path, roles: [.hospital], tell: Self.tell) { request async throws(Problem) in
      let account = try request.account()
      if let interaction { return await receive(request, interaction, account) }
      return await receive(request, .updateEncounter(id: try request.parameter("id")), account)
    }
  }

  private func receive(
    _ request: APIRequest, _ interaction: FHIRInteraction, _ account: Account
  ) async -> APIResponse {
    guard let code = account.sender else { return Self.answer(FHIRIntake.encode(refusal: .notAHospital)) }
    let decoded = ports.fhir.decode(
      FHIRRequest(
        interaction: interaction, contentType: request.headers[.contentType], body: request.body,
        principal: .hospital(code: code)))
    switch decoded {
    case .refusal(let refusal): return Self.answer(FHIRIntake.encode(refusal: refusal))
    case .signals(let signals, let answer):
      let outcomes = await ports.engine.deliver(signals)
      return Self.answer(FHIRIntake.encode(outcomes: outcomes, answer: answer))
    }
  }

  @Sendable private func capabilities(_ request: APIRequest) async throws(Problem) -> APIResponse {
    Self.answer(FHIRIntake.capabilities(softwareVersion: "", publishedAt: ports.now()))
  }

  /// A problem as FHIR tells it; nil where the API's own way serves as well.
  @Sendable private static func tell(_ problem: Problem) -> APIResponse? {
    switch problem.status {
    case 401: answer(FHIRIntake.encode(refusal: .notAuthenticated))
    case 403: answer(FHIRIntake.encode(refusal: .notAHospital))
    case 413: answer(FHIRIntake.encode(refusal: .tooLarge(maximumBytes: ConsoleSettings.maximumBodyBytes)))
    case 503: answer(FHIRIntake.encode(outcomes: [.unavailable]))
    default: nil
    }
  }

  private static func answer(_ response: FHIRResponse) -> APIResponse {
    var headers: HTTPFields = [.contentType: response.contentType]
    if let seconds = response.retryAfterSeconds { headers[.retryAfter] = String(seconds) }
    if let allow = response.allow { headers[.allow] = allow }
    if response.status == 401 { headers[.wwwAuthenticate] = "Bearer" }
    return APIResponse(status: response.status, headers: headers, body: .bytes(response.body))
  }
}
