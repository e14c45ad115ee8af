import CareModel
import EngineHost
import FeedSession
import HTTPPush
import JSONText

/// `POST /api/v1/signals`: signals over HTTP; answered only when all of them are durable.
struct SignalRoutes: Sendable {
  let ports: ConsolePorts

  var routes: [Route] {
    [
      .post(
        "/api/v1/signals", [.device, .dispatcher, .administrator],
        RouteDescription(
          operation: "sendSignals", summary: "Sends one signal, or an array of them; 202 once all are durable.",
          body: .reference("Signals"), status: 202, answer: .reference("Accepted")), send)
    ]
  }

  @Sendable private func send(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let signals: [Signal]
    switch SignalPush.decode(body: request.body, principal: try principal(request.account())) {
    case .signals(let decoded): signals = decoded
    case .refusal(let refusal): throw Problem(refusal)
    }
    let outcomes = await ports.engine.deliver(signals)
    guard outcomes.allSatisfy({ $0 == .accepted }) else { throw Problem.notDurable }
    return .object(status: 202) { $0.member("accepted", outcomes.count) }
  }

  private func principal(_ account: Account) throws(Problem) -> Principal {
    if account.role == .device {
      guard let serial = account.sender else { throw Problem.roleNotAllowed }
      return .device(serial: serial)
    }
    guard let staff = account.staff else { throw Problem.noStaff }
    return .staff(staff)
  }
}

extension Problem {
  init(_ refusal: SignalPush.Refusal) {
    let code =
      switch refusal.status {
      case 403: "notYours"
      case 413: "tooLarge"
      default: "notJSON"
      }
    self.init(refusal.status, code, refusal.detail)
  }
}
