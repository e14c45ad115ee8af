import CareModel
import FeedConformance
import FeedSession
import Testing

import SCAIP

@Suite("SIP")
struct SIPTests {
  @Test(
    "each method has its answer, and only MESSAGE is delivered",
    arguments: [
      ("OPTIONS", "200"), ("REGISTER", "200"), ("INVITE", "405"), ("BYE", "405"), ("CANCEL", "405"), ("INFO", "405"),
      ("NOTIFY", "405"), ("SUBSCRIBE", "405"), ("FETCH", "501"), ("options", "501"), ("ACK", nil),
    ] as [(String, String?)])
  func methods(method: String, status: String?) {
    for transport in SCAIPTransport.allCases {
      var driver = Samples.driver(transport)
      driver.handle(.bytes(Samples.request(method, type: nil)))
      #expect(driver.words == (status.map { [$0] } ?? []) && driver.delivered.isEmpty && driver.closed == nil)
      guard let answer = driver.sent.first else { continue }
      #expect(answer.value("CSeq") == "1 \(method)" && answer.value("Content-Length") == "0")
      #expect((answer.value("Allow") != nil) == (method != "REGISTER"))
    }
  }

  @Test("an answer copies Via, From, To with a tag, Call-ID and CSeq; the tag is always the same")
  func copies() throws {
    var driver = Samples.driver(.udp, settlement: .byCaller)
    driver.handle(.bytes(Samples.request(body: Samples.document())))
    let answer = try #require(driver.sent.first)
    #expect(
      answer.values("Via") == [
        "SIP/2.0/UDP 10.0.0.5:5062;branch=z9hG4bK1;rport=40000;received=192.0.2.7"
      ])
    #expect(answer.value("From") == "<sip:100@10.0.0.5:5062>;tag=f1")
    #expect(answer.value("Call-ID") == "call-z9hG4bK1@10.0.0.5" && answer.value("CSeq") == "1 MESSAGE")
    let to = try #require(answer.value("To"))
    #expect(to.hasPrefix("<sip:alarm@198.51.100.1:5060>;tag=") && to.utf8.count == 50)
    #expect(answer.value("Content-Length") == "0" && answer.value("Contact") == nil)
    var again = Samples.driver(.udp, settlement: .byCaller)
    again.handle(.bytes(Samples.request(body: Samples.document())))
    #expect(again.replied == driver.replied)
  }

  @Test(
    "Via lines",
    arguments: [
      (["SIP/2.0/UDP a:1;branch=x"], ["SIP/2.0/UDP a:1;branch=x;received=192.0.2.7"]),
      (["SIP/2.0/UDP 192.0.2.7:1;branch=x"], ["SIP/2.0/UDP 192.0.2.7:1;branch=x"]),
      (["SIP/2.0/UDP 192.0.2.7;rport;branch=x"], ["SIP/2.0/UDP 192.0.2.7;rport=40000;branch=x;received=192.0.2.7"]),
      (["SIP / 2.0 / UDP  a ; branch = x"], ["SIP / 2.0 / UDP  a;branch = x;received=192.0.2.7"]),
      (
        ["SIP/2.0/TCP p;branch=y, SIP/2.0/UDP a;branch=x"],
        ["SIP/2.0/TCP p;branch=y;received=192.0.2.7, SIP/2.0/UDP a;branch=x"]
      ),
      (
        ["SIP/2.0/TCP p;received=1.1.1.1;branch=y", "SIP/2.0/UDP a"],
        ["SIP/2.0/TCP p;branch=y;received=192.0.2.7", "SIP/2.0/UDP a"]
      ),
      (["nonsense"], ["nonsense"]), (["SIP/2.0/UDP"], ["SIP/2.0/UDP"]), ([], []),
    ] as [([String], [String])])
  func viaLines(lines: [String], expected: [String]) {
    #expect(SIPVia.answerLines(lines, receivedFrom: Samples.peer) == expected)
    #expect(SIPVia.answerLines(lines, receivedFrom: nil) == lines)
  }

  @Test("an IPv6 sender is known by its brackets")
  func ipv6() {
    let peer = SCAIPPeer(address: "2001:db8::1", port: 5060)
    let line = "SIP/2.0/UDP [2001:db8::1]:5060;branch=x"
    #expect(SIPVia.answerLines([line], receivedFrom: peer) == [line])
    #expect(SIPVia(firstOf: line)?.branch == "x")
  }

  @Test(
    "addresses",
    arguments: [
      ("<sip:100@h:5060>;tag=1", "100", "h:5060", true), ("sip:100@h;tag=1", "100", "h", true),
      ("\"a <b> ; \\\" c\" <sip:100:secret@h;transport=tcp?x=y>", "100", "h", false),
      ("<SIPS:%31%30%30@h>", "100", "h", false),
      ("<tel:+4612345;phone-context=x>;TAG=1", "+4612345", nil, true), ("<sip:h>", nil, "h", false),
      ("<sip:@h>", nil, "h", false), ("<mailto:a@b>", nil, nil, false), ("", nil, nil, false),
      ("<sip:%0d@h>", "%0d", "h", false),
      ("<sip:100@[::1]:5060>", "100", "[::1]:5060", false), ("<sip:100@h>; tag =1", "100", "h", true),
    ] as [(String, String?, String?, Bool)])
  func addresses(value: String, user: String?, hostPort: String?, hasTag: Bool) {
    let address = SIPAddress(value)
    #expect(address.user == user && address.hostPort == hostPort && address.has("tag") == hasTag)
  }

  @Test("an address of 256 bytes can stand in our own message, a longer one not", arguments: [0, 1])
  func longAddress(excess: Int) {
    let user = String(repeating: "1", count: SIPAddress.maximumURIBytes - 6 + excess)
    #expect(SIPAddress("<sip:\(user)@h>").isUsable == (excess == 0))
    #expect(!SIPAddress("<sip:1@h i>").isUsable && !SIPAddress("<sip:卧@h>").isUsable && !SIPAddress("<tel:1>").isUsable)
  }

  @Test("compact names, other cases, folded lines, blanks before the colon, bare line feeds")
  func spellings() {
    let body = Samples.document()
    let head = [
      "MESSAGE sip:alarm@198.51.100.1 SIP/2.0", "v : SIP/2.0/UDP 10.0.0.5;", "  branch=z9hG4bK7", "\t;rport",
      "FROM: ", " <sip:100@10.0.0.5>;tag=1", "t: sip:alarm@198.51.100.1", "i: c1", "cSEQ: 7", " MESSAGE",
      "C: text/plain;charset=utf-8", "no header at all", "l:  \(body.utf8.count)",
    ]
    for lineEnd in ["\r\n", "\n"] {
      for transport in SCAIPTransport.allCases {
        var driver = Samples.driver(transport)
        driver.handle(.bytes(Array((head.joined(separator: lineEnd) + lineEnd + lineEnd + body).utf8)))
        #expect(driver.words == ["200", "MESSAGE"] && driver.signals.first?.kind == .panic)
        #expect(driver.sent.first?.value("CSeq") == "7 MESSAGE")
        #expect(driver.sent.last?.value("Content-Type") == "text/plain" && driver.statusNumbers == ["0"])
      }
    }
  }

  @Test("a registration gets its contacts back with a time")
  func registration() throws {
    var driver = Samples.driver(.udp)
    driver.handle(
      .bytes(
        Samples.request("REGISTER", type: nil, lines: ["m: <sip:b,c@h>;expires=60, \"x\" <sip:d@h>", "Expires: 120"])))
    let answer = try #require(driver.sent.first)
    let expected = ["<sip:100@10.0.0.5:5062>;expires=120", "<sip:b,c@h>;expires=60", "\"x\" <sip:d@h>;expires=120"]
    #expect(answer.values("Contact") == expected && answer.value("Expires") == "120")
    let bare = SIPAnswer(peer: nil).registration(
      try SIPHead(Array("REGISTER sip:h SIP/2.0\r\nContact: *\r\n\r\n".utf8), maximumHeaders: 4))
    #expect(Sent.all(in: bare).first?.values("Contact") == [] && Sent.all(in: bare).first?.value("Expires") == "3600")
  }

  @Test(
    "what SIP refuses is answered after its commit and delivered as unknown",
    arguments: [
      ("SIP/2.0\r\nVia", "SIP/3.0\r\nVia", "505"), ("Call-ID", "X-ID", "400"), ("From", "X-From", "400"),
      ("CSeq: 1 MESSAGE", "CSeq: 1 INVITE", "400"), ("CSeq: 1 MESSAGE", "CSeq: x", "400"), ("To: ", "X: ", "400"),
      ("application/scaip+xml\r\n", "application/scaip+xml\r\nContent-Encoding: gzip\r\n", "415"),
      ("MESSAGE sip:", "MESSAGE  broken sip:", "400"), ("MESSAGE sip:", "\u{1}MESSAGE@ sip:", "400"),
    ] as [(String, String, String)])
  func refusals(old: String, new: String, status: String) {
    let text = String(decoding: Samples.request(body: Samples.document()), as: UTF8.self)
    let bytes = Array(text.replacing(old, with: new, maxReplacements: 1).utf8)
    for transport in SCAIPTransport.allCases {
      for configuration in [SCAIPConfiguration(), Samples.bodyProfile] {
        var driver = Samples.driver(transport, configuration, settlement: .byCaller)
        driver.handle(.bytes(bytes))
        #expect(driver.signals.map(\.kind) == [.unknown] && driver.signals.first?.raw == bytes && driver.sent.isEmpty)
        for token in driver.unsettled { driver.settle(token) }
        #expect(driver.words == [status] && driver.statusNumbers.isEmpty && driver.closed == nil)
      }
    }
  }

  @Test(
    "types of bodies",
    arguments: [
      ("application/scaip+xml", true, ["200", "MESSAGE"]),
      ("Application/XML; charset=utf-8", true, ["200", "MESSAGE"]),
      ("text/xml", true, ["200", "MESSAGE"]), ("text/plain", true, ["200", "MESSAGE"]),
      (nil, true, ["200", "MESSAGE"]),
      ("application/octet-stream", true, ["200", "MESSAGE"]), ("application/sdp", false, ["415"]),
      ("text/plain", false, ["200", "MESSAGE"]),
    ] as [(String?, Bool, [String])])
  func types(type: String?, isRequest: Bool, words: [String]) {
    var driver = Samples.driver(.udp)
    driver.handle(.bytes(Samples.request(type: type, body: isRequest ? Samples.document() : "v=0")))
    #expect(driver.words == words && driver.signals.count == 1)
    #expect(driver.signals.first?.kind == (isRequest ? .panic : .unknown))
    if words == ["415"] {
      #expect(driver.signals.first?.oddities == [.unsupportedEvent])
      #expect(driver.sent.first?.value("Accept")?.hasPrefix("application/scaip+xml") == true)
    }
  }

  @Test("without a Via nothing is answered; a MESSAGE is delivered, each copy of it too")
  func noVia() {
    var driver = Samples.driver(.udp)
    driver.handle(.bytes(Array("OPTIONS sip:a@b SIP/2.0\r\n\r\n".utf8)))
    let text = String(decoding: Samples.request(body: Samples.document()), as: UTF8.self)
    for _ in 0..<2 { driver.handle(.bytes(Array(text.replacing("Via", with: "X").utf8))) }
    #expect(driver.replied.isEmpty && driver.signals.map(\.kind) == [.unknown, .unknown])
  }

  @Test("no more than eight contacts are given back", arguments: [0, 1])
  func contacts(excess: Int) throws {
    let contacts = Array(repeating: "<sip:a@b>", count: SIPAnswer.maximumContacts + excess).joined(separator: ",")
    let head = try SIPHead(Array("REGISTER sip:h SIP/2.0\r\nContact: \(contacts)\r\n\r\n".utf8), maximumHeaders: 1)
    let answer = Sent.all(in: SIPAnswer(peer: nil).registration(head)).first
    #expect(answer?.values("Contact").count == SIPAnswer.maximumContacts)
  }
}
