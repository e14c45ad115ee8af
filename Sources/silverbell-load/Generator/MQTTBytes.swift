/// The bytes of MQTT 3.1.1 that a device sends.
package enum MQTTBytes {
  /// CONNECT with a clean session; without a user name when it is empty.
  package static func connect(clientID: String, userName: String, secret: String, keepAlive: UInt16) -> [UInt8] {
    var body: [UInt8] = [0, 4, 0x4D, 0x51, 0x54, 0x54, 4, userName.isEmpty ? 0x02 : 0xC2]
    append(keepAlive, to: &body)
    append(text: clientID, to: &body)
    if !userName.isEmpty {
      append(text: userName, to: &body)
      append(text: secret, to: &body)
    }
    return packet(0x10, body)
  }

  /// SUBSCRIBE to one topic with quality of service 1.
  package static func subscribe(_ topic: String, packetID: UInt16) -> [UInt8] {
    var body: [UInt8] = []
    append(packetID, to: &body)
    append(text: topic, to: &body)
    body.append(1)
    return packet(0x82, body)
  }

  /// PUBACK.
  package static func puback(_ packetID: UInt16) -> [UInt8] { [0x40, 2, UInt8(packetID >> 8), UInt8(packetID & 0xFF)] }

  /// DISCONNECT.
  package static let disconnect: [UInt8] = [0xE0, 0]
  /// PINGREQ.
  package static let pingRequest: [UInt8] = [0xC0, 0]

  static func packet(_ first: UInt8, _ body: [UInt8]) -> [UInt8] {
    var bytes = [first]
    appendLength(body.count, to: &bytes)
    return bytes + body
  }

  static func append(_ number: UInt16, to bytes: inout [UInt8]) {
    bytes.append(UInt8(number >> 8))
    bytes.append(UInt8(number & 0xFF))
  }

  static func append(text: String, to bytes: inout [UInt8]) {
    append(UInt16(min(text.utf8.count, 65_535)), to: &bytes)
    bytes.append(contentsOf: text.utf8.prefix(65_535))
  }

  static func appendLength(_ length: Int, to bytes: inout [UInt8]) {
    var rest = length
    repeat {
      let digit = UInt8(rest & 0x7F)
      rest >>= 7
      bytes.append(rest > 0 ? digit | 0x80 : digit)
    } while rest > 0
  }
}
