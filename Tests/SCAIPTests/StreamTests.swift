import CareModel
import FeedConformance
import FeedSession
import Testing

import SCAIP

@Suite("SCAIP over a stream")
struct StreamTests {
  private let first = Samples.request(branch: "z9hG4bKa", transport: "TCP", body: Samples.document(ref: "A1"))
  private let second = Samples.request(branch: "z9hG4bKb", transport: "TCP", body: Samples.document(ref: "A2"))

  @Test("the 200 comes at once and alone, our message after the commit, in order of receipt")
  func separate() throws {
    var driver = Samples.driver(.tcp, settlement: .byCaller)
    driver.handle(.bytes(first + second))
    #expect(driver.words == ["200", "200"] && driver.sent.allSatisfy { $0.body.isEmpty })
    driver.settle(driver.unsettled[1])
    #expect(driver.words.count == 2)
    driver.settle(driver.unsettled[0])
    #expect(driver.words == ["200", "200", "MESSAGE", "MESSAGE"])
    #expect(driver.sent.compactMap { $0.element("ref") } == ["A1", "A2"] && driver.statusNumbers == ["0", "0"])
    let own = try #require(driver.sent.last)
    #expect(own.start == "MESSAGE sip:100@10.0.0.5:5062 SIP/2.0")
    #expect(own.value("Via")?.hasPrefix("SIP/2.0/TCP 198.51.100.1:5060;branch=z9hG4bK") == true)
    #expect(own.value("From")?.hasPrefix("<sip:alarm@198.51.100.1:5060>;tag=") == true)
    #expect(own.value("To") == "<sip:100@10.0.0.5:5062>" && own.value("Max-Forwards") == "70")
    #expect(own.value("CSeq") == "1 MESSAGE" && own.value("Content-Type") == "application/scaip+xml")
    #expect(own.body == "<mrs><ref>A2</ref><snu>0</snu></mrs>")
    let names = driver.sent.suffix(2).flatMap { [$0.value("Via"), $0.value("Call-ID")] }
    #expect(Set(names).count == 4)
  }

  @Test("in the other profile the 200 waits for the commit and carries the answer")
  func body() {
    var driver = Samples.driver(.tcp, Samples.bodyProfile, settlement: .byCaller)
    driver.handle(.bytes(first + second))
    #expect(driver.replied.isEmpty)
    driver.settle(driver.unsettled[1])
    #expect(driver.replied.isEmpty)
    driver.settle(driver.unsettled[0])
    #expect(driver.words == ["200", "200"])
    #expect(driver.sent.map(\.body) == ["A1", "A2"].map { "<mrs><ref>\($0)</ref><snu>0</snu></mrs>" })
  }

  @Test("where nothing can be made durable there is no answer, and the connection closes")
  func unavailable() {
    for configuration in [SCAIPConfiguration(), Samples.bodyProfile] {
      var driver = Samples.driver(.tcp, configuration, settlement: .byCaller)
      driver.handle(.bytes(first + second))
      driver.settle(driver.unsettled[0], .unavailable)
      #expect(driver.closed == .unavailable && driver.statusNumbers.isEmpty)
    }
  }

  @Test(
    "a double line end between messages is answered by a single one, a single one is passed over",
    arguments: [
      ("\r\n\r\n", "\r\n"), ("\r\n", ""), ("\r\n\r\n\r\n", "\r\n"), ("\r\n\r\n\r\n\r\n", "\r\n\r\n"),
    ])
  func keepAlive(ping: String, pong: String) {
    var whole = Samples.driver(.tcp)
    whole.handle(.bytes(Array(ping.utf8)))
    var dripped = Samples.driver(.tcp)
    for byte in ping.utf8 { dripped.handle(.bytes([byte])) }
    #expect(whole.replied == Array(pong.utf8) && dripped.replied == whole.replied)
    whole.handle(.bytes(first + Array(ping.utf8)))
    #expect(whole.signals.count == 1 && whole.statusNumbers == ["0"] && whole.replied.suffix(2) != Array("\r\n\r".utf8))
  }

  @Test(
    "a message without its length, or with two, ends the stream; it is delivered and refused",
    arguments: [
      ("Content-Length", "X-Length"), ("Content-Length: ", "Content-Length: 3\r\nl: "), ("Content-Length: ", "l: x"),
    ])
  func noLength(old: String, new: String) {
    let text = String(decoding: first, as: UTF8.self).replacing(old, with: new)
    var driver = Samples.driver(.tcp, settlement: .byCaller)
    driver.handle(.bytes(second + Array(text.utf8) + second))
    #expect(driver.signals.map(\.kind) == [.panic, .unknown] && driver.closed == nil)
    driver.settle(driver.unsettled[0])
    driver.settle(driver.unsettled[0])
    #expect(driver.words == ["200", "MESSAGE", "400"] && driver.closed == .malformed)
  }

  @Test("a message without a body may go without its length")
  func noLengthNoBody() {
    var driver = Samples.driver(.tcp)
    let text = String(decoding: Samples.request("OPTIONS", type: nil), as: UTF8.self)
    driver.handle(.bytes(Array(text.replacing("Content-Length: 0\r\n", with: "").utf8) + first))
    #expect(driver.words == ["200", "200", "MESSAGE"])
  }

  @Test("bytes that are no SIP close without an answer")
  func otherProtocol() {
    var driver = Samples.driver(.tcp)
    driver.handle(.bytes(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)))
    #expect(driver.closed == .malformed && driver.replied.isEmpty && driver.delivered.isEmpty)
  }

  @Test("answers to our own messages, and answers that nobody waits for, are taken in silence")
  func responses() {
    var driver = Samples.driver(.tcp)
    driver.handle(.bytes(Array("SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP h;branch=z9hG4bKx\r\nCSeq: 1 MESSAGE\r\n\r\n".utf8)))
    #expect(driver.replied.isEmpty && driver.closed == nil && driver.delivered.isEmpty)
  }

  @Test("a peer that has gone hears nothing, but what it sent is delivered")
  func peerGone() {
    let configuration = SCAIPConfiguration(maximumUnsettled: 1)
    var driver = Samples.driver(.tcp, configuration, settlement: .byCaller)
    driver.handle(.bytes(first + second))
    #expect(driver.signals.count == 1)
    driver.handle(.peerClosed)
    #expect(driver.signals.count == 2 && driver.words == ["200"] && driver.closed == .peerClosed)
  }

  @Test("shutdown closes; a message for the peer is reported as not delivered")
  func otherEvents() {
    var session = SCAIPSession(transport: .tcp)
    let token = DownlinkToken(number: 1)
    let downlink = Downlink(purpose: .deviceStatus(serial: "d"), payload: [], token: token)
    #expect(session.handle(.downlink(downlink), at: Samples.now).first == .downlinkReported(token, isDelivered: false))
    #expect(session.handle(.shutdown, at: Samples.now) == [.close(.shutdown)])
    #expect(session.handle(.bytes(first), at: Samples.now) == [])
  }
}
