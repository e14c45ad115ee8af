/// PUBLISH (3.1.1 and 5.0, section 3.3). Topic and payload are views of the receive buffer; nothing is copied.
package struct PublishPacket: Sendable, Equatable {
  /// Whether the sender says that it sent it before.
  package var isDuplicate: Bool
  /// How surely it is delivered, with its packet identifier.
  package var delivery: Delivery
  /// The topic name, checked UTF-8 without wildcards; empty only in 5.0 and only with a topic alias.
  package var topic: ArraySlice<UInt8>
  /// The message.
  package var payload: ArraySlice<UInt8>
  /// What only 5.0 can say; nil in 3.1 and 3.1.1.
  package var properties: PublishProperties?

  /// Quality of service with the packet identifier that belongs to it.
  package enum Delivery: Sendable, Equatable {
    case atMostOnce
    case atLeastOnce(PacketID)
    case exactlyOnce(PacketID)
  }

  /// A message to send.
  package init(delivery: Delivery, topic: [UInt8], payload: [UInt8]) {
    isDuplicate = false
    self.delivery = delivery
    self.topic = topic[...]
    self.payload = payload[...]
  }

  /// Reads a body of 3.1 or 3.1.1. RETAIN is ignored: nothing is retained, an old alarm must never look like a new one.
  init(version3 body: ArraySlice<UInt8>, flags: UInt8) throws(DecodeFailure) {
    var reader = PacketReader(body)
    topic = try reader.text()
    guard isTopicName(topic) else { throw .malformed }
    switch QualityOfService(rawValue: flags >> 1 & 3) {
    case .atMostOnce: delivery = .atMostOnce
    case .atLeastOnce: delivery = .atLeastOnce(try reader.packetID())
    case .exactlyOnce: delivery = .exactlyOnce(try reader.packetID())
    case nil: throw .malformed
    }
    isDuplicate = flags & 0b1000 != 0
    payload = reader.remainder()
  }

  /// Reads a body of 5.0; RETAIN is ignored as well.
  init(version5 body: ArraySlice<UInt8>, flags: UInt8) throws(DecodeFailure) {
    var reader = PacketReader(body)
    topic = try reader.text()
    switch QualityOfService(rawValue: flags >> 1 & 3) {
    case .atMostOnce: delivery = .atMostOnce
    case .atLeastOnce: delivery = .atLeastOnce(try reader.packetID(zeroIs: .protocolError))
    case .exactlyOnce: delivery = .exactlyOnce(try reader.packetID(zeroIs: .protocolError))
    case nil: throw .malformed
    }
    isDuplicate = flags & 0b1000 != 0
    let properties = try PublishProperties(reading: &reader)
    self.properties = properties
    guard !topic.isEmpty || properties.topicAlias != nil else { throw .protocolError }
    guard topic.isEmpty || isTopicName(topic) else { throw .malformed }
    payload = reader.remainder()
  }

  /// The bytes to send to a client of 3.1 or 3.1.1.
  package var encoded: [UInt8] { encoded(properties: nil) }

  /// The bytes to send to a client of 5.0.
  ///
  /// - Parameter subscription: the identifier that the client gave its subscription.
  package func encoded5(subscription: SubscriptionIdentifier?) -> [UInt8] {
    var properties = PropertyWriter()
    if let subscription { properties.append(subscription) }
    return encoded(properties: properties)
  }

  private func encoded(properties: PropertyWriter?) -> [UInt8] {
    let flags: UInt8
    let id: PacketID?
    switch delivery {
    case .atMostOnce: (flags, id) = (0, nil)
    case .atLeastOnce(let number): (flags, id) = (0b0010, number)
    case .exactlyOnce(let number): (flags, id) = (0b0100, number)
    }
    let size = 2 + topic.count + (id == nil ? 0 : 2) + (properties?.size ?? 0) + payload.count
    var writer = PacketWriter(.publish, flags: flags, bodyBytes: size)
    writer.append(UInt16(truncatingIfNeeded: topic.count))
    writer.append(contentsOf: topic)
    if let id { writer.append(id) }
    if let properties { writer.append(properties) }
    writer.append(contentsOf: payload)
    return writer.bytes
  }
}
