import CareModel
import Glibc
import Synchronization

/// Where the shell reads the time of day; replaced in tests.
package struct WallClock: Sendable {
  /// The time of day now; never runs backwards.
  package let now: @Sendable () -> Timestamp

  /// A clock that answers with a closure.
  package init(now: @escaping @Sendable () -> Timestamp) { self.now = now }

  /// The system's clock, in microseconds.
  ///
  /// A step of it would fire deadlines early or stop them, so time goes on by the monotonic clock and is led towards
  /// the time of day by at most a thousandth of what has passed; a wrong clock is followed at once by a restart.
  package static let system: WallClock = {
    let clock = Mutex(SteadyClock(timeOfDay: read(CLOCK_REALTIME), elapsed: read(CLOCK_BOOTTIME)))
    return WallClock {
      let (timeOfDay, elapsed) = (read(CLOCK_REALTIME), read(CLOCK_BOOTTIME))
      return Timestamp(microseconds: clock.withLock { $0.advance(timeOfDay: timeOfDay, elapsed: elapsed) })
    }
  }()

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }
}
