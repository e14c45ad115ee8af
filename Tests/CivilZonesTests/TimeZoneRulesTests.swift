import CivilZones
import Foundation
import Testing

/// Zone files of the machine.
enum ZoneFile {
  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/" + name)))
  }

  static func zone(_ name: String) throws -> TimeZoneRules { try TimeZoneRules(tzif: bytes(name)) }
}

/// Seconds since 1970 of `2026-03-29T01:00:00Z`.
func seconds(_ text: String) throws -> Int64 {
  Int64(try Date(text, strategy: .iso8601).timeIntervalSince1970)
}

@Suite struct TimeZoneRulesTests {
  @Test(arguments: [
    ("Asia/Shanghai", "1900-01-01T00:00:00Z", 29_143), ("Asia/Shanghai", "1988-07-01T00:00:00Z", 32_400),
    ("Asia/Shanghai", "2026-07-01T00:00:00Z", 28_800), ("Asia/Shanghai", "2500-07-01T00:00:00Z", 28_800),
    ("Europe/Berlin", "2026-03-29T00:59:59Z", 3_600), ("Europe/Berlin", "2026-03-29T01:00:00Z", 7_200),
    ("Europe/Berlin", "2026-10-25T00:59:59Z", 7_200), ("Europe/Berlin", "2026-10-25T01:00:00Z", 3_600),
    ("Europe/Berlin", "2199-03-31T00:59:59Z", 3_600), ("Europe/Berlin", "2199-03-31T01:00:00Z", 7_200),
    ("Europe/Berlin", "9999-07-01T00:00:00Z", 7_200), ("America/Sao_Paulo", "2018-11-04T02:59:59Z", -10_800),
    ("America/Sao_Paulo", "2018-11-04T03:00:00Z", -7_200), ("America/Sao_Paulo", "2019-02-17T01:59:59Z", -7_200),
    ("America/Sao_Paulo", "2019-02-17T02:00:00Z", -10_800), ("America/Sao_Paulo", "2200-12-25T00:00:00Z", -10_800),
    ("Australia/Sydney", "2150-01-01T00:00:00Z", 39_600), ("Australia/Sydney", "2150-06-01T00:00:00Z", 36_000),
    ("UTC", "2026-01-01T00:00:00Z", 0),
  ])
  func `offsets at and around changes, and by the rule far ahead`(
    _ zone: String, _ time: String, _ offset: Int
  ) throws {
    #expect(try ZoneFile.zone(zone).offset(at: seconds(time)) == offset)
  }

  @Test(arguments: [
    "Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
    "Africa/Casablanca", "Europe/Dublin", "America/Nuuk", "Pacific/Apia",
  ])
  func `offsets are those of the system's own library, every five hours for 140 years`(_ name: String) throws {
    let (zone, other) = (try ZoneFile.zone(name), try #require(TimeZone(identifier: name)))
    var different: [Int64] = []
    for moment in stride(from: Int64(-946_771_200), to: 3_471_292_800, by: 18_000) {
      let expected = other.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(moment)))
      if zone.offset(at: moment) != expected { different.append(moment) }
    }
    #expect(different.prefix(3) == [])
  }

  @Test func `a clock's reading at the ends of time does not trap`() {
    for moment in [Int64.min, -62_135_596_801, -1, 0, 253_402_300_800, .max] {
      let reading = TimeZoneRules.utc.reading(at: moment)
      #expect((0..<1440).contains(reading.minute))
    }
    #expect(TimeZoneRules.utc.reading(at: -1).minute == 1439)
    #expect(TimeZoneRules.utc.reading(at: -1).day == CivilDay("1969-12-31"))
  }

  @Test(arguments: [
    ("2026-01-01", 4), ("2024-02-29", 4), ("1970-01-01", 4), ("1969-12-31", 3), ("2000-02-29", 2), ("9999-12-31", 5),
  ])
  func `days have their weekday`(_ text: String, _ weekday: Int) throws {
    #expect(try #require(CivilDay(text)).weekday == weekday)
  }

  @Test(arguments: [
    "2025-02-29", "1900-02-29", "2026-00-01", "2026-13-01", "2026-04-31", "2026-1-01", "2026-01-1", "0000-01-01", "",
    "2026-01-01 ", "+026-01-01", "2026/01/01", "２０２６-01-01", "2026-01-01-01",
  ])
  func `what is no date is none`(_ text: String) {
    #expect(CivilDay(text) == nil)
  }
}
