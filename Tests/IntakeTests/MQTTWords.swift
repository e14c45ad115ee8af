/// Packets of MQTT 3.1.1 as a client sends and hears them.
enum MQTTWords {
  static let connack: [UInt8] = [0x20, 2, 0, 0]
  static let pingreq: [UInt8] = [0xC0, 0]
  static let pingresp: [UInt8] = [0xD0, 0]

  static func connect(_ serial: String, clientID: String, password: String = LateEngine.password) -> [UInt8] {
    packet(0x10, text("MQTT") + [4, 0xC2, 0, 60] + text(clientID) + text(serial) + text(password))
  }

  static func panic(_ serial: String, id: UInt8) -> [UInt8] {
    let payload = Array(#"{"id":"m\#(id)","kind":"panic"}"#.utf8)
    return packet(0x32, text("silverbell/\(serial)/signal") + [0, id] + payload)
  }

  static func puback(_ id: UInt8) -> [UInt8] { [0x40, 2, 0, id] }

  static func subscribe(_ serial: String, qos: UInt8) -> [UInt8] {
    packet(0x82, [0, 9] + text("silverbell/\(serial)/status") + [qos])
  }

  static func suback(qos: UInt8) -> [UInt8] { [0x90, 3, 0, 9, qos] }

  private static func text(_ text: String) -> [UInt8] { [0, UInt8(text.utf8.count)] + Array(text.utf8) }

  private static func packet(_ first: UInt8, _ body: [UInt8]) -> [UInt8] {
    precondition(body.count < 128)
    return [first, UInt8(body.count)] + body
  }
}
