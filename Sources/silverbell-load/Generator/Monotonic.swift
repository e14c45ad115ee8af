import CEpoll
import Glibc

/// The monotonic clock of this machine.
package enum Monotonic {
  /// Nanoseconds since an arbitrary start.
  package static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Seconds between two moments.
  package static func seconds(from start: UInt64, to end: UInt64) -> Double {
    end >= start ? Double(end - start) / 1_000_000_000 : 0
  }

  /// Lets short waits of this thread end on time rather than up to 50 microseconds late.
  package static func sharpenTimers() { _ = cepoll_sharpen_timers() }
}
