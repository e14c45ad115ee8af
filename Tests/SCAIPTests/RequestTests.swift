import CareModel
import FeedConformance
import FeedSession
import Testing

import SCAIP

@Suite("SCAIP requests")
struct RequestTests {
  private let window = TimeSpan.minutes(10)

  @Test("an alarm becomes a signal of its device")
  func signal() {
    let body = Samples.document(ref: "00A1", "<mty>ME</mty><stc>010</stc><lte> 卧室 </lte><dte>x</dte><dco>001</dco>")
    let expected = Signal(
      source: SignalSource(feed: .scaip, sender: "100", serial: "100"), kind: .panic,
      repeatKey: .message(id: "00A1", window: window), zone: "卧室", raw: Array(body.utf8))
    #expect(Samples.signal(body) == expected)
  }

  @Test(
    "the place is the first of lte, dte and dco that says something",
    arguments: [
      ("<dco>001</dco><dte>trigger</dte>", "trigger"), ("<dco>001</dco><lte> </lte><dte/>", "001"), ("", nil),
    ] as [(String, String?)])
  func place(more: String, zone: String?) {
    #expect(Samples.signal(Samples.document(more))?.zone == zone)
  }

  @Test(
    "what is refused: status number, oddity, whose it is, what is kept",
    arguments: [
      ("<mrq><cid>100</cid><dty>3</dty></mrq>", "7", .missingField, "100", nil),
      ("<mrq><ref>A1</ref><dty>3</dty></mrq>", "7", .missingField, "100", "A1"),
      ("<mrq><ref>A1</ref><cid>100</cid></mrq>", "7", .missingField, "100", "A1"),
      ("<mrq><ref>A1</ref><cid> </cid><dty>3</dty></mrq>", "7", .missingField, "100", "A1"),
      ("<mrq><ref>A1</ref><cid>100</cid><dty>3</dty>", "2", .notText, "100", "A1"),
      ("<other><ref>A1</ref><cid>100</cid><dty>3</dty></other>", "2", .notText, "100", "A1"),
      ("", "2", .notText, "100", nil),
      ("<mrq><ref>01234567890123456</ref><cid>100</cid><dty>3</dty></mrq>", "1", .tooLarge, "100", "01234567890123456"),
      ("<mrq><ref>A1</ref><cid>01234567890123456</cid><dty>3</dty></mrq>", "1", .tooLarge, "01234567890123456", "A1"),
      ("<mrq><ref>A1</ref><cid>100</cid><dty>00003</dty></mrq>", "1", .tooLarge, "100", "A1"),
      ("<mrq><ref>A-1</ref><cid>100</cid><dty>3</dty></mrq>", "3", .unsupportedEvent, "100", "A-1"),
      ("<mrq><ref>A1</ref><cid>100</cid><dty>x</dty></mrq>", "3", .unsupportedEvent, "100", "A1"),
      ("<mrq><ref>A1</ref><cid>100</cid><dty>+3</dty></mrq>", "3", .unsupportedEvent, "100", "A1"),
      ("<mrq><ref>A1</ref><cid>100</cid><dty>3</dty><mty>XX</mty></mrq>", "3", .unsupportedEvent, "100", "A1"),
      ("<mrq><ref>A1</ref><cid>100</cid><dty>3</dty><stc>1x</stc></mrq>", "3", .unsupportedEvent, "100", "A1"),
      ("<mrq><ref>A1</ref><cid>101</cid><dty>3</dty></mrq>", "3", .anonymousSender, "101", "A1"),
      ("<mrq><ref>&lt;&amp;&gt;</ref><cid>100</cid><dty>3</dty></mrq>", "3", .unsupportedEvent, "100", "&lt;&amp;&gt;"),
    ] as [(String, String, SignalOddity, String, String?)])
  func refused(body: String, status: String, oddity: SignalOddity, serial: String, reference: String?) {
    for configuration in [SCAIPConfiguration(), Samples.bodyProfile] {
      var driver = Samples.driver(.udp, configuration, settlement: .byCaller)
      let request = Samples.request(body: body)
      driver.handle(.bytes(request))
      #expect(driver.statusNumbers.isEmpty)
      for token in driver.unsettled { driver.settle(token) }
      #expect(driver.statusNumbers == [status] && driver.sent.last?.element("ref") == reference)
      #expect(driver.sent.first?.word == "200")
      let signal = driver.signals.first
      #expect(driver.signals.map(\.kind) == [.unknown] && signal?.oddities == [oddity])
      #expect(signal?.source == SignalSource(feed: .scaip, sender: "100", serial: serial))
      #expect(signal?.raw == (oddity == .notText && body.hasPrefix("<other>") == false ? request : Array(body.utf8)))
    }
  }

