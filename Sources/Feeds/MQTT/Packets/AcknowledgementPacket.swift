/// PUBACK, PUBREC, PUBREL and PUBCOMP (3.1.1 sections 3.4 to 3.7), and UNSUBACK (3.11): a packet identifier and nothing
/// else.
package struct AcknowledgementPacket: Sendable, Equatable {
  /// What is acknowledged.
  package var id: PacketID

  /// An acknowledgement.
  package init(id: PacketID) { self.id = id }

  /// Reads the body.
  init(body: ArraySlice<UInt8>) throws(DecodeFailure) {
    var reader = PacketReader(body)
    id = try reader.packetID()
    try reader.expectEnd()
  }

  /// The bytes to send as `type`.
  func encoded(as type: PacketType) -> [UInt8] {
    var writer = PacketWriter(type, flags: type.requiredFlags ?? 0, bodyBytes: 2)
    writer.append(id)
    return writer.bytes
  }
}
