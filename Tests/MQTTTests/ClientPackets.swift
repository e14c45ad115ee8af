/// Packets as a client writes them, independent of the codec under test.
enum ClientPackets {
  static func packet(_ first: UInt8, _ body: [UInt8]) -> [UInt8] { [first] + variable(body.count) + body }

  /// A variable byte integer, also one of more bytes than the protocol allows.
  static func variable(_ number: Int) -> [UInt8] {
    number < 128 ? [UInt8(number)] : [UInt8(number % 128) | 0x80] + variable(number / 128)
  }

  static func text(_ text: String) -> [UInt8] { number(text.utf8.count) + Array(text.utf8) }

  static func number(_ number: Int) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }

  static func connect(
    clientID: String = "c1", clean: Bool = true, keepAlive: Int = 60, will: (topic: String, payload: String)? = nil,
    user: String? = nil, password: String? = nil, name: String = "MQTT", level: UInt8 = 4
  ) -> [UInt8] {
    let flags =
      (clean ? 0x02 : 0) | (will != nil ? 0x04 : 0) | (password != nil ? 0x40 : 0) | (user != nil ? 0x80 : 0) as UInt8
    var body = text(name) + [level, flags] + number(keepAlive) + text(clientID)
    if let will { body += text(will.topic) + text(will.payload) }
    if let user { body += text(user) }
    if let password { body += text(password) }
    return packet(0x10, body)
  }

  static func publish(
    _ topic: String, _ payload: String, qos: UInt8 = 1, id: Int = 1, dup: Bool = false, retain: Bool = false
  ) -> [UInt8] {
    let first = 0x30 | (dup ? 8 : 0) | qos << 1 | (retain ? 1 : 0)
    return packet(first, text(topic) + (qos > 0 ? number(id) : []) + Array(payload.utf8))
  }

  static func subscribe(_ filters: [(String, UInt8)], id: Int = 7) -> [UInt8] {
    packet(0x82, number(id) + filters.flatMap { text($0.0) + [$0.1] })
  }

  static func unsubscribe(_ filters: [String], id: Int = 8) -> [UInt8] {
    packet(0xA2, number(id) + filters.flatMap { text($0) })
  }

  static func acknowledgement(_ first: UInt8, _ id: Int) -> [UInt8] { packet(first, number(id)) }

  static let pingreq: [UInt8] = [0xC0, 0]
  static let disconnect: [UInt8] = [0xE0, 0]

  /// The packets in a stream of bytes from the server.
  static func split(_ bytes: [UInt8]) -> [[UInt8]] {
    var packets: [[UInt8]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      var length = 0
      var header = 1
      for byte in rest.dropFirst().prefix(4) {
        length += Int(byte & 0x7F) << (7 * (header - 1))
        header += 1
        if byte < 0x80 { break }
      }
      packets.append(Array(rest.prefix(header + length)))
      rest = rest.dropFirst(header + length)
    }
    return packets
  }
}
