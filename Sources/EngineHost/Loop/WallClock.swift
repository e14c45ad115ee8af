import CareModel
import Glibc

/// Where the shell reads the time of day; replaced in tests.
package struct WallClock: Sendable {
  /// The time of day now.
  package let now: @Sendable () -> Timestamp

  /// A clock that answers with a closure.
  package init(now: @escaping @Sendable () -> Timestamp) { self.now = now }

  /// The system's clock, in microseconds.
  package static let system = WallClock {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }
}
