import CareModel
import FeedConformance
import FeedSession
import MQTT
import Testing

@Suite("MQTT keeps the rules of every feed")
struct FeedRulesTests {
  typealias Client = ClientPackets

  @Test("A device's conversation")
  func device() {
    let source = SignalSource(feed: .mqtt, sender: "SN1", serial: "SN1")
    let fall = #"{"id":"m2","kind":"fall","battery":80,"zone":"卧室"}"#
    let stream =
      Client.connect(will: (Peer.signalTopic, "gone"), user: "SN1", password: "s")
      + Client.subscribe([(Peer.statusTopic, 1)]) + Client.publish(Peer.signalTopic, Peer.panic, id: 1)
      + Client.publish(Peer.heartbeatTopic, "", qos: 0) + Client.pingreq
      + Client.publish(Peer.signalTopic, fall, qos: 2, id: 2)
      + Client.publish(Peer.signalTopic, "no JSON \(String(repeating: ".", count: 150))", id: 0x4001)
    let expected: [Signal] = [
      Signal(
        source: source, kind: .panic, repeatKey: .message(id: "m1", window: .hours(168)), raw: Array(Peer.panic.utf8)),
      Signal(source: source, kind: .heartbeat),
      Signal(
        source: source, kind: .fall, repeatKey: .message(id: "m2", window: .hours(168)), batteryPercent: 80,
        zone: "卧室", raw: Array(fall.utf8)),
    ]
    var whole = SessionDriver(MQTTSession(), principal: Peer.device)
    whole.handle(.bytes(stream))
    #expect(Array(whole.signals.prefix(3)) == expected)
    #expect(whole.signals.last?.oddities == [.notJSON])
    let conversation = FeedConversation(
      makeSession: { MQTTSession() }, principal: Peer.device, stream: stream,
      expected: expected.map { .signal($0) } + whole.delivered.suffix(1), expectedAcknowledgements: 3,
      countAcknowledgements: { bytes in ClientPackets.split(bytes).filter { $0[0] == 0x40 || $0[0] == 0x50 }.count },
      oversized: Client.connect() + [0x32, 0xFF, 0xFF, 0x7F])
    #expect(FeedConformance(conversation).findings() == [])
  }

  @Test("A device's conversation in 5.0, and the same signals as in 3.1.1")
  func device5() {
    let fall = #"{"id":"m2","kind":"fall","battery":80,"zone":"卧室"}"#
    let user: [UInt8] = [0x26] + Client.text("k") + Client.text("v")
    let odd = "no JSON \(String(repeating: ".", count: 150))"
    var stream = Client.connect5(
      will: (Peer.signalTopic, "gone"), willProperties: [0x18, 0, 0, 0, 9], user: "SN1", password: "s")
    stream += Client.subscribe5([(Peer.statusTopic, 0x2D)], properties: [0x0B, 9])
    stream += Client.publish5(Peer.signalTopic, Peer.panic, id: 1, properties: [0x23, 0, 1] + user)
    stream += Client.publish5(Peer.heartbeatTopic, "", qos: 0)
    stream += Client.pingreq
    stream += Client.publish5("", fall, qos: 2, id: 2, properties: [0x23, 0, 1, 0x01, 1])
    stream += Client.publish5(Peer.signalTopic, odd, id: 0x4001)
    var old = Client.connect()
    old += Client.publish(Peer.signalTopic, Peer.panic, id: 1)
    old += Client.publish(Peer.heartbeatTopic, "", qos: 0)
    old += Client.publish(Peer.signalTopic, fall, qos: 2, id: 2)
    old += Client.publish(Peer.signalTopic, odd, id: 0x4001)
    var expected = SessionDriver(MQTTSession(), principal: Peer.device)
    expected.handle(.bytes(old))
    #expect(expected.delivered.count == 4)
    let conversation = FeedConversation(
      makeSession: { MQTTSession() }, principal: Peer.device, stream: stream,
      expected: expected.delivered, expectedAcknowledgements: 3,
      countAcknowledgements: { bytes in ClientPackets.split(bytes).filter { $0[0] == 0x40 || $0[0] == 0x50 }.count },
      oversized: Client.connect5() + [0x32, 0xFF, 0xFF, 0x7F])
    #expect(FeedConformance(conversation).findings() == [])
  }

