/// AUTH (5.0 section 3.15). No method of authentication is spoken here, so it is read and then refused.
package struct AuthPacket: Sendable, Equatable {
  /// Why it is sent (5.0 section 3.15.2.1).
  package enum Reason: UInt8, ReasonCode, CaseIterable {
    case success = 0x00
    case continueAuthentication = 0x18
    case reAuthenticate = 0x19
  }

  /// Why it is sent.
  package var reason = Reason.success
  /// The method.
  package var method: [UInt8]?
  /// Data of the method. Never logged.
  package var data: [UInt8]?
  /// For people; UTF-8.
  package var reasonString: [UInt8]?
  /// What the client adds of its own.
  package var userProperties: [UserProperty] = []

  /// Reads the body. Reason and properties may be left out together.
  init(body: ArraySlice<UInt8>) throws(DecodeFailure) {
    var reader = PacketReader(body)
    guard !reader.isAtEnd else { return }
    reason = try reader.reason()
    var section = try PropertySection(reading: &reader)
    while let property = try section.next() {
      switch property {
      case .authenticationMethod(let method): self.method = Array(method)
      case .authenticationData(let data): self.data = Array(data)
      case .reasonString(let text): reasonString = Array(text)
      case .userProperty(let property): userProperties.append(property)
      default: throw .protocolError
      }
    }
    try reader.expectEnd()
    // Only a success may come without a method.
    guard method != nil || reason == .success else { throw .protocolError }
  }
}

extension PacketReader {
  /// A reason code; one that the packet may not carry is a protocol error.
  mutating func reason<Reason: ReasonCode>() throws(DecodeFailure) -> Reason {
    guard let reason = Reason(rawValue: try byte()) else { throw .protocolError }
    return reason
  }
}
