/// A PUBLISH of quality of service 1 of which only serial, packet id and message id change.
package struct PublishTemplate: Sendable {
  /// Digits of the message's number at the end of its id.
  package static let numberDigits = 12

  private static let topicHead = Array("silverbell/".utf8)
  private let topicTail: [UInt8]
  private let payloadHead: [UInt8]
  private let payloadTail: [UInt8]
  private let hasID: Bool

  /// A message of a kind.
  ///
  /// - Parameters:
  ///   - kind: the word of the interfaces page; `heartbeat` goes to the topic of heartbeats.
  ///   - run: the beginning of the ids of this run; nil for messages without an id.
  package init(kind: String, run: String?) {
    let isHeartbeat = kind == "heartbeat"
    hasID = run != nil && !isHeartbeat
    topicTail = Array((isHeartbeat ? "/heartbeat" : "/signal").utf8)
    let value = kind == "temperature" || kind == "measurement" || kind == "humidity" ? #","value":21.5"# : ""
    if isHeartbeat {
      payloadHead = Array(#"{"battery":80}"#.utf8)
      payloadTail = []
    } else if let run {
      payloadHead = Array(#"{"id":"\#(run)-"#.utf8)
      payloadTail = Array(#"","kind":"\#(kind)","battery":80\#(value)}"#.utf8)
    } else {
      payloadHead = Array(#"{"kind":"\#(kind)","battery":80\#(value)}"#.utf8)
      payloadTail = []
    }
  }

  /// Appends the packet for message `number` of the run.
  package func append(to bytes: inout [UInt8], serial: [UInt8], packetID: UInt16, number: Int) {
    let topicBytes = Self.topicHead.count + serial.count + topicTail.count
    let payloadBytes = payloadHead.count + (hasID ? Self.numberDigits : 0) + payloadTail.count
    bytes.append(0x32)
    MQTTBytes.appendLength(2 + topicBytes + 2 + payloadBytes, to: &bytes)
    MQTTBytes.append(UInt16(truncatingIfNeeded: topicBytes), to: &bytes)
    bytes.append(contentsOf: Self.topicHead)
    bytes.append(contentsOf: serial)
    bytes.append(contentsOf: topicTail)
    MQTTBytes.append(packetID, to: &bytes)
    bytes.append(contentsOf: payloadHead)
    if hasID { Self.append(number, to: &bytes) }
    bytes.append(contentsOf: payloadTail)
  }

  private static func append(_ number: Int, to bytes: inout [UInt8]) {
    let end = bytes.count + numberDigits
    bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: numberDigits))
    var (rest, position) = (number, end - 1)
    while rest > 0, position >= end - numberDigits {
      bytes[position] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
      position -= 1
    }
  }
}
