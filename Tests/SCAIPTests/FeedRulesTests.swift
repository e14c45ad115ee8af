import CareModel
import FeedConformance
import FeedSession
import Testing

import SCAIP

@Suite("SCAIP keeps the rules of every feed")
struct FeedRulesTests {
  static let stream =
    Array("\r\n\r\n".utf8) + Samples.request(branch: "z9hG4bKa", transport: "TCP", body: Samples.document(ref: "A1"))
    + Samples.request("OPTIONS", branch: "z9hG4bKo", type: nil, transport: "TCP")
    + Samples.request(
      branch: "z9hG4bKb", transport: "TCP", body: Samples.document(ref: "A2", dty: "5", "<lte>卧室</lte>"))
    + Samples.request(branch: "z9hG4bKc", transport: "TCP", body: Samples.document(ref: "A3", "<mty>PI</mty>"))

  @Test("a device's stream", arguments: [true, false])
  func conversation(isSeparate: Bool) {
    let configuration = SCAIPConfiguration(answersInSeparateMessage: isSeparate, maximumUnsettled: 2)
    var whole = SessionDriver(SCAIPSession(configuration: configuration, transport: .tcp), principal: nil)
    whole.handle(.bytes(Self.stream))
    #expect(whole.signals.map(\.kind) == [.panic, .fall, .heartbeat])
    #expect(whole.signals.map(\.zone) == [nil, "卧室", nil])
    let rules = FeedConformance(
      FeedConversation(
        makeSession: { SCAIPSession(configuration: configuration, transport: .tcp) }, principal: nil,
        stream: Self.stream, expected: whole.delivered, expectedAcknowledgements: 3,
        countAcknowledgements: { Sent.all(in: $0).filter { $0.statusNumber == "0" }.count },
        oversized: Array(("MESSAGE sip:a@b SIP/2.0\r\nX: " + String(repeating: "a", count: 16_384)).utf8)))
    #expect(rules.findings() == [])
  }

  private static let pieces: [[UInt8]] = [
    "\r\n", "\r\n\r\n", "MESSAGE sip:a@b SIP/2.0\r\n", "SIP/2.0 200 OK\r\n", "Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\n",
    "v: SIP/2.0/TCP [::1]:5060;rport,\r\n ", "From: \"<>\\\" <sip:1@h>;tag=1\r\n", "f: sip:100@h\r\n", "To: <sip:",
    "CSeq: 1 MESSAGE\r\n", "Call-ID: x\r\n", "l: 4\r\n", "Content-Length: 99999999999999999999\r\n",
    "Content-Length: 70\r\n", " folded\r\n", ":\r\n", "OPTIONS", "<mrq><ref>", "</mrq>", "<![CDATA[", "]]>", "&#x;",
    "<!--",
    "<cid>100</cid>", "<a b='", "\u{0}", "%", "%4", ";", ",", "=",
  ].map { Array($0.utf8) }

  @Test("seeded garbage traps nothing, and nothing is acknowledged before it is settled", arguments: 0..<8)
  func garbage(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let whole = Samples.request(body: Samples.document(ref: "A1", "<lte>卧室</lte>"))
    for round in 0..<300 {
      let transport: SCAIPTransport = round % 2 == 0 ? .udp : .tcp
      let configuration = SCAIPConfiguration(
        answersInSeparateMessage: round % 3 != 0, maximumHeadBytes: 2000, maximumBodyBytes: 3000, maximumUnsettled: 4,
        maximumTransactions: 4, maximumOwnMessages: 4)
      var driver = Samples.driver(transport, configuration, settlement: .byCaller)
      for _ in 0..<6 where driver.closed == nil {
        var bytes = whole
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
          bytes = []
          for _ in 0..<Int.random(in: 0..<30, using: &random) {
            bytes += Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &random)]
          }
        case 1: bytes = (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }
        default:
          for _ in 0..<Int.random(in: 0..<8, using: &random) {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
          }
        }
        driver.handle(.bytes(bytes))
        #expect(driver.unsettled.count <= 4 && driver.statusNumbers.isEmpty)
      }
      while let token = driver.unsettled.last { driver.settle(token) }
      #expect(driver.statusNumbers.count <= driver.delivered.count)
      driver.handle(.peerClosed)
    }
  }

  @Test("seeded damage to the document: it is accepted as it is or refused, and always delivered")
  func damagedDocuments() {
    var random = SeededRandom(seed: 7)
    let good = Array(Samples.document(ref: "A1", "<stc>0010</stc><lte>卧室 &amp; <![CDATA[x]]></lte>").utf8)
    for _ in 0..<3000 {
      var body = good
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        body[Int.random(in: 0..<body.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      var driver = Samples.driver(.udp)
      driver.handle(.bytes(Samples.request(bytes: body)))
      #expect(driver.signals.count == 1 && driver.words.first == "200")
      let isRefused = driver.statusNumbers != ["0"]
      #expect(isRefused == (driver.signals.first?.kind == .unknown))
      #expect(!isRefused || driver.signals.first?.oddities.isEmpty == false)
    }
  }
}
