import CareModel
import FeedSession
import JSONText
import Mapped
import Testing

@Suite("Pushes by mapping")
struct MappedPushTests {
  private let keys = #"""
    "absent":["undefined",""],"serial":["imei","dev"],"at":{"path":"ts","format":"epochMilliseconds"},
    "id":{"parts":["dev","ts"],"hash":true},"battery":"bat","zone":{"path":"room","table":{"1":"bedroom"}},"value":"v",
    "rules":[{"when":{"type":"alarm","code":[1,"2"]},"kind":"panic"},
      {"when":{"type":"alarm"},"kind":{"path":"code","table":{"3":"fall","4":"smoke"}}},
      {"when":{"type":"beat"},"kind":"heartbeat"},{"when":{"type":"bed"},"kind":"bedExit","zone":{"text":"bed"}}]
    """#

  private func one(_ body: String) throws -> Signal { try #require(try pushed(body, keys).first) }

  @Test("every field of a signal")
  func fields() throws {
    let body = #"{"type":"alarm","code":1,"dev":"D1","imei":"86","ts":1619523767263,"bat":79.6,"room":1,"v":"3.5"}"#
    let signal = try one(body)
    let digest = try #require(signal.repeatID?.split(separator: "|")[2])
    let expected = Signal(
      source: SignalSource(feed: .mapped, sender: "test", serial: "86"), kind: .panic,
      repeatKey: .message(id: "D1|1619523767263|\(digest)|panic", window: .hours(168)),
      occurredAt: try moment("2021-04-27T11:42:47.263Z"), batteryPercent: 80, zone: "bedroom", value: 3.5,
      raw: Array(body.utf8))
    #expect(signal == expected && digest.utf8.count == 32)
  }

  @Test(
    "body and rules -> kind and oddities",
    arguments: [
      (#"{"type":"alarm","code":"2","dev":"D"}"#, SignalKind.panic, []),
      (#"{"type":"alarm","code":3,"dev":"D"}"#, .fall, []),
      (#"{"type":"alarm","code":4.0,"dev":"D"}"#, .smoke, []),
      (#"{"type":"alarm","code":9,"dev":"D"}"#, .unknown, [.unknownKind]),
      (#"{"type":"alarm","dev":"D"}"#, .unknown, [.missingField]),
      (#"{"type":"other","dev":"D"}"#, .unknown, [.unknownKind]), (#"{"type":"beat"}"#, .heartbeat, [.missingField]),
      (#"{"type":"beat","imei":"undefined","dev":"D"}"#, .heartbeat, []),
      (#"{"type":"beat","dev":"D","ts":5}"#, .heartbeat, [.wrongClock]),
      (#"{"type":"beat","dev":"D","ts":"soon"}"#, .heartbeat, [.wrongClock]),
      (#"{"type":"beat","dev":"D","ts":1e300}"#, .heartbeat, [.wrongClock]),
      (#"{"type":"beat","dev":"D","ts":-9223372036854775808}"#, .heartbeat, [.wrongClock]),
      (#"{"type":"beat","dev":"D","bat":"full"}"#, .heartbeat, [.missingField]),
      (#"{"type":"beat","dev":"D","v":"nan"}"#, .heartbeat, [.missingField]),
      (#"{"type":"beat","dev":"D","v":"1e999"}"#, .heartbeat, [.missingField]),
      (#"{"type":"beat","dev":"a\u0000b"}"#, .heartbeat, [.missingField]),
      (#"{"type":["alarm"],"dev":"D"}"#, .unknown, [.unknownKind]), ("5", .unknown, [.unknownKind, .missingField]),
      ("null", .unknown, [.unknownKind, .missingField]), ("\"text\"", .unknown, [.unknownKind, .missingField]),
    ] as [(String, SignalKind, [SignalOddity])])
  func kinds(body: String, kind: SignalKind, oddities: [SignalOddity]) throws {
    let signals = try pushed(body, keys)
    #expect(signals.map(\.kind) == [kind] && signals.map(\.oddities) == [oddities])
    #expect(signals.map(\.rawText) == [body])
  }

  @Test("a serial and a zone at their bound, and one past it")
  func textBounds() throws {
    let long = String(repeating: "s", count: Signal.maximumTextBytes)
    #expect(try one(#"{"type":"beat","dev":"\#(long)"}"#).source.serial == long)
    let tooLong = try one(#"{"type":"beat","dev":"\#(long)s"}"#)
    #expect(tooLong.source.serial == nil && tooLong.oddities == [.missingField])
    let zone = try pushed(#"{"z":"\#(long)é\u0000"}"#, #""serial":{"text":"S"},"kind":"fall","zone":"z""#).first?.zone
    #expect(zone == long)
  }

  @Test("battery is a percentage, whatever comes", arguments: [("-5", 0), ("0.4", 0), ("55.5", 56), ("1e18", 100)])
  func battery(text: String, expected: Int) throws {
    #expect(try one(#"{"type":"beat","dev":"D","bat":\#(text)}"#).batteryPercent == expected)
  }

  @Test("ids: with all parts only, with the kind, hashed when long or ambiguous")
  func ids() throws {
    #expect(try one(#"{"type":"alarm","code":1,"dev":"D"}"#).repeatKey == nil)
    #expect(try one(#"{"type":"beat","dev":"D","ts":1619523767263}"#).repeatKey == nil)
    let bed = #"{"type":"bed","dev":"D","ts":1619523767263}"#
    let first = try one(bed).repeatID
    #expect(try one(bed).repeatID == first && first?.hasSuffix("|bedExit") == true)
    #expect(try one(bed.replacing("\"dev\"", with: " \"dev\"")).repeatID != first)
    func id(_ left: String, _ right: String) throws -> String? {
      try pushed(#"{"a":"\#(left)","b":"\#(right)"}"#, #""serial":{"text":"S"},"kind":"fall","id":["a","b"]"#)
        .first?.repeatID
    }
    #expect(try id("x", "y") == "x|y|fall")
    #expect(try id("x|y", "z") != id("x", "y|z"))
    let long = String(repeating: "i", count: 126)
    #expect(try id(long, "y") == long + "|y|fall")
    #expect(try id(long, "yy")?.hasPrefix("hash:") == true && id(long, "yy")?.utf8.count == 5 + 32 + 5)
  }

  @Test("a rule that continues makes several signals, each with its own id, up to the bound")
  func severalSignals() throws {
    let rules = #"""
      "serial":{"text":"S"},"id":["n"],"rules":[{"when":{"sos":1},"kind":"panic","continue":true},
      {"when":{"low":1},"kind":"batteryLow","continue":true},{"when":{"zone2":1},"kind":"panic"},{"kind":"test"}]
      """#
    func kinds(_ body: String) throws -> [SignalKind] { try pushed(body, rules).map(\.kind) }
    #expect(try kinds(#"{"sos":1,"low":1}"#) == [.panic, .batteryLow, .test])
    #expect(try kinds(#"{"low":1,"zone2":1}"#) == [.batteryLow, .panic])
    let ids = try pushed(#"{"n":7,"sos":1,"zone2":1}"#, rules).map(\.repeatID)
    #expect(ids == ["7|panic", "7|panic#2"])
    func count(_ rules: Int) throws -> Int {
      let rule = #"{"kind":"fall","continue":true}"#
      return try pushed("{}", #""rules":[\#(Array(repeating: rule, count: rules).joined(separator: ","))]"#).count
    }
    #expect(try count(MappedLimits.maximumSignalsPerItem) == MappedLimits.maximumSignalsPerItem)
    #expect(try count(MappedLimits.maximumSignalsPerItem + 1) == MappedLimits.maximumSignalsPerItem)
  }

  // MARK: items

  @Test(
    "where the items are",
    arguments: [
      (#"{"msg":{"a":1}}"#, "msg", [#"{"a":1}"#]),
      (#"{"msg":[{"a":1} , {"a":2}]}"#, "msg", [#"{"a":1}"#, #"{"a":2}"#]),
      (#"{"msg":"{\"a\":1}"}"#, "msg", [#"{"a":1}"#]),
      (#"{"msg":"[{\"a\":1},{\"a\":\"]\"}]"}"#, "msg", [#"{"a":1}"#, #"{"a":"]"}"#]),
      (#"{"msg":"words"}"#, "msg", ["\"words\""]), (#"[{"a":1},2]"#, "$body", [#"{"a":1}"#, "2"]),
      (#" [ [1 , 2] , [ 3 ] ] "#, "[*]", ["1", "2", "3"]), (#"[[1,2],[3]]"#, "[1]", ["3"]),
      (#"{"g":[{"m":[1,2]},{"x":0},{"m":[3]}]}"#, "g[*].m[*]", ["1", "2", #"{"x":0}"#, "3"]),
      (#"{"g":[{"m":{"t":"}\"]"}}]}"#, "g[0].m", [#"{"t":"}\"]"}"#]),
      (#"{"a":1,"\u0061":{"b":[true,null]}}"#, "a.b", ["true", "null"]), (#"{"msg":[]}"#, "msg", []),
      (#"{"msg":"[]"}"#, "msg", []), (#"{"msg":[]}"#, "msg[*]", []), ("[]", "$body", []), (" \r\n", "msg", []),
      ("", "msg", []),
      (#"{"other":1}"#, "msg", [#"{"other":1}"#]), (#"[1]"#, "msg", ["[1]"]),
      (#"{"msg":3}"#, "msg[0]", ["3"]),
    ])
  func items(body: String, path: String, expected: [String]) throws {
    let signals = try pushed(body, #""items":"\#(path)","serial":{"text":"S"},"kind":"fall""#)
    #expect(signals.map(\.rawText) == expected)
  }

  @Test("what lies beside the way to the items is unknown, not dropped")
  func strays() throws {
    let signals = try pushed(#"{"g":[{"m":1},{"x":0}]}"#, #""items":"g[*].m","serial":{"text":"S"},"kind":"fall""#)
    #expect(signals.map(\.kind) == [.fall, .unknown] && signals.map(\.oddities) == [[], [.missingField]])
  }

  @Test("an item sees the body around it")
  func bodyPaths() throws {
    let body = #"{"gateway":{"sn":"G1"},"list":[{"z":"a"},{"z":"b"}]}"#
    let signals = try pushed(body, #""items":"list","serial":"$body.gateway.sn","zone":"z","kind":"fall""#)
    #expect(signals.map(\.source.serial) == ["G1", "G1"] && signals.map(\.zone) == ["a", "b"])
  }

  @Test("so many items, and one past it")
  func itemBound() throws {
    func body(_ count: Int) -> String { "[" + Array(repeating: "1", count: count).joined(separator: ",") + "]" }
    func kinds(_ text: String) throws -> [Signal] { try pushed(text, #""serial":{"text":"S"},"kind":"fall""#) }
    #expect(try kinds(body(MappedLimits.maximumItems)).count == MappedLimits.maximumItems)
    let text = body(MappedLimits.maximumItems + 1)
    let signals = try kinds(text)
    #expect(signals.map(\.kind) == [.unknown] && signals.map(\.oddities) == [[.tooLarge]])
    #expect(signals.first?.rawText == text)
    #expect(try kinds(quoted(text)).map(\.oddities) == [[.tooLarge]])
  }

  @Test(
    "a body that is no JSON is delivered whole",
    arguments: [
      ("{", [SignalOddity.notJSON]), ("{}x", [.notJSON]), ("{\"a\":1,}", [.notJSON]), ("\u{1}", [.notJSON]),
      ("a=1&b=2", [.notJSON]),
      ("\"\\ud800\"", [.notJSON]), (String(repeating: "[", count: 33), [.tooLarge, .notJSON]),
      (String(repeating: "[", count: 100_000), [.tooLarge, .notJSON]),
      ("[" + String(repeating: "1,", count: 1 << 16) + "1]", [.tooLarge, .notJSON]),
    ])
  func notJSON(body: String, oddities: [SignalOddity]) throws {
    let signals = try pushed(body, keys)
    #expect(signals.map(\.kind) == [.unknown] && signals.map(\.oddities) == [oddities])
    #expect(signals.first?.raw == Array(body.utf8))
    #expect(try pushed([0x22, 0xFF, 0x22], keys).map(\.oddities) == [[.notText, .notJSON]])
  }

  @Test("answers: the mapping's when all is durable, 503 when not")
  func answers() throws {
    let plain = MappedPush(mapping: try pushMapping(""), secrets: [])
    #expect(plain.encode(outcomes: [.accepted, .accepted]).status == 200)
    #expect(plain.encode(outcomes: []).body == [] && plain.encode(outcomes: []).contentType == nil)
    let told = try pushMapping(#""answer":{"status":202,"body":"{\"code\":0}"}"#)
    let answer = MappedPush(mapping: told, secrets: []).encode(outcomes: [.accepted])
    #expect(
      answer.status == 202 && answer.contentType == "application/json" && answer.body == Array(#"{"code":0}"#.utf8))
    let refused = MappedPush(mapping: told, secrets: []).encode(outcomes: [.accepted, .unavailable])
    #expect(refused.status == 503 && refused.retryAfterSeconds == PushAnswer.unavailableRetrySeconds)
    let statuses = PushRefusal.allCases.map { plain.encode(refusal: $0).status }
    #expect(statuses == [401, 403, 403, 405, 413])
    #expect(plain.encode(refusal: .tooLarge).contentType == "application/problem+json")
  }
}
