/// SUBSCRIBE (3.1.1 section 3.8).
package struct SubscribePacket: Sendable, Equatable {
  /// One wish.
  package struct Request: Sendable, Equatable {
    /// The topic filter, checked.
    package var filter: [UInt8]
    /// The most that the client wants.
    package var maximumQoS: QualityOfService
  }

  /// What the SUBACK names.
  package var id: PacketID
  /// The wishes in their order; at least one.
  package var requests: [Request]

  /// Reads the body.
  init(body: ArraySlice<UInt8>) throws(DecodeFailure) {
    var reader = PacketReader(body)
    id = try reader.packetID()
    requests = []
    repeat {
      let filter = try reader.text()
      guard isTopicFilter(filter), let qos = QualityOfService(rawValue: try reader.byte()) else { throw .malformed }
      requests.append(Request(filter: Array(filter), maximumQoS: qos))
    } while !reader.isAtEnd
  }
}
