/// Time of day that goes on by a monotonic clock and follows the real one slowly; all in microseconds.
package struct SteadyClock: Sendable {
  /// Of what has passed, one part in so many may be used to follow the time of day.
  package static let partsPerCorrection: Int64 = 1000

  private var now: Int64
  private var elapsed: Int64

  /// A clock that starts with the time of day.
  package init(timeOfDay: Int64, elapsed: Int64) {
    now = timeOfDay
    self.elapsed = elapsed
  }

  /// The time now; never before an earlier answer.
  package mutating func advance(timeOfDay: Int64, elapsed: Int64) -> Int64 {
    let passed = elapsed - self.elapsed
    guard passed > 0 else { return now }
    let freedom = passed / Self.partsPerCorrection
    // Too short to correct by a whole microsecond: what has passed is kept for the next time.
    guard freedom > 0 else { return now + passed }
    now += passed
    self.elapsed = elapsed
    now += max(-freedom, min(freedom, timeOfDay - now))
    return now
  }
}
