import Glibc

/// What the log needs from outside: files, time and chance.
package struct InputLogEnvironment: Sendable {
  /// The files.
  package var files: any LogFiles
  /// The time of day in microseconds since 1970; should not run backwards.
  package var now: @Sendable () -> Int64
  /// A clock that only runs forward, in microseconds.
  package var monotonic: @Sendable () -> Int64
  /// Numbers that nobody outside can guess, one for each segment.
  package var salt: @Sendable () -> UInt64

  /// The given files, clocks and salts.
  package init(
    files: any LogFiles, now: @escaping @Sendable () -> Int64, monotonic: @escaping @Sendable () -> Int64,
    salt: @escaping @Sendable () -> UInt64
  ) {
    self.files = files
    self.now = now
    self.monotonic = monotonic
    self.salt = salt
  }

  /// The system's.
  package static let system = InputLogEnvironment(
    files: SystemFiles(), now: { read(CLOCK_REALTIME) }, monotonic: { read(CLOCK_MONOTONIC) },
    salt: { UInt64.random(in: .min ... .max) })

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }
}
