import CareModel
import FeedSession

/// What becomes of a will: the line of a device counts as lost. Nothing on a topic that is not the client's own.
struct LastWill: Sendable {
  /// Seconds that it waits for the client to come back; 0 before 5.0.
  let delaySeconds: UInt32
  private let serial: String
  private let payload: [UInt8]

  init?(_ will: WillMessage, scope: TopicScope) {
    switch scope.route(will.topic[...]) {
    case .signal(let told), .heartbeat(let told): serial = told
    case .answers, nil: return nil
    }
    payload = will.payload
    delaySeconds = will.properties.delaySeconds
  }

  /// The signal, from whom the client is.
  func signal(in scope: TopicScope) -> Signal {
    var signal = Signal(
      source: SignalSource(feed: .mqtt, sender: scope.sender, serial: serial), kind: .lineLost, raw: payload)
    if scope.isAnonymous { signal.note(.anonymousSender) }
    return signal
  }
}

/// A will that waits after its connection has ended.
struct PendingWill: Sendable {
  let signal: Signal
  /// The token that it will be delivered under.
  let token: DeliveryToken
  /// When the client will not have come back in time.
  let due: Timestamp
}
