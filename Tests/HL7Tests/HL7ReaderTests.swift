import Testing

import HL7
import TextCodecs

@Suite("HL7 character sets")
struct HL7ReaderTests {
  private func read(_ block: [UInt8], _ fallback: [TextCodec] = [.utf8]) -> HL7Block {
    HL7Reader(fallbackCodecs: fallback).read(block)
  }

  private func name(_ block: HL7Block) -> String? {
    guard case .message(let message) = block else { return nil }
    return message.first("PID")?.field(5).raw
  }

  private func block(set: String, name: [UInt8], facility: [UInt8] = [0x48]) -> [UInt8] {
    Array("MSH|^~\\&|HIS|".utf8) + facility + Array("|||20260301||ADT^A01|1|P|2.4||||||\(set)\rPID|1||9||".utf8) + name
      + Array("|\r".utf8)
  }

  @Test(
    "MSH-18 decides, before anything is split",
    arguments: [
      ("GB 18030-2000", [0x8F, 0x7C] as [UInt8], "弢"), ("GB 18030-2000", [0x81, 0x5E], "乛"),
      ("UNICODE UTF-8", Array("张".utf8), "张"), ("UNICODE", Array("张".utf8), "张"), ("8859/1", [0xFC], "ü"),
      ("ASCII~ISO IR87~UNICODE UTF-8", Array("张".utf8), "张"), ("", Array("张".utf8), "张"),
      ("ASCII", Array("张".utf8), "张"), ("KS X 1001", Array("Kim".utf8), "Kim"),
    ])
  func declared(set: String, bytes: [UInt8], text: String) { #expect(name(read(block(set: set, name: bytes))) == text) }

  @Test("a Chinese facility whose second byte is a separator does not hide MSH-18")
  func movedHeader() {
    let read = read(block(set: "GB 18030-2000", name: [0xC5, 0xB7], facility: [0x8F, 0x7C]))
    #expect(name(read) == "欧")
    guard case .message(let message) = read else { return }
    #expect(message.header.field(4).raw == "弢")
    #expect(message.codec == .gb18030)
  }

  @Test("an undeclared set is the connection's own")
  func undeclared() {
    #expect(name(read(block(set: "", name: [0xD1, 0xF4]), [.utf8, .gb18030])) == "阳")
    #expect(name(read(block(set: "", name: Array("欧".utf8)), [.utf8, .gb18030])) == "欧")
  }

  @Test("bytes of no set keep their header")
  func notText() {
    guard case .notText(let header) = read(block(set: "UNICODE UTF-8", name: [0xD1, 0xF4])) else {
      Issue.record("read as text")
      return
    }
    #expect(header.header.field(10).raw == "1")
  }

  @Test("byte order mark and line ends before the header are skipped")
  func prefix() {
    let message = block(set: "UNICODE UTF-8", name: Array("张".utf8))
    #expect(name(read([0xEF, 0xBB, 0xBF] + message)) == "张")
    #expect(name(read([0x0D, 0x0A] + message)) == "张")
  }

  @Test("no header", arguments: [[], [0x0D], Array("PID|1\r".utf8), [0xFF, 0xFE]] as [[UInt8]])
  func noHeader(block: [UInt8]) {
    guard case .noHeader = read(block) else {
      Issue.record("found a header")
      return
    }
  }
}
