import LoadGenerator
import Testing

@Suite("Schedule of the load generator")
struct ScheduleTests {
  @Test("as many messages are due as have a due time that has come", arguments: [0.5, 1, 3, 1_000, 7_777, 1_000_000])
  func dueCount(rate: Double) {
    let schedule = Schedule(start: 1_000, rate: rate)
    for now in [0, 999, 1_000, 1_001, 333_334_333, 1_000_001_000, 2_000_001_000, 12_345_678_901] as [UInt64] {
      let count = schedule.dueCount(at: now)
      #expect(count == 0 || schedule.due(count - 1) <= now)
      #expect(schedule.due(count) > now)
    }
  }

  @Test("nothing is due before the start, the first message at the start, the rate after a second")
  func edges() {
    let schedule = Schedule(start: 5_000_000_000, rate: 100)
    #expect(schedule.dueCount(at: 4_999_999_999) == 0)
    #expect(schedule.dueCount(at: 5_000_000_000) == 1)
    #expect(schedule.dueCount(at: 5_999_999_999) == 100)
  }

  @Test("seconds without anything count as the slowest; what comes before the start does not count")
  func series() {
    var series = RateSeries(start: 1_000_000_000)
    series.add(50, at: 999_999_999)
    series.add(5, at: 1_000_000_000)
    series.add(2, at: 1_999_999_999)
    series.add(9, at: 3_000_000_000)
    #expect(series.extremes(whole: 3) == (0, 9))
    #expect(series.extremes(whole: 1) == (7, 7))
    #expect(series.extremes(whole: 0) == (0, 0))
  }

  @Test("a run whose last quarter is like its first is flat; one that grows is not, and its slope is known")
  func flatness() throws {
    let level = try #require(Flatness((0..<40).map { (Double($0) * 60, 100) }))
    #expect(level.isFlat(tolerance: 0.1) && level.slopePerHour == 0)
    let growing = try #require(Flatness((0..<40).map { (Double($0) * 60, 100 + Double($0)) }))
    #expect(!growing.isFlat(tolerance: 0.1))
    #expect(abs(growing.slopePerHour - 60 / 119.5) < 1e-9)
    #expect(Flatness([(0, 1), (1, 1), (2, 1)]) == nil)
  }
}
