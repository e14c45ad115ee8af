/// Counts by whole second since a start.
package struct RateSeries: Sendable, Equatable {
  private let start: UInt64
  private var seconds: [Int] = []

  /// Counts from `start`, in nanoseconds of the monotonic clock.
  package init(start: UInt64) { self.start = start }

  /// Counts `number` at `now`; what is before the start is not counted.
  package mutating func add(_ number: Int, at now: UInt64) {
    guard now >= start else { return }
    let second = Int((now - start) / 1_000_000_000)
    while seconds.count <= second { seconds.append(0) }
    seconds[second] += number
  }

  /// The slowest and fastest of the first `whole` seconds; seconds in which nothing came count as 0.
  package func extremes(whole: Int) -> (slowest: Int, fastest: Int) {
    guard whole > 0 else { return (0, 0) }
    let padded = (0..<whole).map { $0 < seconds.count ? seconds[$0] : 0 }
    return (padded.min() ?? 0, padded.max() ?? 0)
  }
}
