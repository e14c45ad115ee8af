/// A general broker takes any topic; here everybody has topics of their own. Well-formed packets for ordinary topics
/// are moved there, everything else stays as it is.
enum OwnTopics {
  static func rewrite(_ stream: [UInt8], version: Int) -> [UInt8] {
    ClientPackets.split(stream).flatMap { rewritePacket($0, version: version) }
  }

  /// A message that is expected at the client.
  static func rewriteDownlink(_ packet: [UInt8]) -> [UInt8] {
    guard packet.count >= 4, packet[0] >> 4 == 3, let (_, rest) = text(packet.dropFirst(2)) else { return packet }
    return ClientPackets.packet(packet[0], ClientPackets.text(Peer.statusTopic) + rest)
  }

  /// The topic of a PUBLISH, if it could be one.
  static func topic(ofPublish packet: [UInt8]) -> String? {
    guard packet.count >= 4, let (topic, _) = text(packet.dropFirst(2)) else { return nil }
    return String(validating: topic, as: UTF8.self)
  }

  private static func rewritePacket(_ packet: [UInt8], version: Int) -> [UInt8] {
    guard packet.count >= 4, packet[1] < 0x80, Int(packet[1]) == packet.count - 2 else { return packet }
    let body = packet.dropFirst(2)
    switch packet[0] >> 4 {
    case 3:
      guard let (topic, rest) = text(body), isOrdinary(topic) else { return packet }
      return ClientPackets.packet(packet[0], ClientPackets.text(Peer.signalTopic) + rest)
    case 8, 10:
      let head = 2 + (version == 5 ? properties(body.dropFirst(2)) : 0)
      guard head <= body.count else { return packet }
      return filters(packet, head: body.prefix(head), body.dropFirst(head), hasOptions: packet[0] >> 4 == 8)
    default: return packet
    }
  }

  private static func filters(
    _ packet: [UInt8], head: ArraySlice<UInt8>, _ filters: ArraySlice<UInt8>, hasOptions: Bool
  ) -> [UInt8] {
    var moved = Array(head)
    var rest = filters
    while !rest.isEmpty {
      guard let (filter, after) = text(rest), isOrdinary(filter), !hasOptions || !after.isEmpty else { return packet }
      moved += ClientPackets.text(Peer.statusTopic) + (hasOptions ? after.prefix(1) : [])
      rest = hasOptions ? after.dropFirst() : after
    }
    return ClientPackets.packet(packet[0], moved)
  }

  /// How many bytes the properties take, their length included.
  private static func properties(_ bytes: ArraySlice<UInt8>) -> Int {
    guard let length = bytes.first else { return 0 }
    return length < 0x80 ? Int(length) + 1 : .max - 2
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
    guard let high = bytes.first, let low = bytes.dropFirst().first else { return nil }
    let rest = bytes.dropFirst(2)
    let count = Int(high) << 8 | Int(low)
    return count <= rest.count ? (rest.prefix(count), rest.dropFirst(count)) : nil
  }

  private static func isOrdinary(_ topic: ArraySlice<UInt8>) -> Bool {
    !topic.isEmpty
      && topic.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "-")
      }
  }
}
