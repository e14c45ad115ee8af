/// Why a connection or a datagram got no session, or lost it unproven; the raw value is a metric label.
package enum RefusalReason: String, Sendable, CaseIterable {
  /// All connections of the receiver are in use; for datagrams: and each has something unsettled.
  case full
  /// The daemon stops.
  case stopping
  /// Too many open connections from one source.
  case sourceConnections
  /// Too many new connections a second from one source.
  case sourceRate
  /// Too many failed sign-ins from one source a short while ago.
  case failedSignIns
  /// The longest of too many connections that have not shown what they are for.
  case unproven
  /// What was said was not TLS, or the two sides did not agree (version, certificate).
  case handshakeFailed
  /// The handshake was not over in time.
  case handshakeTimeout
  /// The handshake stood still while others waited for their turn.
  case handshakeStalled
  /// Too many handshakes wait for their turn.
  case handshakesFull
  /// A datagram over the bound.
  case datagramTooLarge
  /// A datagram to a session that takes nothing more for now.
  case peerBusy
  /// An answer that the network did not take; the sender asks again.
  case answerNotSent
}

/// Why something was done later than it could have been; the raw value is a metric label.
package enum DelayReason: String, Sendable, CaseIterable {
  /// The answer to a failed sign-in, after too many from one source.
  case failedSignIn
  /// Reading went on later, after too many bytes on one connection.
  case bytes
  /// A handshake waited for its turn.
  case handshake
}
