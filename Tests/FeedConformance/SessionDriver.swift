import CareModel
import FeedSession

/// Hosts one session as the product does, without a network.
package struct SessionDriver {
  /// When deliveries are settled.
  package enum Settlement: Sendable {
    /// As accepted, as soon as they are delivered.
    case atOnce
    /// By the caller.
    case byCaller
    /// As unavailable, as soon as they are delivered.
    case unavailable
  }

  private var session: any FeedSession
  private let principal: Principal?
  private let settlement: Settlement
  /// The moment that the session is told.
  package var now: Timestamp
  /// What was delivered, in order.
  package private(set) var delivered: [Delivered] = []
  /// Deliveries that are not settled, oldest first.
  package private(set) var unsettled: [DeliveryToken] = []
  /// All bytes replied.
  package private(set) var replied: [UInt8] = []
  /// Why the session closed; nil while it is open.
  package private(set) var closed: CloseReason?
  /// Whether the session has asked to stop reading.
  package private(set) var isPaused = false
  /// When the session wants to be woken.
  package private(set) var wakeAt: Timestamp?
  /// The downlink reports, in order.
  package private(set) var reports: [FeedAction] = []
  /// Everything the session asked for, in order.
  package private(set) var actions: [FeedAction] = []

  /// A driver that has told the session of its beginning.
  package init(
    _ session: any FeedSession, principal: Principal?, settlement: Settlement = .atOnce,
    now: Timestamp = Timestamp(seconds: 1_800_000_000)
  ) {
    self.session = session
    self.principal = principal
    self.settlement = settlement
    self.now = now
    handle(.deadline)
  }

  /// Lets one event happen, and what follows from it.
  package mutating func handle(_ event: FeedEvent) {
    var events = [event]
    while !events.isEmpty {
      let happened = session.handle(events.removeFirst(), at: now)
      actions += happened
      for action in happened { take(action, &events) }
    }
  }

  /// Settles one delivery.
  package mutating func settle(_ token: DeliveryToken, _ outcome: DeliveryOutcome = .accepted) {
    unsettled.removeAll { $0 == token }
    handle(.settled(token, outcome))
  }

  private mutating func take(_ action: FeedAction, _ events: inout [FeedEvent]) {
    switch action {
    case .deliver(let signal, let token): note(.signal(signal), token, &events)
    case .answer(let answer, let token): note(.answer(answer), token, &events)
    case .authenticate(_, let token): events.append(.authenticated(token, principal))
    case .online: break
    case .reply(let bytes): replied += bytes
    case .wakeAt(let moment): wakeAt = moment
    case .downlinkReported: reports.append(action)
    case .pauseReading: isPaused = true
    case .resumeReading: isPaused = false
    case .close(let reason): closed = closed ?? reason
    }
  }

  private mutating func note(_ what: Delivered, _ token: DeliveryToken, _ events: inout [FeedEvent]) {
    delivered.append(what)
    switch settlement {
    case .atOnce: events.append(.settled(token, .accepted))
    case .unavailable: events.append(.settled(token, .unavailable))
    case .byCaller: unsettled.append(token)
    }
  }
}
