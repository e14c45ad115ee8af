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
}
