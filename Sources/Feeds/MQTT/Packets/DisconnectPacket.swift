/// DISCONNECT from a client (3.1.1 section 3.14, 5.0 section 3.14).
package struct DisconnectPacket: Sendable, Equatable {
  /// Why the client goes; always a success in 3.1 and 3.1.1.
  package var reason = ClientDisconnectReason.success
  /// A new session expiry in seconds, only in 5.0; nil = as in the CONNECT.
  package var sessionExpirySeconds: UInt32?
  /// For people; UTF-8, only in 5.0.
  package var reasonString: [UInt8]?
  /// What the client adds of its own, only in 5.0.
  package var userProperties: [UserProperty] = []

  /// Reads a body of 3.1 or 3.1.1: there is none.
  init(version3 body: ArraySlice<UInt8>) throws(DecodeFailure) {
    guard body.isEmpty else { throw .malformed }
  }

  /// Reads a body of 5.0. The properties, or both, may be left out.
  init(version5 body: ArraySlice<UInt8>) throws(DecodeFailure) {
    var reader = PacketReader(body)
    guard !reader.isAtEnd else { return }
    reason = try reader.reason()
    guard !reader.isAtEnd else { return }
    var section = try PropertySection(reading: &reader)
    while let property = try section.next() {
      switch property {
      case .sessionExpiry(let seconds): sessionExpirySeconds = seconds
      case .reasonString(let text): reasonString = Array(text)
      case .userProperty(let property): userProperties.append(property)
      default: throw .protocolError
      }
    }
    try reader.expectEnd()
  }
}
