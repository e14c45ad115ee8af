import AlertEngine
import CareModel
import EngineHost
import FeedSession
import Synchronization

/// An engine in memory that notes what it is offered until the test settles it; all on the test's own thread.
final class NotedEngine: EnginePort {
  private struct State {
    var unsettled: [@Sendable (DeliveryOutcome) -> Void] = []
  }

  private let state = Mutex(State())

  /// Deliveries that wait.
  var unsettled: Int { state.withLock { $0.unsettled.count } }

  /// Settles what came first.
  func settle(_ outcome: DeliveryOutcome = .accepted) {
    let first = state.withLock { $0.unsettled.isEmpty ? nil : $0.unsettled.removeFirst() }
    first?(outcome)
  }

  func offer(_ signal: Signal, answer: @escaping @Sendable (DeliveryOutcome) -> Void) {
    state.withLock { $0.unsettled.append(answer) }
  }

  func offer(_ answer: StaffAnswerMessage, answer settled: @escaping @Sendable (DeliveryOutcome) -> Void) {
    state.withLock { $0.unsettled.append(settled) }
  }

  func act(_ action: OperatorAction, by staff: StaffID, id: InputID?) async -> Acknowledgement { .unavailable }

  func authenticate(_ credentials: Credentials) -> Principal? {
    credentials.secret == Array(LateEngine.password.utf8) ? .device(serial: credentials.userName) : nil
  }

  func connected(_ principal: Principal, send: @escaping @Sendable (Downlink) -> Void) -> PeerID { PeerID(number: 1) }

  func disconnected(_ peer: PeerID) {}

  func downlinkReported(_ token: DownlinkToken, isDelivered: Bool) {}
}
