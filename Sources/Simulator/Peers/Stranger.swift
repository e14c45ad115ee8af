import CareModel
import HL7
import MQTT

/// Strangers on the network: they connect, send what no device would send, and go.
extension Simulation {
  mutating func visitByStranger() {
    guard !isDown, !isFrozen else { return }
    report.faults += 1
    let speaksHL7 = random.happens(300)
    let number =
      speaksHL7
      ? open(MLLPSession(configuration: MLLPConfiguration(hospitalCode: "H9")), peer: .stranger)
      : open(MQTTSession(), peer: .stranger)
    send(speaksHL7 ? garbageHL7() : garbageMQTT(), toServerOver: number)
    plans.plan(.strangerLeaves(number), at: later(.milliseconds(10), .minutes(2)))
  }

  mutating func strangerLeaves(_ number: Int) {
    plans.plan(.serverLearnsClosed(number), at: later(.zero, .seconds(30)))
    plans.plan(.peerLearnsClosed(number), at: now)
  }

  private mutating func garbageMQTT() -> [UInt8] {
    switch random.below(4) {
    case 0: return noise(1 + random.below(400))
    case 1: return [0x30, 0xFF, 0xFF, 0xFF, 0x7F] + noise(random.below(200))
    case 2:
      let connect = MQTTBytes.connect(clientID: "stranger", user: "stranger", keepAlive: 10)
      return connect + noise(1 + random.below(200))
    default:
      let topic = "silverbell/stranger/signal"
      let text = Array("{\"kind\":\"panic\",\"n\":\(random.below(1000))}".utf8)
      return corrupted(
        MQTTBytes.connect(clientID: "stranger", user: "stranger", keepAlive: 10)
          + MQTTBytes.publish(topic, text, id: 1, isResend: false))
    }
  }

  private mutating func garbageHL7() -> [UInt8] {
    let header = Array("MSH|^~\\&|HIS|H9|CARE|C|20260101||ADT^A01|\(random.below(9))|P|2.5\rPID|1||X".utf8)
    return random.happens(300) ? noise(300) : corrupted([0x0B] + header + [0x1C, 0x0D])
  }

  private mutating func noise(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<count { bytes.append(UInt8(truncatingIfNeeded: random.next())) }
    return bytes
  }

  private mutating func corrupted(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<(1 + random.below(5)) where !bytes.isEmpty {
      bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next())
    }
    return bytes
  }
}
