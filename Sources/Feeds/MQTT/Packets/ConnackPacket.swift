/// CONNACK to a client of 3.1 or 3.1.1 (section 3.2).
package struct ConnackPacket: Sendable, Equatable {
  /// What becomes of a CONNECT; the raw value is the return code of 3.1.1.
  package enum Code: UInt8, Sendable, CaseIterable {
    case accepted, unacceptableProtocolVersion, identifierRejected, serverUnavailable, badUserNameOrPassword
    case notAuthorized
  }

  /// The answer.
  package var code: Code

  /// An answer. Session present is always 0: what was not acknowledged is sent anew by the engine, not by a session.
  package init(code: Code) { self.code = code }

  /// The bytes to send.
  package var encoded: [UInt8] {
    var writer = PacketWriter(.connack, bodyBytes: 2)
    writer.append(UInt8(0))
    writer.append(code.rawValue)
    return writer.bytes
  }

  /// The answer to a level that is not spoken: for clients of 5.0 and later in the form of 5.0 (reason 0x84), else
  /// code 1.
  package static func refusal(ofLevel level: UInt8) -> [UInt8] {
    level < ProtocolVersion.mqtt5.rawValue
      ? ConnackPacket(code: .unacceptableProtocolVersion).encoded : ConnackPacket5.refusing(.unsupportedVersion)
  }
}
