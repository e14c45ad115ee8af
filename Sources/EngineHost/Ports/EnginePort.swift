import AlertEngine
import CareModel
import FeedSession

/// What feeds and console see of the engine.
package protocol EnginePort: Sendable {
  /// Offers a signal on its lane; `answer` is called exactly once, from any thread, and never before the signal is
  /// durable.
  func offer(_ signal: Signal, answer: @escaping @Sendable (DeliveryOutcome) -> Void)
  /// Offers a staff member's answer from a phone; a refused answer (the offer is gone) counts as accepted for the
  /// transport.
  func offer(_ answer: StaffAnswerMessage, answer settled: @escaping @Sendable (DeliveryOutcome) -> Void)
  /// Does what a person at the desk or on a phone asks for, and returns when it is durable or refused.
  ///
  /// - Parameter id: the same for the same request sent again, which is then not done again; nil for a new one.
  func act(_ action: OperatorAction, by staff: StaffID, id: InputID?) async -> Acknowledgement
  /// Says who a peer is; answered at once from memory (no database), in constant time for secrets.
  func authenticate(_ credentials: Credentials) -> Principal?
  /// A peer can be reached now. Messages for it go to `send`, which must not block.
  func connected(_ principal: Principal, send: @escaping @Sendable (Downlink) -> Void) -> PeerID
  /// The peer is gone.
  func disconnected(_ peer: PeerID)
  /// What became of a downlink that carried a token.
  func downlinkReported(_ token: DownlinkToken, isDelivered: Bool)
}

extension EnginePort {
  /// Does an action that nobody sends twice.
  package func act(_ action: OperatorAction, by staff: StaffID) async -> Acknowledgement {
    await act(action, by: staff, id: nil)
  }
}

/// Names one reachable peer until it is gone.
package struct PeerID: Sendable, Hashable {
  /// Counts within the process.
  package let number: UInt64
  /// A peer.
  package init(number: UInt64) { self.number = number }
}
