/// UNSUBACK to a client of 3.1 or 3.1.1 (section 3.11).
package struct UnsubackPacket: Sendable, Equatable {
  /// The UNSUBSCRIBE that it answers.
  package var id: PacketID

  /// The bytes to send.
  package var encoded: [UInt8] {
    var writer = PacketWriter(.unsuback, bodyBytes: 2)
    writer.append(id)
    return writer.bytes
  }
}
