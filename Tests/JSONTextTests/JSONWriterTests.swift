import JSONText
import Testing

@Suite("JSON writer")
struct JSONWriterTests {
  @Test("Objects and arrays nest, commas stand between members only")
  func nesting() {
    var writer = JSONWriter()
    writer.object { object in
      object.member("a", "x")
      object.member("none", String?.none)
      object.member("b", 1)
      object.member("n", Int64.min)
      object.member("c", 0.5)
      object.member("d", true)
      object.objectMember("e") { $0.member("f", "g") }
      object.arrayMember("h") { array in
        array.value(1)
        array.value("z")
        array.object { _ in }
        array.array { _ in }
        array.null()
      }
      object.key("r")
      object.raw(Array("[1]".utf8))
    }
    let expected =
      #"{"a":"x","b":1,"n":-9223372036854775808,"c":0.5,"d":true,"e":{"f":"g"},"h":[1,"z",{},[],null],"r":[1]}"#
    #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
  }

  @Test(
    "Texts are escaped where JSON demands it and nowhere else",
    arguments: [
      ("", #""""#), ("银铃", #""银铃""#), ("a\"b\\c", #""a\"b\\c""#), ("\n\r\t", #""\n\r\t""#),
      ("\u{0}\u{1F}\u{7F}", "\"\\u0000\\u001f\u{7F}\""), ("/", #""/""#), ("🔔", #""🔔""#),
    ])
  func escapes(text: String, expected: String) {
    var writer = JSONWriter()
    writer.value(text)
    #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
  }

  @Test(
    "Numbers are written so that they read back, and null when not finite",
    arguments: [
      (0.0, "0.0"), (1e300, "1e+300"), (-2.5, "-2.5"),
      (.leastNonzeroMagnitude, "5e-324"), (.infinity, "null"), (-.infinity, "null"),
      (.nan, "null"),
    ])
  func doubles(number: Double, expected: String) {
    var writer = JSONWriter()
    writer.value(number)
    #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
  }

  @Test("What was read and written again reads the same, for generated values")
  func roundTrip() throws {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<500 {
      let value = randomValue(depth: 4, using: &random)
      var writer = JSONWriter()
      writer.value(value)
      #expect(try JSONValue(parsing: writer.bytes) == value)
    }
  }

  @Test("No bytes whatever trap the reader, and what it takes is written and read the same")
  func garbage() throws {
    var random = SeededGenerator(seed: 11)
    let alphabet = Array(#"{}[]":,\u0dD8tfnrue -+.19E"#.utf8) + [0xE9, 0x93, 0xB6, 0xFF, 0x0A]
    var taken = 0
    for _ in 0..<10_000 {
      let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }
      guard let value = try? JSONValue(parsing: bytes) else { continue }
      taken += 1
      var writer = JSONWriter()
      writer.value(value)
      #expect(try JSONValue(parsing: writer.bytes) == value)
    }
    #expect(taken > 50)
  }
}

private func randomValue(depth: Int, using random: inout SeededGenerator) -> JSONValue {
  switch Int.random(in: 0..<(depth == 0 ? 5 : 7), using: &random) {
  case 0: return .null
  case 1: return .bool(Bool.random(using: &random))
  case 2: return .int(Int64.random(in: .min ... .max, using: &random))
  case 3: return .double(Double.random(in: -1e9...1e9, using: &random))
  case 4: return .string(randomText(using: &random))
  case 5: return .array((0..<3).map { _ in randomValue(depth: depth - 1, using: &random) })
  default:
    return .object(
      (0..<3).map { _ in
        JSONMember(key: randomText(using: &random), value: randomValue(depth: depth - 1, using: &random))
      })
  }
}

private func randomText(using random: inout SeededGenerator) -> String {
  var text = ""
  for _ in 0..<Int.random(in: 0...6, using: &random) {
    text.unicodeScalars.append(Unicode.Scalar(UInt32.random(in: 0...0xD7FF, using: &random)) ?? "x")
  }
  return text
}

/// SplitMix64.
private struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
