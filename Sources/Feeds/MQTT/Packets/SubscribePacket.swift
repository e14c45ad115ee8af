/// SUBSCRIBE (3.1.1 and 5.0, section 3.8).
package struct SubscribePacket: Sendable, Equatable {
  /// One wish.
  package struct Request: Sendable, Equatable {
    /// The topic filter, checked.
    package var filter: [UInt8]
    /// How it is wanted.
    package var options: SubscriptionOptions
    /// The most that the client wants.
    package var maximumQoS: QualityOfService { options.maximumQoS }
  }

  /// What the SUBACK names.
  package var id: PacketID
  /// What only 5.0 can say; the defaults in 3.1 and 3.1.1.
  package var properties = SubscribeProperties()
  /// The wishes in their order; at least one.
  package var requests: [Request]

  /// Reads the body.
  init(body: ArraySlice<UInt8>, version: ProtocolVersion) throws(DecodeFailure) {
    var reader = PacketReader(body)
    id = try reader.packetID()
    if version == .mqtt5 { properties = try SubscribeProperties(reading: &reader) }
    requests = []
    repeat {
      let filter = try reader.text()
      let byte = try reader.byte()
      let options = version == .mqtt5 ? SubscriptionOptions(version5: byte) : SubscriptionOptions(version3: byte)
      guard isTopicFilter(filter), let options else { throw .malformed }
      // 5.0 section 3.8.3.1: on a shared subscription it cannot be kept.
      if options.isNoLocal, isShared(filter) { throw .protocolError }
      requests.append(Request(filter: Array(filter), options: options))
    } while !reader.isAtEnd
  }
}
