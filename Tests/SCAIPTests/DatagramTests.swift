import CareModel
import FeedConformance
import FeedSession
import Testing

import SCAIP

@Suite("SCAIP over datagrams")
struct DatagramTests {
  private let request = Samples.request(body: Samples.document())

  @Test("a copy of a request gets the same answer and is delivered once, for 32 seconds")
  func copies() throws {
    var driver = Samples.driver(.udp)
    driver.handle(.bytes(request))
    let answer = try #require(driver.actions.first { if case .reply = $0 { true } else { false } })
    driver.now = driver.now + .milliseconds(31_999)
    let before = driver.actions.count
    driver.handle(.bytes(request))
    #expect(driver.signals.count == 1 && driver.actions[before] == answer)
    driver.now = Samples.now + .seconds(32)
    driver.handle(.bytes(request))
    #expect(driver.signals.count == 2 && driver.signals[0] == driver.signals[1])
  }

  @Test("while the answer waits for the store a copy is passed over, then it is repeated")
  func copiesWhileWaiting() {
    var driver = Samples.driver(.udp, Samples.bodyProfile, settlement: .byCaller)
    driver.handle(.bytes(request))
    driver.handle(.bytes(request))
    #expect(driver.signals.count == 1 && driver.replied.isEmpty)
    driver.settle(driver.unsettled[0])
    driver.handle(.bytes(request))
    #expect(driver.statusNumbers == ["0", "0"] && driver.sent[0] == driver.sent[1])
  }

  @Test("another body under the same branch is no copy: a device that never changes it loses nothing")
  func constantBranch() {
    var driver = Samples.driver(.udp)
    driver.handle(.bytes(request))
    driver.handle(.bytes(Samples.request(body: Samples.document(ref: "A2"))))
    #expect(driver.signals.count == 2)
  }

  @Test("where nothing can be made durable a datagram hears no more, and its copy is taken anew")
  func unavailable() {
    for configuration in [SCAIPConfiguration(), Samples.bodyProfile] {
      var driver = Samples.driver(.udp, configuration, settlement: .byCaller)
      driver.handle(.bytes(request))
      driver.settle(driver.unsettled[0], .unavailable)
      #expect(driver.closed == nil && driver.statusNumbers.isEmpty)
      driver.handle(.bytes(request))
      #expect(driver.signals.count == 2)
      driver.settle(driver.unsettled[0])
      #expect(driver.statusNumbers == ["0"])
    }
  }

  @Test("what is unavailable does not hold up the answers behind it")
  func unavailableFirst() {
    var driver = Samples.driver(.udp, settlement: .byCaller)
    driver.handle(.bytes(request))
    driver.handle(.bytes(Samples.request(branch: "z9hG4bK2", body: Samples.document(ref: "A2"))))
    driver.settle(driver.unsettled[1])
    #expect(driver.statusNumbers.isEmpty)
    driver.settle(driver.unsettled[0], .unavailable)
    #expect(driver.sent.compactMap { $0.element("ref") } == ["A2"])
  }

  @Test("our message is repeated after 500 ms, 1, 2, 4, 4 … s, and given up after 32 s")
  func repeated() throws {
    var driver = Samples.driver(.udp)
    driver.handle(.bytes(request))
    var moments: [Int64] = []
    var sent = driver.statusNumbers.count
    while let moment = driver.wakeAt, moment <= Samples.now + .seconds(40) {
      driver.now = moment
      driver.handle(.deadline)
      if driver.statusNumbers.count > sent { moments.append((moment - Samples.now).microseconds / 1000) }
      sent = driver.statusNumbers.count
    }
    #expect(moments == [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
    #expect(Set(driver.sent.dropFirst().map(\.headers)).count == 1)
    #expect(driver.wakeAt == Samples.now + .minutes(2))
  }

  @Test(
    "a final answer ends the repeating, a provisional one slows it, a foreign one changes nothing",
    arguments: [
      ("200 OK", "", 0), ("404 Not Found", "", 0), ("100 Trying", "", 8), ("200 OK", "0", 10), ("200 OK", "INVITE", 10),
    ])
  func answered(status: String, change: String, repeats: Int) throws {
    var driver = Samples.driver(.udp)
    driver.handle(.bytes(request))
    let own = try #require(driver.sent.last)
    var answer = "SIP/2.0 \(status)\r\nVia: \(try #require(own.value("Via")))\(change == "INVITE" ? "" : change)\r\n"
    answer = answer.replacing(";rport\(change)", with: "\(change);rport")
    driver.handle(.bytes(Array((answer + "CSeq: 1 \(change == "INVITE" ? "INVITE" : "MESSAGE")\r\n\r\n").utf8)))
    while let moment = driver.wakeAt, moment <= Samples.now + .seconds(40) {
      driver.now = moment
      driver.handle(.deadline)
    }
    #expect(driver.statusNumbers.count == 1 + repeats)
  }

  @Test("a datagram that is cut short is refused, what is too long of one is no part of it")
  func lengths() {
    var driver = Samples.driver(.udp)
    driver.handle(.bytes(Array(request.dropLast())))
    #expect(driver.words == ["400"] && driver.signals.map(\.kind) == [.unknown])
    driver.handle(.bytes(request + Array("junk".utf8)))
    #expect(driver.signals.last?.kind == .panic && driver.signals.last?.raw == Array(Samples.document().utf8))
    let text = String(decoding: Samples.request(branch: "z9hG4bK3", body: Samples.document(ref: "A3")), as: UTF8.self)
    driver.handle(.bytes(Array(text.replacing("Content-Length", with: "X").utf8)))
    #expect(driver.signals.last?.repeatKey == .message(id: "A3", window: .minutes(10)))
  }

  @Test(
    "keep-alives and empty datagrams are passed over",
    arguments: ["", "\r\n\r\n", "\0\0\0\0", "\r\n", "jaK", "junk\r\n\r\n"])
  func keepAlives(datagram: String) {
    var driver = Samples.driver(.udp)
    driver.handle(.bytes(Array(datagram.utf8)))
    #expect(driver.replied.isEmpty && driver.delivered.isEmpty && driver.closed == nil)
  }

  @Test("our own address can be told, and a device without a usable address gets no message")
  func addresses() throws {
    var driver = Samples.driver(.udp, SCAIPConfiguration(sentBy: "alarm.example:5070"))
    driver.handle(.bytes(request))
    #expect(driver.sent.last?.value("Via")?.hasPrefix("SIP/2.0/UDP alarm.example:5070;") == true)
    let text = String(decoding: request, as: UTF8.self)
    let odd = text.replacing("From: <sip:100@10.0.0.5:5062>", with: "From: <tel:100>")
    driver = Samples.driver(.udp)
    driver.handle(.bytes(Array(odd.utf8)))
    #expect(driver.words == ["200", "MESSAGE"] && driver.sent.last?.value("To") == "<sip:100@10.0.0.5:5062>")
    driver = Samples.driver(.udp)
    driver.handle(.bytes(Array(odd.replacing("Contact", with: "X").utf8)))
    #expect(driver.words == ["200"] && driver.signals.first?.kind == .panic)
  }
}
