import Testing

import CareModel
import FeedSession
import HTTPPush
import JSONText

@Suite("Signals by HTTP")
struct SignalPushTests {
  private let gateway = Principal.staff(StaffID(high: 1, low: 2))

  private func decode(_ text: String, _ principal: Principal) -> SignalPush.Decoded {
    SignalPush.decode(body: Array(text.utf8), principal: principal)
  }

  private func signals(_ text: String, _ principal: Principal) -> [Signal] {
    if case .signals(let signals) = decode(text, principal) { signals } else { [] }
  }

  private func refusal(_ text: String, _ principal: Principal) -> SignalPush.Refusal? {
    if case .refusal(let refusal) = decode(text, principal) { refusal } else { nil }
  }

  @Test("one signal of a device")
  func oneSignal() {
    let text = #"{"device":"S1","id":"7","kind":"panic","at":"2026-11-23T10:00:00+08:00","battery":80,"zone":"bed"}"#
    let expected = Signal(
      source: SignalSource(feed: .http, sender: "S1", serial: "S1"), kind: .panic,
      repeatKey: .message(id: "7", window: SignalJSON.repeatWindow),
      occurredAt: Timestamp(rfc3339: "2026-11-23T02:00:00Z"), batteryPercent: 80, zone: "bed", raw: Array(text.utf8))
    #expect(signals(text, .device(serial: "S1")) == [expected])
  }

  @Test("a gateway speaks for the device it names")
  func gatewaySignal() {
    let signal = signals(#"{"device":"S2","kind":"smoke"}"#, gateway).first
    #expect(signal?.source.serial == "S2" && signal?.source.sender.hasPrefix("staff:") == true)
    #expect(signal?.oddities == [])
    let platform = signals(#"{"device":"S2","kind":"smoke"}"#, .hospital(code: "H1")).first
    #expect(platform?.source.sender == "H1")
  }

  @Test("an array keeps the order and each element its own bytes")
  func array() {
    let elements = [
      #"{"kind":"panic","zone":"a]},\"\\"}"#, #"{ "kind" : "fall", "data":[1,{"x":[2]},"]"] }"#, "5", "\"a,b\"", "[]",
      "null", "-1.5",
    ]
    let found = signals(" [ \(elements.joined(separator: " ,\n")) ] ", .device(serial: "S1"))
    #expect(found.map { String(decoding: $0.raw, as: UTF8.self).trimmed } == elements)
    #expect(found.map(\.kind) == [.panic, .fall, .unknown, .unknown, .unknown, .unknown, .unknown])
    #expect(found.first?.zone == "a]},\"\\")
    #expect(signals("[]", gateway) == [] && decode("[]", gateway) == .signals([]))
    #expect(signals("[{}]", gateway).map { String(decoding: $0.raw, as: UTF8.self) } == ["{}"])
  }

  @Test(
    "what cannot be understood is delivered with its oddity",
    arguments: [
      (#"{"device":"S2","kind":"teapot"}"#, [SignalOddity.unknownKind]), (#"{"kind":"panic"}"#, [.missingField]),
      (#"{"device":5,"kind":"panic"}"#, [.missingField]), (#"{"device":"","kind":"panic"}"#, [.missingField]),
      (#"{"device":"S2","kind":"admit"}"#, [.unknownKind]), (#"{"device":"a\u0000","kind":"gas"}"#, [.missingField]),
    ])
  func oddities(text: String, oddities: [SignalOddity]) {
    #expect(signals(text, gateway).map(\.oddities) == [oddities])
  }

  @Test("an anonymous sender is marked")
  func anonymous() {
    let signal = signals(#"{"device":"S2","kind":"panic"}"#, .anonymous).first
    #expect(signal?.oddities == [.anonymousSender] && signal?.source.sender == "anonymous")
  }

  @Test(
    "a device speaks for itself only",
    arguments: [
      (#"{"kind":"panic"}"#, true), (#"{"device":"S1","kind":"panic"}"#, true),
      (#"{"device":null,"kind":"panic"}"#, true), (#"{"device":"S2","kind":"panic"}"#, false),
      (#"{"device":7,"kind":"panic"}"#, false), (#"[{"kind":"panic"},{"device":"s1","kind":"panic"}]"#, false),
    ])
  func ownSerial(text: String, isAllowed: Bool) {
    let device = Principal.device(serial: "S1")
    #expect(refusal(text, device)?.status == (isAllowed ? nil : 403))
    #expect(signals(text, device).allSatisfy { $0.source.serial == "S1" })
  }

  @Test(
    "what is no JSON is refused with the place",
    arguments: [
      ("", 400, "byte 0"), ("{\"kind\":panic}", 400, "byte 8"), ("[{}", 400, "byte 3"), ("{} {}", 400, "byte 3"),
      ("5", 400, "neither"), ("\"panic\"", 400, "neither"), ("null", 400, "neither"),
      (String(repeating: "[", count: 1000), 413, "byte"),
    ])
  func notJSON(text: String, status: Int, place: String) {
    let refusal = refusal(text, gateway)
    #expect(refusal?.status == status && refusal?.detail.contains(place) == true, "\(String(describing: refusal))")
  }

  @Test("signals are bounded")
  func signalLimit() {
    for count in [SignalPush.maximumSignals, SignalPush.maximumSignals + 1] {
      let text = "[" + Array(repeating: "{}", count: count).joined(separator: ",") + "]"
      let isTaken = count == SignalPush.maximumSignals
      #expect(signals(text, gateway).count == (isTaken ? count : 0))
      #expect(refusal(text, gateway)?.status == (isTaken ? nil : 413))
    }
  }

  @Test("the body is bounded")
  func bodyLimit() {
    for extra in [0, 1] {
      let text = "{}" + String(repeating: " ", count: SignalPush.maximumBodyBytes - 2 + extra)
      #expect(refusal(text, gateway)?.status == (extra == 0 ? nil : 413))
    }
  }

  @Test("the answer is positive only when everything is durable")
  func outcomes() throws {
    let good = SignalPush.encode(outcomes: [.accepted, .accepted])
    #expect(good.status == 202 && good.contentType == "application/json" && good.retryAfterSeconds == nil)
    #expect(String(decoding: good.body, as: UTF8.self) == #"{"accepted":2}"#)
    let bad = SignalPush.encode(outcomes: [.accepted, .unavailable])
    #expect(bad.status == 503 && bad.contentType == "application/problem+json")
    #expect(bad.retryAfterSeconds == PushResponse.unavailableRetrySeconds)
    #expect(try JSONValue(parsing: bad.body)["status"]?.int == 503)
  }

  @Test("a refusal is a problem detail")
  func problem() throws {
    let refusal = try #require(self.refusal("{", gateway))
    let response = SignalPush.encode(refusal: refusal)
    let body = try JSONValue(parsing: response.body)
    #expect(response.status == 400 && body["status"]?.int == 400 && body["title"]?.string == refusal.title)
    #expect(body["detail"]?.string == refusal.detail && body["type"]?.string == "about:blank")
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
