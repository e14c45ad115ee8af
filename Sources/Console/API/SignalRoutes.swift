import CareModel
import EngineHost
import FeedSession
import HTTPPush
import JSONText
import Synchronization

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
    let outcomes = await deliver(signals)
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

  /// Offers all, in order, then waits for all.
  private func deliver(_ signals: [Signal]) async -> [DeliveryOutcome] {
    guard !signals.isEmpty else { return [] }
    return await withCheckedContinuation { continuation in
      let collector = Collector(expected: signals.count, continuation: continuation)
      for signal in signals { ports.engine.offer(signal) { collector.add($0) } }
    }
  }

  private final class Collector: Sendable {
    private let expected: Int
    private let outcomes = Mutex<[DeliveryOutcome]>([])
    private let continuation: CheckedContinuation<[DeliveryOutcome], Never>

    init(expected: Int, continuation: CheckedContinuation<[DeliveryOutcome], Never>) {
      self.expected = expected
      self.continuation = continuation
    }

    func add(_ outcome: DeliveryOutcome) {
      let all = outcomes.withLock { outcomes -> [DeliveryOutcome]? in
        outcomes.append(outcome)
        return outcomes.count == expected ? outcomes : nil
      }
      if let all { continuation.resume(returning: all) }
    }
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
