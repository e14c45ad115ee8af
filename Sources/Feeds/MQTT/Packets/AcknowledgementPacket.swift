/// PUBACK, PUBREC, PUBREL and PUBCOMP (3.1.1 and 5.0, sections 3.4 to 3.7).
package struct AcknowledgementPacket<Reason: ReasonCode>: Sendable, Equatable {
  /// What is acknowledged.
  package var id: PacketID
  /// What became of it; always a success in 3.1 and 3.1.1.
  package var reason: Reason
  /// What comes with the reason, only in 5.0.
  package var details: ReasonDetails?

  /// An acknowledgement.
  package init(id: PacketID, reason: Reason = .success) {
    self.id = id
    self.reason = reason
  }

  /// Reads a body of 3.1 or 3.1.1.
  init(version3 body: ArraySlice<UInt8>) throws(DecodeFailure) {
    var reader = PacketReader(body)
    id = try reader.packetID()
    reason = .success
    try reader.expectEnd()
  }

  /// Reads a body of 5.0. The properties, or reason and properties, may be left out.
  init(version5 body: ArraySlice<UInt8>) throws(DecodeFailure) {
    var reader = PacketReader(body)
    id = try reader.packetID(zeroIs: .protocolError)
    reason = reader.isAtEnd ? .success : try reader.reason()
    if !reader.isAtEnd { details = try ReasonDetails(reading: &reader) }
    try reader.expectEnd()
  }

  /// The bytes to send as `type`; a success has the same form in all versions.
  ///
  /// - Parameter reasonString: for people, only in 5.0 and only with a failure.
  func encoded(as type: PacketType, reasonString: String? = nil) -> [UInt8] {
    let flags = type.requiredFlags ?? 0
    guard reason != .success else {
      var writer = PacketWriter(type, flags: flags, bodyBytes: 2)
      writer.append(id)
      return writer.bytes
    }
    let properties = PropertyWriter(reasonString: reasonString)
    var writer = PacketWriter(type, flags: flags, bodyBytes: 3 + properties.sizeUnlessEmpty)
    writer.append(id)
    writer.append(reason.rawValue)
    writer.append(unlessEmpty: properties)
    return writer.bytes
  }
}
