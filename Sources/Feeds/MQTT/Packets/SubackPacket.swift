/// SUBACK (3.1.1 section 3.9).
package struct SubackPacket: Sendable, Equatable {
  /// The SUBSCRIBE that it answers.
  package var id: PacketID
  /// What was granted for each wish, in their order; nil = refused.
  package var granted: [QualityOfService?]

  /// An answer.
  package init(id: PacketID, granted: [QualityOfService?]) {
    self.id = id
    self.granted = granted
  }

  /// The return code of a refusal.
  package static let refused: UInt8 = 0x80

  /// The bytes to send.
  package var encoded: [UInt8] {
    var writer = PacketWriter(.suback, bodyBytes: 2 + granted.count)
    writer.append(id)
    for qos in granted { writer.append(qos?.rawValue ?? Self.refused) }
    return writer.bytes
  }
}
