/// MQTT packets as a client writes and reads them, apart from the codec of the product.
enum MQTTBytes {
  static let ping: [UInt8] = [0xC0, 0]

  static func connect(clientID: String, user: String, keepAlive: Int) -> [UInt8] {
    packet(0x10, text("MQTT") + [4, 0xC2] + number(keepAlive) + text(clientID) + text(user) + text("secret"))
  }

  static func publish(_ topic: String, _ payload: [UInt8], id: Int, isResend: Bool) -> [UInt8] {
    packet(0x32 | (isResend ? 8 : 0), text(topic) + number(id) + payload)
  }

  static func subscribe(_ filter: String) -> [UInt8] { packet(0x82, number(1) + text(filter) + [1]) }

  static func puback(_ id: Int) -> [UInt8] { packet(0x40, number(id)) }

  /// Takes the first whole packet out of what has arrived.
  static func next(_ bytes: inout [UInt8]) -> (type: UInt8, body: [UInt8])? {
    var length = 0
    var position = 1
    while position < bytes.count, position <= 4 {
      let byte = bytes[position]
      length |= Int(byte & 0x7F) << (7 * (position - 1))
      position += 1
      guard byte < 0x80 else { continue }
      guard bytes.count >= position + length else { return nil }
      let body = Array(bytes[position..<position + length])
      let type = bytes[0]
      bytes.removeFirst(position + length)
      return (type, body)
    }
    return nil
  }

  private static func text(_ text: String) -> [UInt8] { number(text.utf8.count) + Array(text.utf8) }

  private static func number(_ number: Int) -> [UInt8] { [UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)] }

  private static func packet(_ first: UInt8, _ body: [UInt8]) -> [UInt8] {
    var length: [UInt8] = []
    var rest = body.count
    repeat {
      length.append(UInt8(rest % 128) | (rest >= 128 ? 0x80 : 0))
      rest /= 128
    } while rest > 0
    return [first] + length + body
  }
}
