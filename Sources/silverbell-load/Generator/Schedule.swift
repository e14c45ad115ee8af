/// When each message of an open loop is due: evenly spaced, fixed before the run, whatever the answers do.
package struct Schedule: Sendable {
  /// When message 0 is due, in nanoseconds of the monotonic clock.
  package let start: UInt64
  /// Messages a second, more than 0.
  package let rate: Double

  /// A schedule.
  package init(start: UInt64, rate: Double) {
    precondition(rate > 0)
    self.start = start
    self.rate = rate
  }

  /// When message `number` (from 0) is due.
  package func due(_ number: Int) -> UInt64 { start + UInt64(Double(number) * 1_000_000_000 / rate) }

  /// How many messages are due at `now`.
  package func dueCount(at now: UInt64) -> Int {
    guard now >= start else { return 0 }
    var count = Int(Double(now - start) * rate / 1_000_000_000) + 1
    while count > 0, due(count - 1) > now { count -= 1 }
    while due(count) <= now { count += 1 }
    return count
  }
}
