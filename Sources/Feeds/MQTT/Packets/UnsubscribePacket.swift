/// UNSUBSCRIBE (3.1.1 section 3.10).
package struct UnsubscribePacket: Sendable, Equatable {
  /// What the UNSUBACK names.
  package var id: PacketID
  /// The topic filters, checked; at least one.
  package var filters: [[UInt8]]

  /// Reads the body.
  init(body: ArraySlice<UInt8>) throws(DecodeFailure) {
    var reader = PacketReader(body)
    id = try reader.packetID()
    filters = []
    repeat {
      let filter = try reader.text()
      guard isTopicFilter(filter) else { throw .malformed }
      filters.append(Array(filter))
    } while !reader.isAtEnd
  }
}
