import Testing

import TextCodecs

@Suite("Character sets")
struct TextCodecTests {
  @Test(
    "names of table 0211 and of the field are known",
    arguments: [
      ("", TextCodec.ascii), ("ASCII", .ascii), ("UNICODE UTF-8", .utf8), ("utf-8", .utf8), ("UNICODE", .unicode),
      ("8859/1", .latin1), ("ISO 8859-1", .latin1), ("GB 18030-2000", .gb18030), ("GB18030", .gb18030),
      ("GBK", .gb18030),
    ])
  func names(name: String, codec: TextCodec) { #expect(TextCodec(hl7Name: name) == codec) }

  @Test(
    "other names are not guessed",
    arguments: ["ISO IR87", "BIG-5", "8859/15", "KS X 1001", "UTF-16", String(repeating: "8", count: 33)])
  func unknownNames(name: String) { #expect(TextCodec(hl7Name: name) == nil) }

  struct Sample: Sendable {
    let codec: TextCodec
    let bytes: [UInt8]
    let text: String
  }

  @Test(
    "text goes there and back",
    arguments: [
      Sample(codec: .ascii, bytes: [0x41, 0x7F], text: "A\u{7F}"),
      Sample(codec: .utf8, bytes: Array("张三".utf8), text: "张三"),
      Sample(codec: .unicode, bytes: Array("张三".utf8), text: "张三"),
      Sample(codec: .latin1, bytes: [0x4D, 0xFC, 0x6C], text: "Mül"),
      Sample(codec: .gb18030, bytes: [0xC5, 0xB7, 0xD1, 0xF4], text: "欧阳"),
      Sample(codec: .gb18030, bytes: [0x8F, 0x7C], text: "弢"),
      Sample(codec: .gb18030, bytes: [0x95, 0x34, 0xB2, 0x35], text: "𠮷"),
      Sample(codec: .gb18030, bytes: Array("plain".utf8), text: "plain"),
      Sample(codec: .gb18030, bytes: [], text: ""),
    ])
  func roundTrip(sample: Sample) throws {
    #expect(try sample.codec.decode(sample.bytes) == sample.text)
    #expect(try sample.codec.encode(sample.text) == sample.bytes)
  }

  @Test(
    "a byte order mark is taken off or followed",
    arguments: [
      (TextCodec.utf8, [0xEF, 0xBB, 0xBF, 0x41] as [UInt8], "A"), (.unicode, [0xFE, 0xFF, 0x5F, 0x20], "张"),
      (.unicode, [0xFF, 0xFE, 0x20, 0x5F], "张"),
    ])
  func byteOrderMark(codec: TextCodec, bytes: [UInt8], text: String) throws {
    #expect(try codec.decode(bytes) == text)
  }

  @Test(
    "bytes of another set are refused, never replaced",
    arguments: [
      (TextCodec.ascii, [0x80] as [UInt8]), (.utf8, [0xD1, 0xF4]), (.utf8, [0xED, 0xA0, 0x80]),
      (.unicode, [0xFE, 0xFF, 0x5F]), (.unicode, [0xFE, 0xFF, 0xD8, 0x00]), (.gb18030, [0xC5]),
      (.gb18030, [0x95, 0x34, 0xB2]), (.gb18030, [0xFF, 0x41]), (.gb18030, [0x81, 0x20]),
    ])
  func notDecodable(codec: TextCodec, bytes: [UInt8]) {
    #expect(throws: TextCodecError.notDecodable) { try codec.decode(bytes) }
  }

  @Test("text that a set lacks is refused", arguments: [(TextCodec.ascii, "é"), (.latin1, "张")])
  func notEncodable(codec: TextCodec, text: String) {
    #expect(throws: TextCodecError.notEncodable) { try codec.encode(text) }
  }

  @Test("every character of the basic plane comes back from GB 18030")
  func wholePlane() throws {
    var text = ""
    for value in UInt32(0x80)..<0x1_0000 {
      if let scalar = Unicode.Scalar(value), !(0xE000...0xF8FF).contains(value) { text.unicodeScalars.append(scalar) }
    }
    let bytes = try TextCodec.gb18030.encode(text)
    #expect(try TextCodec.gb18030.decode(bytes).unicodeScalars.elementsEqual(text.unicodeScalars))
  }

  @Test("the longest input is taken and one byte more is not")
  func bound() throws {
    let longest = [UInt8](repeating: 0x41, count: TextCodec.maximumBytes)
    #expect(try TextCodec.utf8.decode(longest).utf8.count == TextCodec.maximumBytes)
    #expect(throws: TextCodecError.tooLong) { try TextCodec.utf8.decode(longest + [0x41]) }
    #expect(throws: TextCodecError.tooLong) {
      try TextCodec.utf8.encode(String(decoding: longest, as: UTF8.self) + "A")
    }
  }
}
