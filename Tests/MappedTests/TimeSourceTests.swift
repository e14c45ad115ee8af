import CareModel
import Mapped
import Testing

@Suite("Times in messages")
struct TimeSourceTests {
  private func read(_ value: String, _ format: String, _ offset: String = "") throws -> Timestamp? {
    let at = #""at":{"path":"t","format":"\#(format)"\#(offset)}"#
    let signal = try pushed(#"{"t":\#(value)}"#, #""kind":"fall","serial":{"text":"S"},\#(at)"#).first
    #expect(signal?.oddities == (signal?.occurredAt == nil ? [.wrongClock] : []))
    return signal?.occurredAt
  }

  @Test(
    "moments as platforms write them",
    arguments: [
      ("\"2026-11-23T10:00:00+08:00\"", "rfc3339", "2026-11-23T02:00:00Z"),
      ("\" 2026-11-23T02:00:00Z \"", "rfc3339", "2026-11-23T02:00:00Z"),
      ("\"2026-11-23 10:00:00\"", "rfc3339", nil), ("1795399200", "rfc3339", nil),
      ("1795399200", "epochSeconds", "2026-11-23T02:00:00Z"),
      ("\"1795399200\"", "epochSeconds", "2026-11-23T02:00:00Z"),
      ("1795399200.5", "epochSeconds", "2026-11-23T02:00:00.5Z"),
      ("1795399200123", "epochMilliseconds", "2026-11-23T02:00:00.123Z"),
      ("1795399200", "epochMilliseconds", nil), ("1795399200123", "epochSeconds", nil), ("0", "epochSeconds", nil),
      ("946684800", "epochSeconds", "2000-01-01T00:00:00Z"), ("946684799", "epochSeconds", nil),
      ("-1", "epochSeconds", nil),
      ("1e308", "epochMilliseconds", nil), ("true", "epochSeconds", nil), ("\"\\u0031\"", "epochSeconds", nil),
    ] as [(String, String, String?)])
  func formats(value: String, format: String, expected: String?) throws {
    #expect(try read(value, format) == expected.map(moment))
  }

  @Test(
    "local times",
    arguments: [
      ("2026-11-23 10:00:05", "2026-11-23T02:00:05Z"), ("2026-11-23T10:00:05", "2026-11-23T02:00:05Z"),
      ("2026/11/23 10:00", "2026-11-23T02:00:00Z"), ("2026-1-3 9:05", "2026-01-03T01:05:00Z"),
      ("2026.11.23", "2026-11-22T16:00:00Z"), ("2026-11-23", "2026-11-22T16:00:00Z"),
      ("20261123", "2026-11-22T16:00:00Z"),
      ("202611231000", "2026-11-23T02:00:00Z"), ("20261123100005", "2026-11-23T02:00:05Z"),
      ("20261123 100005", "2026-11-23T02:00:05Z"),
      ("20261123T100005", "2026-11-23T02:00:05Z"), ("2026年11月23日", "2026-11-22T16:00:00Z"),
      ("2026年1月2日 3时4分5秒", "2026-01-01T19:04:05Z"),
      ("2026-11-23 10:00:05.123", "2026-11-23T02:00:05Z"), ("2026-11-23T10:00:05Z", "2026-11-23T10:00:05Z"),
      ("2026-11-23 10:00:05 PM", nil), ("2026-02-30", nil), ("2026-13-01", nil), ("26-11-23", nil), ("2026-11", nil),
      ("2026", nil),
      ("2026-11-23 24:00:00", nil), ("2026-11-23 1:2:3:4", nil), ("2026-111-23", nil), ("202611231", nil), ("-", nil),
      ("99999999999999", nil), (String(repeating: "2026-11-23", count: 6), nil), ("2026-11-23 +5", nil),
    ] as [(String, String?)])
  func local(text: String, expected: String?) throws {
    #expect(try read(quoted(text), "local", #","offsetMinutes":480"#) == expected.map(moment))
  }

  @Test("twelve digits of this century, and offsets to the west")
  func shortAndWest() throws {
    #expect(try read("\"261123100005\"", "localShort", #","offsetMinutes":480"#) == moment("2026-11-23T02:00:05Z"))
    #expect(try read("261123100005", "localShort", #","offsetMinutes":480"#) == moment("2026-11-23T02:00:05Z"))
    #expect(try read("\"20261123\"", "localShort", #","offsetMinutes":480"#) == nil)
    #expect(try read("\"2026-11-23\"", "local", #","offsetMinutes":-1439"#) == moment("2026-11-23T23:59:00Z"))
  }
}
