import CareModel

/// Names one delivered signal within its session until it is settled.
package struct DeliveryToken: Hashable, Sendable, Comparable {
  /// Counts within the session.
  package let number: UInt64
  /// A token with a number that the session has not used before.
  package init(number: UInt64) { self.number = number }
  package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// What became of a delivered signal.
package enum DeliveryOutcome: Sendable, Equatable {
  /// Durable (promise 1), or known to be already: the sender may be told.
  case accepted
  /// Nothing could be made durable: no positive answer; close, so that the sender keeps the message and resends.
  case unavailable
}

/// What happens to a session.
package enum FeedEvent: Sendable {
  /// Bytes from the peer, in order, cut anywhere.
  case bytes([UInt8])
  /// The outcome of a delivered signal.
  case settled(DeliveryToken, DeliveryOutcome)
  /// The answer to a ``FeedAction/authenticate(_:_:)``.
  case authenticated(AuthenticationToken, Principal?)
  /// The moment asked for with ``FeedAction/wakeAt(_:)`` has come.
  case deadline
  /// A message for the peer.
  case downlink(Downlink)
  /// The peer has closed or the connection is gone; nothing can be sent any more.
  case peerClosed
  /// The daemon stops: say goodbye and close.
  case shutdown
}

/// What a session asks its host to do, in this order.
package enum FeedAction: Sendable, Equatable {
  /// Hand a signal to the engine; the session answers its sender only after it is settled.
  case deliver(Signal, DeliveryToken)
  /// Hand a staff member's answer to the engine; settled like a signal.
  case answer(StaffAnswerMessage, DeliveryToken)
  /// Ask who the peer is; the host answers with ``FeedEvent/authenticated(_:_:)``.
  case authenticate(Credentials, AuthenticationToken)
  /// The peer may now be reached under this principal (offers, device status).
  case online(Principal)
  /// Bytes for the peer.
  case reply([UInt8])
  /// Wake the session at this moment; replaces an earlier wish, nil takes it back.
  case wakeAt(Timestamp?)
  /// What became of a downlink message that wanted to know.
  case downlinkReported(DownlinkToken, isDelivered: Bool)
  /// Stop reading from the peer until ``resumeReading`` (back-pressure); never used to drop an alarm.
  case pauseReading
  /// Read on.
  case resumeReading
  /// Close, after what was replied has been sent.
  case close(CloseReason)
}

/// One connection's protocol, as a pure state machine: bytes in, bytes and signals out.
///
/// It never traps on input, never answers before ``FeedEvent/settled(_:_:)`` and answers in order of receipt.
package protocol FeedSession: Sendable {
  /// Takes one event and says what to do about it.
  ///
  /// - Parameters:
  ///   - event: what happened.
  ///   - now: the moment it happened.
  /// - Returns: what the host is to do, in order; empty when nothing.
  mutating func handle(_ event: FeedEvent, at now: Timestamp) -> [FeedAction]

  /// The same client has connected again elsewhere: say goodbye and close.
  mutating func takenOver(at now: Timestamp) -> [FeedAction]

  /// The client's own name for its session, where the protocol has one; known when the peer is online.
  var clientID: String { get }
}

extension FeedSession {
  /// Says goodbye as for a shutdown: most protocols know no difference.
  package mutating func takenOver(at now: Timestamp) -> [FeedAction] { handle(.shutdown, at: now) }

  /// Most protocols have no name for a session.
  package var clientID: String { "" }
}

/// Why a session closed its connection; the raw value is a metric label.
package enum CloseReason: String, Sendable, CaseIterable {
  case peerClosed, malformed, protocolError, tooLarge, idle, notAuthenticated, notAuthorized, unavailable, takenOver
  case tooManyInFlight, shutdown, finished
}
