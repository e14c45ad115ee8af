import CareModel
import Testing

@Suite("Moments")
struct TimestampTests {
  @Test(
    "RFC 3339 is read with its offset",
    arguments: [
      ("2026-11-23T10:00:00+08:00", "2026-11-23T02:00:00.000000Z"),
      ("2026-11-23T02:00:00Z", "2026-11-23T02:00:00.000000Z"),
      ("2026-11-23t02:00:00.5z", "2026-11-23T02:00:00.500000Z"),
      ("2026-11-23 02:00:00.1234567Z", "2026-11-23T02:00:00.123456Z"),
      ("2024-02-29T23:59:60-00:30", "2024-03-01T00:29:59.000000Z"),
      ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59.000000Z"),
      ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
    ])
  func read(text: String, expected: String) throws {
    #expect(try #require(Timestamp(rfc3339: text)).rfc3339 == expected)
  }

  @Test(
    "what is no moment is refused",
    arguments: [
      "", "2026-11-23", "2026-11-23T10:00:00", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
      "2026-11-23T24:00:00Z", "2026-11-23T10:00:00+24:00", "2026-11-23T10:00:00Zx", "2026-11-23T10:00:00.Z",
      "١٩٧٠-01-01T00:00:00Z", "9999999-01-01T00:00:00Z",
    ])
  func refused(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test("arithmetic stops at the ends of time instead of trapping")
  func saturates() {
    #expect(Timestamp.distantFuture + .seconds(1) == .distantFuture)
    #expect(Timestamp.distantPast - .seconds(1) == .distantPast)
    #expect(Timestamp.distantFuture - Timestamp.distantPast == TimeSpan(microseconds: .max))
    #expect(Timestamp.distantPast - Timestamp.distantFuture == TimeSpan(microseconds: .min))
    #expect(TimeSpan.hours(.max) == TimeSpan(microseconds: .max))
    #expect(Timestamp(seconds: .min) == .distantPast)
  }

  @Test("every day of four centuries goes there and back")
  func civilDays() {
    for day in stride(from: Int64(-150_000), through: 150_000, by: 1) {
      let date = civilDate(daysSince1970: day)
      guard daysSince1970(year: date.year, month: date.month, day: date.day) == day else {
        Issue.record("day \(day) is lost")
        return
      }
    }
  }
}
