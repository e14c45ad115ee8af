import CareModel
import FeedSession
import Testing

@Suite("Signals as JSON")
struct SignalJSONTests {
  private func decode(_ text: String) -> Signal {
    SignalJSON.decode(payload: Array(text.utf8), feed: .mqtt, sender: "SN1", serial: "SN1")
  }

  @Test("All fields of the interfaces page are read; the message stays as it came")
  func complete() {
    let text = """
      {"id":"a1","kind":"panic","at":"2026-11-23T10:00:00+08:00","battery":80,"zone":"bedroom","value":1.5,\
      "data":{"x":[1]},"extra":null}
      """
    let expected = Signal(
      source: SignalSource(feed: .mqtt, sender: "SN1", serial: "SN1"), kind: .panic,
      repeatKey: .message(id: "a1", window: .hours(168)), occurredAt: Timestamp(seconds: 1_795_399_200),
      batteryPercent: 80, zone: "bedroom", value: 1.5, raw: Array(text.utf8))
    #expect(decode(text) == expected)
  }

  @Test(
    "What is odd is noted and nothing is refused",
    arguments: [
      ("", SignalKind.unknown, [SignalOddity.notJSON]), ("help", .unknown, [.notJSON]), ("{", .unknown, [.notJSON]),
      ("[]", .unknown, [.missingField]), ("{}", .unknown, [.missingField]),
      (#"{"kind":1}"#, .unknown, [.missingField]), (#"{"kind":"Panic"}"#, .unknown, [.unknownKind]),
      (#"{"kind":"unknown"}"#, .unknown, [.unknownKind]), (#"{"kind":"admit"}"#, .unknown, [.unknownKind]),
      (#"{"kind":"fall","at":"yesterday"}"#, .fall, [.wrongClock]),
      (#"{"kind":"fall","at":"1999-12-31T23:59:59Z"}"#, .fall, [.wrongClock]),
      (#"{"kind":"fall","at":"2000-01-01T00:00:00Z"}"#, .fall, []),
      (#"{"kind":"fall","at":1}"#, .fall, [.missingField]), (#"{"kind":"fall","battery":"x"}"#, .fall, [.missingField]),
      (#"{"kind":"fall","zone":1,"value":"x","id":[]}"#, .fall, [.missingField]),
      (#"{"kind":"fall","zone":null,"value":null,"id":null,"at":null,"battery":null}"#, .fall, []),
      (#"{"kind":"x","kind":"gas"}"#, .gas, []),
    ])
  func odd(text: String, kind: SignalKind, oddities: [SignalOddity]) {
    let signal = decode(text)
    #expect(signal.kind == kind)
    #expect(signal.oddities == oddities)
    #expect(signal.raw == Array(text.utf8))
  }

  @Test("Bytes that are no text are said to be that")
  func notText() {
    let signal = SignalJSON.decode(payload: [0x22, 0xFF, 0x22], feed: .mqtt, sender: "s", serial: nil)
    #expect(signal.oddities == [.notText, .notJSON])
    #expect(signal.source == SignalSource(feed: .mqtt, sender: "s"))
  }

  @Test(
    "The battery is brought into 0 to 100",
    arguments: [("0", 0), ("100", 100), ("-1", 0), ("101", 100), ("1e300", 100), ("55.5", 56), ("true", nil)])
  func battery(text: String, percent: Int?) {
    #expect(decode("{\"kind\":\"fall\",\"battery\":\(text)}").batteryPercent == percent)
  }

  @Test(
    "A zone is cut at a character, to 256 bytes, and never holds U+0000",
    arguments: [
      (String(repeating: "a", count: 256), 256), (String(repeating: "a", count: 257), 256),
      (String(repeating: "房", count: 85) + "a", 256), (String(repeating: "房", count: 86), 255),
      (String(repeating: "👨‍👩‍👧", count: 15), 252), ("", nil), ("\\u0000", nil), ("a\\u0000b", 2),
    ])
  func zone(text: String, bytes: Int?) {
    #expect(decode("{\"kind\":\"fall\",\"zone\":\"\(text)\"}").zone?.utf8.count == bytes)
  }

  private func id(_ json: String) -> String? {
    guard case .message(let id, _) = decode("{\"kind\":\"fall\",\"id\":\(json)}").repeatKey else { return nil }
    return id
  }

  @Test("An id of 128 bytes is used as it is, a longer one as its hash; numbers count, an empty one is none")
  func ids() throws {
    let longest = String(repeating: "i", count: 128)
    #expect(id("\"\(longest)\"") == longest)
    let hashed = try #require(id("\"\(longest)i\""))
    #expect(hashed.hasPrefix("hash:"))
    #expect(hashed.utf8.count < 60)
    #expect(id("\"\(longest)i\"") == hashed)
    #expect(id("\"\(longest)j\"") != hashed)
    #expect(id("17") == "17")
    #expect(id("\"\"") == nil)
    #expect(id("\"a\\u0000\"")?.hasPrefix("hash:") == true)
  }

  @Test(
    "A heartbeat is a heartbeat whatever it says",
    arguments: [
      ("", nil, []), ("{}", nil, []), (#"{"battery":7}"#, 7, []), (#"{"kind":"panic"}"#, nil, []),
      ("beat", nil, [.notJSON]), ("1", nil, [.missingField]), (#"{"battery":"low"}"#, nil, [.missingField]),
    ] as [(String, Int?, [SignalOddity])])
  func heartbeat(text: String, battery: Int?, oddities: [SignalOddity]) {
    let signal = SignalJSON.decodeHeartbeat(payload: Array(text.utf8), feed: .mqtt, sender: "SN1", serial: "SN1")
    #expect(signal.kind == .heartbeat)
    #expect(signal.batteryPercent == battery)
    #expect(signal.oddities == oddities)
    #expect(signal.repeatKey == nil)
  }
}

@Suite("Staff answers as JSON")
struct StaffAnswerJSONTests {
  private let staff = StaffID(high: 1, low: 2)
  private let offer = OfferID(high: 3, low: 4)

  private func decode(_ text: String) throws(StaffAnswerJSON.Failure) -> StaffAnswerMessage {
    try StaffAnswerJSON.decode(payload: Array(text.utf8), staff: staff)
  }

  @Test("Every word of the interfaces page is read", arguments: StaffAnswer.allCases)
  func answers(answer: StaffAnswer) throws {
    let message = try decode("{\"offer\":\"\(offer)\",\"answer\":\"\(answer.rawValue)\",\"reason\":\"路上\"}")
    #expect(message == StaffAnswerMessage(staff: staff, offer: offer, answer: answer, reason: "路上"))
  }

  @Test("A reason is cut to its bound; one that is no text costs nothing")
  func reasons() throws {
    let long = String(repeating: "r", count: 300)
    let cut = try decode("{\"offer\":\"\(offer)\",\"answer\":\"decline\",\"reason\":\"\(long)\"}")
    #expect(cut.reason?.utf8.count == Signal.maximumTextBytes)
    #expect(try decode("{\"offer\":\"\(offer)\",\"answer\":\"accept\",\"reason\":7}").reason == nil)
  }

  @Test("Nonsense is refused with its reason")
  func nonsense() {
    #expect(throws: StaffAnswerJSON.Failure.notJSON) { try decode("yes") }
    #expect(throws: StaffAnswerJSON.Failure.notJSON) { try decode("[]") }
    #expect(throws: StaffAnswerJSON.Failure.offer) { try decode(#"{"answer":"accept"}"#) }
    #expect(throws: StaffAnswerJSON.Failure.offer) { try decode(#"{"offer":"1","answer":"accept"}"#) }
    #expect(throws: StaffAnswerJSON.Failure.answer) { try decode("{\"offer\":\"\(offer)\",\"answer\":\"yes\"}") }
    #expect(throws: StaffAnswerJSON.Failure.answer) { try decode("{\"offer\":\"\(offer)\"}") }
  }
}
