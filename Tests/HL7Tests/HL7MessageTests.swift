import Testing

import CareModel
import HL7
import TextCodecs

@Suite("HL7 messages")
struct HL7MessageTests {
  private func message(_ text: String) throws -> HL7Message { try #require(HL7Message(text, codec: .utf8)) }

  @Test("fields are counted as the standard counts them")
  func numbering() throws {
    let message = try message("MSH|^~\\&|HIS|H1|||2026||ADT^A01|7|P|2.4\rPID|1||a^b&c~d^e\rPV1\r")
    #expect(message.header.field(1).raw == "|")
    #expect(message.header.field(2).raw == "^~\\&")
    #expect(message.header.field(3).raw == "HIS")
    #expect(message.header.field(10).raw == "7")
    #expect(message.header.field(99).isEmpty)
    let patient = try #require(message.first("PID"))
    #expect(patient.field(3).raw == "a^b&c~d^e")
    #expect(patient.field(3).repetitions.map(\.raw) == ["a^b&c", "d^e"])
    #expect(patient.field(3).repetitions[1].component(2).raw == "e")
    #expect(patient.field(3).component(2).raw == "b&c")
    #expect(patient.field(3).component(3).isEmpty)
    #expect(patient.field(1).subcomponent(1).raw == "1")
    #expect(message.first("PV1")?.field(2).isEmpty == true)
    #expect(message.first("PI") == nil)
  }

  @Test("CR, LF and CRLF end a segment", arguments: ["\r", "\n", "\r\n", "\r\r"])
  func segmentEnds(end: String) throws {
    let message = try message(["MSH|^~\\&|A", "PID|1", "PV1|1"].joined(separator: end))
    #expect(message.segments.map { String(decoding: $0.prefix(3), as: UTF8.self) } == ["MSH", "PID", "PV1"])
    #expect(message.first("PV1")?.field(1).raw == "1")
  }

  @Test("delimiters are the message's own")
  func ownDelimiters() throws {
    let message = try message("MSH*:;?!*HIS\rPID*1**a:b;c\r")
    #expect(message.delimiters.field == UInt8(ascii: "*"))
    #expect(message.first("PID")?.field(3).repetitions.map { $0.component(1).raw } == ["a", "c"])
    #expect(message.first("PID")?.field(3).component(2).raw == "b")
  }

  @Test("a delimiter written twice counts once, a missing one separates nothing")
  func oddDelimiters() throws {
    #expect(try message("MSH|^~\\\\&|A").delimiters == .standard)
    let short = try message("MSH|^|A\rPID|a^b~c&d\r")
    #expect(short.first("PID")?.field(1).component(2).raw == "b~c&d")
    #expect(short.first("PID")?.field(1).repetitions.count == 1)
    let bare = try message("MSH||A\rPID|a^b\r")
    #expect(bare.first("PID")?.field(1).component(1).raw == "a^b")
    #expect(try message("MSH|^~\\&#|A").delimiters.truncation == UInt8(ascii: "#"))
  }

  @Test("what does not start with a header is no message", arguments: ["", "MSH", "PID|1", "MSHX^~", "MSH\r", " \r\n"])
  func noHeader(text: String) { #expect(HL7Message(text, codec: .utf8) == nil) }

  @Test(
    "escapes are decoded after splitting, unknown ones stay",
    arguments: [
      ("a\\F\\b", "a|b"), ("\\S\\\\T\\\\R\\\\E\\", "^&~\\"), ("\\X41\\", "A"), ("\\XE5BCA0\\", "张"),
      ("a\\.br\\b", "a\nb"), ("\\H\\bold\\N\\", "bold"), ("\\X4\\", "\\X4\\"), ("\\XZZ\\", "\\XZZ\\"),
      ("\\XFF\\", "\\XFF\\"), ("\\C2842\\", "\\C2842\\"), ("C:\\dir", "C:\\dir"), ("\\", "\\"), ("\\\\", "\\\\"),
      ("\\P\\", "\\P\\"), ("\\.in+5\\", "\\.in+5\\"), ("\\X\\", "\\X\\"),
    ])
  func escapes(written: String, meant: String) throws {
    #expect(try message("MSH|^~\\&|A\rNTE|\(written)\r").first("NTE")?.field(1).text == meant)
  }

  @Test("a word is trimmed, without control characters, and bounded")
  func words() throws {
    let message = try message(
      "MSH|^~\\&|A\rNTE|  a \\X0D\\ b |\"\"||\(String(repeating: "x", count: 9))|   |\\X00\\\r")
    let note = try #require(message.first("NTE"))
    #expect(note.field(1).word(maximumBytes: 256) == "a b")
    #expect(note.field(2).isDeletion && note.field(2).word(maximumBytes: 256) == nil)
    #expect(note.field(3).isEmpty && note.field(3).word(maximumBytes: 256) == nil)
    #expect(note.field(4).word(maximumBytes: 9) == "xxxxxxxxx")
    #expect(note.field(4).word(maximumBytes: 8) == nil)
    #expect(note.field(5).word(maximumBytes: 8) == nil)
    #expect(note.field(6).word(maximumBytes: 8) == nil)
  }

  @Test("repetitions are read up to the limit and not past it")
  func repetitionLimit() throws {
    for count in [HL7Value.maximumRepetitions, HL7Value.maximumRepetitions + 1] {
      let field = Array(repeating: "x", count: count).joined(separator: "~")
      let value = try #require(try message("MSH|^~\\&|A\rPID|\(field)\r").first("PID")?.field(1))
      #expect(value.repetitions.count == HL7Value.maximumRepetitions)
    }
  }
}

@Suite("HL7 times")
struct HL7TimeTests {
  @Test(
    "time stamps of every precision",
    arguments: [
      ("20260301", "2026-02-28T16:00:00Z"), ("2026030108", "2026-03-01T00:00:00Z"),
      ("202603010830", "2026-03-01T00:30:00Z"), ("20260301083015", "2026-03-01T00:30:15Z"),
      ("20260301083015.5", "2026-03-01T00:30:15.5Z"), ("20260301083015.1234+0000", "2026-03-01T08:30:15.1234Z"),
      ("202603010830-0530", "2026-03-01T14:00:00Z"), ("20240229", "2024-02-28T16:00:00Z"),
    ])
  func precision(text: String, moment: String) {
    #expect(HL7Time(text, defaultOffsetMinutes: 480)?.moment == Timestamp(rfc3339: moment))
    #expect(Timestamp(rfc3339: moment) != nil)
  }

  @Test(
    "what is no time is nil",
    arguments: [
      "", "2026", "202603", "20260229", "20261301", "2026030125", "20260301083", "20260301083015+25",
      "20260301083015+2500", "tomorrow", "20260301083015Z", "20260301083015.12345678901234567890123",
    ])
  func notATime(text: String) { #expect(HL7Time(text, defaultOffsetMinutes: 480) == nil) }
}
