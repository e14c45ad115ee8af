/// UNSUBSCRIBE (3.1.1 and 5.0, section 3.10).
package struct UnsubscribePacket: Sendable, Equatable {
  /// What the UNSUBACK names.
  package var id: PacketID
  /// What only 5.0 can say; the defaults in 3.1 and 3.1.1.
  package var properties = UnsubscribeProperties()
  /// The topic filters, checked; at least one.
  package var filters: [[UInt8]]

  /// Reads the body.
  init(body: ArraySlice<UInt8>, version: ProtocolVersion) throws(DecodeFailure) {
    var reader = PacketReader(body)
    id = try reader.packetID()
    if version == .mqtt5 { properties = try UnsubscribeProperties(reading: &reader) }
    filters = []
    repeat {
      let filter = try reader.text()
      guard isTopicFilter(filter) else { throw .malformed }
      filters.append(Array(filter))
    } while !reader.isAtEnd
  }
}
