import FeedSession

/// Ends a session from within.
struct SessionEnd: Error {
  /// What the host is told.
  let reason: CloseReason
  /// What a client of 5.0 is told; nil when it said goodbye itself or is gone.
  let goodbye: ServerDisconnectReason?
  /// Whether the line counts as lost.
  let raisesWill: Bool

  init(_ reason: CloseReason) { self.init(reason, goodbye: Self.goodbye(reason)) }

  /// An end for which 5.0 has a reason code of its own.
  init(_ reason: CloseReason, goodbye: ServerDisconnectReason?) {
    self.reason = reason
    self.goodbye = goodbye
    raisesWill = Self.raisesWill(reason)
  }

  init(failure: DecodeFailure) {
    switch failure {
    case .malformed: self.init(.malformed)
    case .protocolError, .badClientID, .unsupportedLevel: self.init(.protocolError)
    case .tooLarge: self.init(.tooLarge)
    }
  }

  /// The client's own goodbye; in 5.0 only a plain one takes the will back (section 3.14.4).
  init(_ disconnect: DisconnectPacket) {
    reason = .finished
    goodbye = nil
    raisesWill = disconnect.reason != .success
  }

  /// Whether the end is one that 3.1.1 section 3.1.2.5 wants the will for. Our own stop, a store that is away and a
  /// clean goodbye say nothing about the line.
  private static func raisesWill(_ reason: CloseReason) -> Bool {
    switch reason {
    case .peerClosed, .malformed, .protocolError, .tooLarge, .idle, .notAuthenticated, .notAuthorized, .takenOver,
      .tooManyInFlight:
      true
    case .unavailable, .shutdown, .finished: false
    }
  }

  /// A DISCONNECT knows no "server unavailable": busy is what makes a client come again (5.0 section 3.14.2.1).
  private static func goodbye(_ reason: CloseReason) -> ServerDisconnectReason? {
    switch reason {
    case .peerClosed, .finished: nil
    case .malformed: .malformedPacket
    case .protocolError: .protocolError
    case .tooLarge: .packetTooLarge
    case .idle: .keepAliveTimeout
    case .notAuthenticated, .notAuthorized: .notAuthorized
    case .unavailable: .serverBusy
    case .takenOver: .takenOver
    case .tooManyInFlight: .quotaExceeded
    case .shutdown: .shuttingDown
    }
  }
}

extension ServerDisconnectReason {
  /// The reason for people.
  var words: String {
    switch self {
    case .malformedPacket: "malformed packet"
    case .protocolError: "protocol error"
    case .notAuthorized: "only the client's own topics may be published to"
    case .serverBusy: "nothing can be stored at the moment: send again what is not acknowledged"
    case .shuttingDown: "the server stops"
    case .keepAliveTimeout: "silent for longer than one and a half keep-alives"
    case .takenOver: "the same client has connected again"
    case .receiveMaximumExceeded: "more messages without an answer than the receive maximum"
    case .topicAliasInvalid: "topic alias 0 or above the topic alias maximum"
    case .packetTooLarge: "packet larger than the maximum packet size"
    case .quotaExceeded: "too much sent ahead"
    }
  }
}