  @Test("the longest names are taken, blanks around them do not count")
  func longest() {
    let long = "0123456789abcdEF"
    let signal = Samples.signal(Samples.document(ref: " \(long)\n", cid: " \(long) ", dty: " 0003 "), user: long)
    #expect(signal?.kind == .panic && signal?.source.serial == long)
    #expect(signal?.repeatKey == .message(id: long, window: window))
  }

  @Test("a refused message is no reason to take a right one for a repeat")
  func refusedKey() {
    let refused = Samples.signal(Samples.document(dty: "x"))
    let right = Samples.signal(Samples.document())
    #expect(refused?.repeatKey != right?.repeatKey && refused?.repeatKey != nil)
    #expect(refused?.repeatKey == Samples.signal(Samples.document(dty: "x"))?.repeatKey)
    #expect(refused?.repeatKey != Samples.signal(Samples.document(dty: "y"))?.repeatKey)
  }

  @Test("a message without a SIP sender is known by its address")
  func noSender() {
    var driver = Samples.driver(.udp)
    let text = String(decoding: Samples.request(body: Samples.document()), as: UTF8.self)
    driver.handle(.bytes(Array(text.replacing("<sip:100@10.0.0.5:5062>;tag", with: "<sip:10.0.0.5>;tag").utf8)))
    #expect(driver.statusNumbers == ["3"])
    #expect(driver.signals.first?.source == SignalSource(feed: .scaip, sender: "192.0.2.7", serial: "100"))
  }

  @Test("an answer that comes the wrong way is kept and never answered in the application")
  func answerAsRequest() {
    for configuration in [SCAIPConfiguration(), Samples.bodyProfile] {
      var driver = Samples.driver(.udp, configuration)
      driver.handle(.bytes(Samples.request(body: "<mrs><ref>A1</ref><snu>0</snu></mrs>")))
      #expect(driver.words == ["200"] && driver.statusNumbers.isEmpty)
      #expect(driver.signals.map(\.kind) == [.unknown] && driver.signals.first?.oddities == [.unsupportedEvent])
    }
  }

  @Test(
    "the words about the call go with accepted alarms only",
    arguments: [
      ("", true), ("<crd>gsm:+46</crd>", true), ("<crd>no-voice:</crd>", false), ("<mty>PI</mty>", false),
      ("<mty>XX</mty>", false),
    ])
  func words(more: String, isTold: Bool) {
    let words = SCAIPAnswerWords(voiceMode: 1, callReceiver: 62, callNumber: "sip:desk@example;a&b")
    var driver = Samples.driver(.udp, SCAIPConfiguration(answerWords: words))
    driver.handle(.bytes(Samples.request(body: Samples.document(more))))
    let expected = "<mre>1</mre><cre>62</cre><tnu>sip:desk@example;a&amp;b</tnu></mrs>"
    #expect(driver.sent.last?.body.hasSuffix(expected) == isTold)
    #expect(driver.sent.last?.element("mre") == (isTold ? "1" : nil))
  }

  @Test(
    "words that the protocol does not have are told apart",
    arguments: [
      (0, 61, "", true), (3, 62, "1", true), (4, nil, nil, false), (-1, nil, nil, false), (nil, 60, nil, false),
      (nil, nil, "\r\n", false), (nil, nil, nil, true),
    ] as [(Int?, Int?, String?, Bool)])
  func validWords(mode: Int?, receiver: Int?, number: String?, isValid: Bool) {
    #expect(SCAIPAnswerWords.isValid(voiceMode: mode, callReceiver: receiver, callNumber: number) == isValid)
    let long = String(repeating: "1", count: SCAIPAnswerWords.maximumNumberBytes)
    #expect(SCAIPAnswerWords.isValid(voiceMode: nil, callReceiver: nil, callNumber: long))
    #expect(!SCAIPAnswerWords.isValid(voiceMode: nil, callReceiver: nil, callNumber: long + "1"))
  }

  @Test("a reference that is too long to be given back is left out", arguments: [0, 1])
  func longReference(excess: Int) {
    let reference = String(repeating: "a", count: ScaipAnswer.maximumReferenceBytes + excess)
    let answer = Sent(
      start: "", headers: [],
      body: String(decoding: ScaipAnswer(reference: reference, statusNumber: 1).bytes, as: UTF8.self))
    #expect(answer.element("ref") == (excess == 0 ? reference : nil) && answer.statusNumber == "1")
  }
}
