/// PUBLISH (3.1.1 section 3.3). Topic and payload are views of the receive buffer; nothing is copied.
package struct PublishPacket: Sendable, Equatable {
  /// Whether the sender says that it sent it before.
  package var isDuplicate: Bool
  /// How surely it is delivered, with its packet identifier.
  package var delivery: Delivery
  /// The topic name, checked UTF-8 without wildcards, not empty.
  package var topic: ArraySlice<UInt8>
  /// The message.
  package var payload: ArraySlice<UInt8>

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

  /// Reads the body of a PUBLISH. RETAIN is ignored: nothing is retained, an old alarm must never look like a new one.
  init(body: ArraySlice<UInt8>, flags: UInt8) throws(DecodeFailure) {
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

  /// The bytes to send.
  package var encoded: [UInt8] {
    let flags: UInt8
    let id: PacketID?
    switch delivery {
    case .atMostOnce: (flags, id) = (0, nil)
    case .atLeastOnce(let number): (flags, id) = (0b0010, number)
    case .exactlyOnce(let number): (flags, id) = (0b0100, number)
    }
    let size = 2 + topic.count + (id == nil ? 0 : 2) + payload.count
    var writer = PacketWriter(.publish, flags: flags, bodyBytes: size)
    writer.append(UInt16(truncatingIfNeeded: topic.count))
    writer.append(contentsOf: topic)
    if let id { writer.append(id) }
    writer.append(contentsOf: payload)
    return writer.bytes
  }
}
