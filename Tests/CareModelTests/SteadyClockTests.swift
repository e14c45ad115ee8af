import CareModel
import Testing

@Suite("Time that does not jump")
struct SteadyClockTests {
  private static let start: Int64 = 1_800_000_000_000_000
  private static let hour: Int64 = 3_600_000_000

  @Test("a step of the system's clock by an hour moves it by a thousandth of what has passed", arguments: [-1, 1])
  func step(sign: Int64) {
    var clock = SteadyClock(timeOfDay: Self.start, elapsed: 0)
    let stepped = clock.advance(timeOfDay: Self.start + 10_000_000 + sign * Self.hour, elapsed: 10_000_000)
    #expect(stepped == Self.start + 10_000_000 + sign * 10_000)
  }

  @Test("it never runs backwards, however the system's clock behaves and however often it is read")
  func monotonic() {
    var clock = SteadyClock(timeOfDay: Self.start, elapsed: 0)
    var last = Self.start
    for microsecond in stride(from: Int64(0), through: 5_000, by: 7) {
      let now = clock.advance(timeOfDay: microsecond % 2 == 0 ? 0 : .max / 2, elapsed: microsecond)
      #expect(now >= last)
      last = now
    }
  }

  @Test("a small error is gone once enough time has passed, and it stays with the system's clock then")
  func follows() {
    var clock = SteadyClock(timeOfDay: Self.start, elapsed: 0)
    var now: Int64 = 0
    for second in 1...20 {
      let elapsed = Int64(second) * 1_000_000
      now = clock.advance(timeOfDay: Self.start + elapsed + 10_000, elapsed: elapsed)
    }
    #expect(now == Self.start + 20_000_000 + 10_000)
  }
}
