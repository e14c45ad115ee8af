import CareModel
import Mapped
import Testing

@Suite("Payloads inside messages")
struct LayoutTests {
  /// The zone that one layout field gives for a payload in hexadecimal.
  private func read(_ field: String, _ payload: String) throws -> String? {
    let decoder = #"{"path":"d","encoding":"hex","layout":{"f":\#(field)}}"#
    let keys = #""kind":"panic","serial":{"text":"S"},"zone":"$payload.f","payloads":[\#(decoder)]"#
    return try pushed(#"{"d":"\#(payload)"}"#, keys).first?.zone
  }

  private static let eight = "8899AABBCCDDEEFF"

  @Test(
    "whole numbers of every length and order",
    arguments: [
      ("unsigned", 1, "big", "136"), ("unsigned", 2, "big", "34969"), ("unsigned", 3, "big", "8952234"),
      ("unsigned", 4, "big", "2291772091"), ("unsigned", 5, "big", "586693655500"),
      ("unsigned", 6, "big", "150193575808221"), ("unsigned", 7, "big", "38449555406904814"),
      ("unsigned", 8, "big", "9843086184167632639"), ("unsigned", 2, "little", "39304"),
      ("unsigned", 4, "little", "3148519816"), ("unsigned", 8, "little", "18441921395520346504"),
      ("signed", 1, "big", "-120"), ("signed", 2, "big", "-30567"), ("signed", 3, "big", "-7824982"),
      ("signed", 4, "big", "-2003195205"), ("signed", 8, "big", "-8603657889541918977"),
      ("signed", 2, "little", "-26232"), ("signed", 8, "little", "-4822678189205112"),
    ])
  func numbers(type: String, length: Int, endian: String, expected: String) throws {
    let field = #"{"type":"\#(type)","offset":0,"length":\#(length),"endian":"\#(endian)"}"#
    #expect(try read(field, Self.eight) == expected)
  }

  @Test(
    "bits, decimal digits, characters, bytes",
    arguments: [
      (#"{"type":"bits","offset":0,"length":1,"bit":3}"#, "08", "1"),
      (#"{"type":"bits","offset":0,"length":1,"bit":2}"#, "08", "0"),
      (#"{"type":"bits","offset":0,"length":2,"bit":4,"count":8}"#, "ABCD", "188"),
      (#"{"type":"bits","offset":0,"length":2,"bit":4,"count":8,"endian":"little"}"#, "CDAB", "188"),
      (#"{"type":"bits","offset":0,"length":8,"bit":0,"count":64}"#, "FFFFFFFFFFFFFFFF", "18446744073709551615"),
      (#"{"type":"bits","offset":0,"length":8,"bit":63}"#, "8000000000000000", "1"),
      (#"{"type":"bcd","offset":0,"length":3}"#, "012345", "012345"),
      (#"{"type":"bcd","offset":0,"length":3,"endian":"little"}"#, "452301", "012345"),
      (#"{"type":"bcd","offset":0}"#, "860803030676429F", "860803030676429"),
      (#"{"type":"bcd","offset":0,"length":2}"#, "12FF", "12"), (#"{"type":"bcd","offset":0,"length":2}"#, "1A23", nil),
      (#"{"type":"bcd","offset":0,"length":1}"#, "FF", nil),
      (#"{"type":"ascii","offset":1,"length":4}"#, "0041424300", "ABC"),
      (#"{"type":"ascii","offset":0}"#, "4142", "AB"),
      (#"{"type":"ascii","offset":0,"length":2}"#, "4107", nil),
      (#"{"type":"ascii","offset":0,"length":1}"#, "00", nil),
      (#"{"type":"hex","offset":1}"#, "00AbCd", "abcd"),
      (#"{"type":"hex","offset":0,"length":2,"endian":"little"}"#, "ABCD", "cdab"),
      (#"{"type":"hex","offset":-2}"#, "010203", "0203"), (#"{"type":"hex","offset":-2,"length":1}"#, "010203", "02"),
      (#"{"type":"hex","offset":-4}"#, "010203", nil), (#"{"type":"hex","offset":3}"#, "010203", nil),
      (#"{"type":"unsigned","offset":2,"length":1}"#, "010203", "3"),
      (#"{"type":"unsigned","offset":2,"length":2}"#, "010203", nil), (#"{"type":"hex","offset":65535}"#, "01", nil),
      (#"{"type":"signed","offset":0,"length":2,"scale":0.1,"plus":-40}"#, "0064", "-30"),
      (#"{"type":"unsigned","offset":0,"length":1,"scale":0.5}"#, "03", "1.5"),
      (#"{"type":"bcd","offset":0,"length":1,"scale":2}"#, "12", "24"),
      (#"{"type":"ascii","offset":0,"scale":2}"#, "4142", nil),
    ] as [(String, String, String?)])
  func forms(field: String, payload: String, expected: String?) throws {
    #expect(try read(field, payload) == expected)
  }

  @Test(
    "bytes as text",
    arguments: [
      (ByteText.base64, "AQID", [1, 2, 3]), (.base64, "AQI=", [1, 2]), (.base64, "AQI", [1, 2]), (.base64, "AQ==", [1]),
      (.base64, "-_-_", [0xFB, 0xFF, 0xBF]), (.base64, "+/+/", [0xFB, 0xFF, 0xBF]), (.base64, "AQ\r\nID ", [1, 2, 3]),
      (.base64, "", []), (.base64, "A", nil), (.base64, "AQ=D", nil), (.base64, "AQ!D", nil), (.base64, "AQIDé", nil),
      (.hex, "00fF a5", [0, 255, 165]), (.hex, "", []), (.hex, "0", nil), (.hex, "0g", nil),
      (.text, "a€", [97, 226, 130, 172]),
    ] as [(ByteText, String, [UInt8]?)])
  func byteText(encoding: ByteText, text: String, expected: [UInt8]?) {
    #expect(encoding.decode(text) == expected)
  }

  @Test("a payload at its bound, and one past it", arguments: ByteText.allCases)
  func payloadBound(encoding: ByteText) {
    func text(_ count: Int) -> String {
      switch encoding {
      case .base64: String(repeating: "AAAA", count: count / 3) + ["", "AA", "AAA"][count % 3]
      case .hex: String(repeating: "00", count: count)
      case .text: String(repeating: "a", count: count)
      }
    }
    #expect(encoding.decode(text(MappedLimits.maximumPayloadBytes))?.count == MappedLimits.maximumPayloadBytes)
    #expect(encoding.decode(text(MappedLimits.maximumPayloadBytes + 1)) == nil)
  }

  @Test(
    "which decoder is used, and what is damaged",
    arguments: [
      (#"{"d":"0105"}"#, SignalKind.panic, []), (#"{"d":"0205"}"#, .fall, []),
      (#"{"d":"0305"}"#, .unknown, [.unknownKind]),
      (#"{"d":"zz"}"#, .unknown, [.unknownKind, .notText]), (#"{"d":"01"}"#, .panic, [.missingField]),
      (#"{"d":""}"#, .unknown, [.unknownKind]), (#"{}"#, .unknown, [.unknownKind]),
      (#"{"d":5}"#, .unknown, [.unknownKind, .notText]),
      (#"{"j":"{\"k\":[{\"v\":9}]}"}"#, .smoke, []), (#"{"j":"{"}"#, .unknown, [.unknownKind, .notJSON]),
      (#"{"d":"zz","j":"{\"k\":[{\"v\":9}]}"}"#, .smoke, []), (#"{"off":1,"d":"0105"}"#, .unknown, [.unknownKind]),
    ] as [(String, SignalKind, [SignalOddity])])
  func decoders(body: String, kind: SignalKind, oddities: [SignalOddity]) throws {
    let keys = #"""
      "serial":{"text":"S"},"payloads":[
        {"when":{"off":{"present":false}},"path":"d","encoding":"hex","startsWith":"01","minimumBytes":2,
         "layout":{"a":{"type":"unsigned","offset":0,"length":1}}},
        {"when":{"off":{"present":false}},"path":"d","encoding":"hex","startsWith":"02",
         "layout":{"b":{"type":"unsigned","offset":0,"length":1}}},
        {"path":"j","encoding":"text","json":true}],
      "rules":[{"when":{"$payload.a":1},"kind":"panic"},{"when":{"$payload.b":2},"kind":"fall"},
        {"when":{"$payload.k[*].v":9},"kind":"smoke"}]
      """#
    let signals = try pushed(body, keys)
    #expect(signals.map(\.kind) == [kind] && signals.map(\.oddities) == [oddities])
  }
}
