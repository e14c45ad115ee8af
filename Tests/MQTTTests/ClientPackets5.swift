/// Packets of 5.0 as a client writes them, independent of the codec under test.
extension ClientPackets {
  static func properties(_ properties: [UInt8]) -> [UInt8] { variable(properties.count) + properties }

  static func four(_ number: Int) -> [UInt8] { self.number(number >> 16) + self.number(number & 0xFFFF) }

  static func connect5(
    clientID: String = "c1", clean: Bool = true, keepAlive: Int = 60, properties: [UInt8] = [],
    will: (topic: String, payload: String)? = nil, willProperties: [UInt8] = [], user: String? = nil,
    password: String? = nil
  ) -> [UInt8] {
    let flags =
      (clean ? 0x02 : 0) | (will != nil ? 0x04 : 0) | (password != nil ? 0x40 : 0) | (user != nil ? 0x80 : 0) as UInt8
    var body = text("MQTT") + [5, flags] + number(keepAlive) + self.properties(properties) + text(clientID)
    if let will { body += self.properties(willProperties) + text(will.topic) + text(will.payload) }
    if let user { body += text(user) }
    if let password { body += text(password) }
    return packet(0x10, body)
  }

  static func publish5(
    _ topic: String, _ payload: [UInt8], qos: UInt8 = 1, id: Int = 1, flags: UInt8 = 0, properties: [UInt8] = []
  ) -> [UInt8] {
    packet(
      0x30 | qos << 1 | flags, text(topic) + (qos > 0 ? number(id) : []) + self.properties(properties) + payload)
  }

  static func publish5(
    _ topic: String, _ payload: String, qos: UInt8 = 1, id: Int = 1, flags: UInt8 = 0, properties: [UInt8] = []
  ) -> [UInt8] {
    publish5(topic, Array(payload.utf8), qos: qos, id: id, flags: flags, properties: properties)
  }

  static func subscribe5(_ filters: [(String, UInt8)], id: Int = 7, properties: [UInt8] = []) -> [UInt8] {
    packet(0x82, number(id) + self.properties(properties) + filters.flatMap { text($0.0) + [$0.1] })
  }

  static func unsubscribe5(_ filters: [String], id: Int = 8, properties: [UInt8] = []) -> [UInt8] {
    packet(0xA2, number(id) + self.properties(properties) + filters.flatMap { text($0) })
  }

  static func disconnect5(_ reason: UInt8, properties: [UInt8] = []) -> [UInt8] {
    packet(0xE0, [reason] + self.properties(properties))
  }

  /// What matters in an answer, so that answers of several servers can be compared: packet ids and reason codes, but
  /// not the properties. "No matching subscribers" is a success: here the engine takes every message.
  static func essence(_ packet: [UInt8], version: Int) -> [UInt8] {
    guard version == 5, packet.count > 1, packet[1] < 0x80 else { return packet }
    let body = Array(packet.dropFirst(2))
    switch packet[0] >> 4 {
    case 2: return [packet[0]] + body.prefix(2)
    case 4, 5, 6, 7:
      let reason = body.dropFirst(2).first ?? 0
      return [packet[0]] + body.prefix(2) + [reason == 0x10 ? 0 : reason]
    case 9, 11: return [packet[0]] + body.prefix(2) + body.dropFirst(3 + Int(body.dropFirst(2).first ?? 0))
    case 14: return [packet[0], body.first ?? 0]
    default: return packet
    }
  }
}
