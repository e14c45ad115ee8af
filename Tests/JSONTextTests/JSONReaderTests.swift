import JSONText
import Testing

@Suite("JSON reader")
struct JSONReaderTests {
  @Test(
    "Values are read as RFC 8259 says",
    arguments: [
      ("null", JSONValue.null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .int(0)), ("-0", .int(0)),
      ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
      ("9223372036854775808", .double(9_223_372_036_854_775_808)), ("1.5", .double(1.5)), ("2E3", .double(2000)),
      ("-1e-2", .double(-0.01)), ("\"\"", .string("")), ("\"银铃\"", .string("银铃")),
      (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")), (#""a\u94f6b""#, .string("a银b")),
      (#""\ud83d\udd14""#, .string("🔔")), (#""\u0000""#, .string("\0")), ("[]", .array([])), ("{}", .object([])),
      ("[1 , [2]]", .array([.int(1), .array([.int(2)])])),
      (
        #"{"b":1,"a":{"c":null}}"#,
        .object([
          JSONMember(key: "b", value: .int(1)),
          JSONMember(key: "a", value: .object([JSONMember(key: "c", value: .null)])),
        ])
      ), ("\u{FEFF}1", .int(1)),
    ])
  func reads(text: String, expected: JSONValue) throws {
    #expect(try JSONValue(parsing: Array(text.utf8)) == expected)
  }

  @Test(
    "What is not JSON is refused with the place",
    arguments: [
      ("", JSONError.Problem.endOfText, 0), ("  ", .endOfText, 2), ("nul", .endOfText, 3), ("nulL", .unexpectedByte, 3),
      ("1 2", .trailingBytes, 2), ("{}}", .trailingBytes, 2), ("01", .invalidNumber, 0), ("-", .invalidNumber, 0),
      ("1.", .invalidNumber, 0), (".5", .unexpectedByte, 0), ("1e", .invalidNumber, 0), ("+1", .unexpectedByte, 0),
      ("1e999", .numberOutOfRange, 0), ("NaN", .unexpectedByte, 0), ("[1,]", .unexpectedByte, 3),
      ("[1", .endOfText, 2), ("{\"a\"}", .unexpectedByte, 4), ("{a:1}", .unexpectedByte, 1),
      ("{\"a\":1,}", .unexpectedByte, 7), ("{", .endOfText, 1), ("\"a", .endOfText, 2), (#""\x""#, .invalidEscape, 1),
      (#""\u12g4""#, .invalidEscape, 1), (#""\ud800""#, .loneSurrogate, 1), (#""\udc00""#, .loneSurrogate, 1),
      (#""\ud800\ud800""#, .loneSurrogate, 1), (#""\u12"#, .endOfText, 5), ("\"a\nb\"", .controlCharacter, 2),
      ("'a'", .unexpectedByte, 0),
    ])
  func refuses(text: String, problem: JSONError.Problem, offset: Int) {
    #expect(throws: JSONError(problem, at: offset)) { try JSONValue(parsing: Array(text.utf8)) }
  }

  @Test(
    "Invalid UTF-8 is refused, escaped or not",
    arguments: [
      [0x22, 0x80, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0x5C, 0x6E, 0xFF, 0x22],
      [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
    ] as [[UInt8]])
  func refusesInvalidUTF8(bytes: [UInt8]) {
    #expect(throws: JSONError(.invalidUTF8, at: 0)) { try JSONValue(parsing: bytes) }
  }

  @Test("The depth limit holds at the bound and one past it")
  func depth() throws {
    let deep = Array((String(repeating: "[", count: 32) + String(repeating: "]", count: 32)).utf8)
    _ = try JSONValue(parsing: deep)
    let deeper = Array((String(repeating: "[", count: 33) + String(repeating: "]", count: 33)).utf8)
    #expect(throws: JSONError(.tooDeep, at: 32)) { try JSONValue(parsing: deeper) }
    let wide = "[" + Array(repeating: "[]", count: 100).joined(separator: ",") + "]"
    _ = try JSONValue(parsing: Array(wide.utf8))
  }

  @Test("The byte and node limits hold at the bound and one past it")
  func sizes() throws {
    let limits = JSONLimits(maximumBytes: 5, maximumDepth: 2, maximumNodes: 3)
    _ = try JSONValue(parsing: Array("[1,2]".utf8), limits: limits)
    #expect(throws: JSONError(.tooLarge, at: 5)) { try JSONValue(parsing: Array("[1,2] ".utf8), limits: limits) }
    let more = JSONLimits(maximumBytes: 7, maximumDepth: 2, maximumNodes: 3)
    #expect(throws: JSONError(.tooManyNodes, at: 5)) { try JSONValue(parsing: Array("[1,2,3]".utf8), limits: more) }
  }

  @Test("Accessors give the value in its type or nil; the last of two members with one name counts")
  func accessors() throws {
    let value = try JSONValue(
      parsing: Array(#"{"a":1,"b":80.0,"c":"x","d":true,"e":[1],"a":2,"f":null,"g":0.5}"#.utf8))
    #expect(value["a"]?.int == 2)
    #expect(value["b"]?.int == 80)
    #expect(value["a"]?.double == 2)
    #expect(value["g"]?.int == nil)
    #expect(value["g"]?.double == 0.5)
    #expect(value["c"]?.string == "x")
    #expect(value["c"]?.int == nil)
    #expect(value["d"]?.bool == true)
    #expect(value["e"]?.array == [.int(1)])
    #expect(value["f"]?.isNull == true)
    #expect(value["z"] == nil)
    #expect(value.object?.count == 8)
    #expect(JSONValue.int(1)["a"] == nil)
    #expect(JSONValue.object([JSONMember(key: "\u{212A}", value: .null)])["K"] == nil)
  }

  @Test(
    "A number without a fraction is whole within 64 bits and not beyond",
    arguments: [
      ("-9223372036854775808.0", Int64.min), ("9223372036854775808", nil),
      ("9223372036854774784.0", 9_223_372_036_854_774_784),
      ("1e300", nil), ("-1e300", nil), ("0.5", nil), ("-3.0", -3),
    ])
  func wholeNumbers(text: String, number: Int64?) throws {
    #expect(try JSONValue(parsing: Array(text.utf8)).int == number)
  }
}
