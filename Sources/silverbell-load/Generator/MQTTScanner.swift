/// Finds packets in what a broker sends.
package enum MQTTScanner {
  /// A packet of the broker.
  package enum Packet: Equatable, Sendable {
    /// CONNACK with its return code.
    case connack(code: UInt8)
    /// PUBACK.
    case puback(UInt16)
    /// SUBACK.
    case suback
    /// PUBLISH; the ranges are positions in the scanned bytes; no packet id under quality of service 0.
    case publish(topic: Range<Int>, packetID: UInt16?, payload: Range<Int>)
    /// Something else, which needs no answer.
    case other
  }

  /// Longest packet that is understood.
  package static let maximumBytes = 1 << 20

  /// Calls `found` for every whole packet and says how many bytes they are; nil for what no broker sends.
  package static func scan(_ bytes: UnsafeRawBufferPointer, _ found: (Packet) -> Void) -> Int? {
    var position = 0
    while let (bodyStart, length) = header(bytes, at: position) {
      guard length >= 0, length <= maximumBytes else { return nil }
      let end = bodyStart + length
      guard end <= bytes.count else { break }
      guard let packet = packet(bytes, first: bytes[position], body: bodyStart..<end) else { return nil }
      found(packet)
      position = end
    }
    return position
  }

  /// Where the body begins and its length, -1 for a length that is none; nil when more bytes are needed.
  private static func header(_ bytes: UnsafeRawBufferPointer, at start: Int) -> (Int, Int)? {
    var (length, shift, position) = (0, 0, start + 1)
    while position < bytes.count {
      let byte = bytes[position]
      length |= Int(byte & 0x7F) << shift
      position += 1
      if byte & 0x80 == 0 { return (position, length) }
      shift += 7
      if shift > 21 { return (position, -1) }
    }
    return nil
  }

  private static func packet(_ bytes: UnsafeRawBufferPointer, first: UInt8, body: Range<Int>) -> Packet? {
    switch first >> 4 {
    case 2: return body.count == 2 ? .connack(code: bytes[body.lowerBound + 1]) : nil
    case 4: return body.count == 2 ? .puback(number(bytes, at: body.lowerBound)) : nil
    case 9: return .suback
    case 3:
      guard body.count >= 2 else { return nil }
      let topicStart = body.lowerBound + 2
      let topicEnd = topicStart + Int(number(bytes, at: body.lowerBound))
      let hasID = first & 0x06 != 0
      let payloadStart = topicEnd + (hasID ? 2 : 0)
      guard payloadStart <= body.upperBound else { return nil }
      return .publish(
        topic: topicStart..<topicEnd, packetID: hasID ? number(bytes, at: topicEnd) : nil,
        payload: payloadStart..<body.upperBound)
    default: return .other
    }
  }

  private static func number(_ bytes: UnsafeRawBufferPointer, at position: Int) -> UInt16 {
    UInt16(bytes[position]) << 8 | UInt16(bytes[position + 1])
  }
}