  @Test("10,000 seeded streams of garbage and damaged packets of 5.0 trap nothing and acknowledge nothing unsettled")
  func garbage5() {
    var random = SeededRandom(seed: 2027)
    let user: [UInt8] = [0x26] + Client.text("k") + Client.text("v")
    let connect = Client.connect5(
      properties: [0x21, 0, 9] + user, will: (Peer.signalTopic, "x"), willProperties: user)
    var good: [[UInt8]] = [Client.pingreq, Client.packet(0xF0, [0]), Client.disconnect5(4, properties: user)]
    let numbered: [UInt8] = [0x23, 0, 1]
    let answered: [UInt8] = [0x01, 1, 0x08] + Client.text("r")
    good.append(Client.publish5(Peer.signalTopic, Peer.panic, id: 1, properties: numbered + user))
    good.append(Client.publish5(Peer.signalTopic, "{", qos: 2, id: 2, properties: answered))
    good.append(Client.publish5("", Peer.panic, id: 3, properties: numbered))
    good.append(Client.subscribe5([(Peer.statusTopic, 1), ("$share/g/a", 0)], properties: [0x0B, 0x80, 1]))
    good.append(Client.unsubscribe5(["a"], properties: user))
    good.append(Client.packet(0x62, [0, 2, 0x92, 4, 0x1F, 0, 1, 0x61]))
    good.append(Client.packet(0x40, [0, 1, 0x97, 0]))
    var survived = 0
    for round in 0..<10_000 {
      var stream = round % 10 == 0 ? [] : connect
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        stream += good[Int.random(in: 0..<good.count, using: &random)]
      }
      for _ in 0..<Int.random(in: 0...2, using: &random) {
        stream[Int.random(in: 0..<stream.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      var driver = SessionDriver(MQTTSession(), principal: Peer.device, settlement: .byCaller)
      let cut = Int.random(in: 0...stream.count, using: &random)
      driver.handle(.bytes(Array(stream[..<cut])))
      driver.handle(.bytes(Array(stream[cut...])))
      if driver.closed == nil { survived += 1 }
      #expect(!Client.split(driver.replied).contains(where: isPositive))
      driver.handle(.peerClosed)
    }
    #expect(survived > 500 && survived < 9500)
  }

  @Test("10,000 seeded streams of garbage and damaged packets trap nothing and acknowledge nothing unsettled")
  func garbage() {
    var random = SeededRandom(seed: 2026)
    let good = [
      Client.publish(Peer.signalTopic, Peer.panic, id: 1), Client.publish(Peer.signalTopic, "{", qos: 2, id: 2),
      Client.subscribe([(Peer.statusTopic, 1)]), Client.pingreq, Client.acknowledgement(0x62, 2),
      Client.unsubscribe(["a"]), Client.acknowledgement(0x40, 1), Client.disconnect,
    ]
    var survived = 0
    for round in 0..<10_000 {
      var stream = round % 10 == 0 ? [] : Client.connect(will: (Peer.signalTopic, "x"))
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        stream += good[Int.random(in: 0..<good.count, using: &random)]
      }
      for _ in 0..<Int.random(in: 0...2, using: &random) {
        stream[Int.random(in: 0..<stream.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      var driver = SessionDriver(MQTTSession(), principal: Peer.device, settlement: .byCaller)
      let cut = Int.random(in: 0...stream.count, using: &random)
      driver.handle(.bytes(Array(stream[..<cut])))
      driver.handle(.bytes(Array(stream[cut...])))
      if driver.closed == nil { survived += 1 }
      #expect(!ClientPackets.split(driver.replied).contains { $0[0] == 0x40 || $0[0] == 0x50 })
      driver.handle(.peerClosed)
    }
    #expect(survived > 500 && survived < 9500)
  }

  /// Whether a packet of 5.0 is an acknowledgement of a success.
  private func isPositive(_ packet: [UInt8]) -> Bool {
    guard packet[0] == 0x40 || packet[0] == 0x50 else { return false }
    let reason = Client.essence(packet, version: 5).last ?? 0
    return reason < 0x80
  }
}
