import Synchronization

/// Notices a write that does not end, counted in keep-alive intervals.
final class WriteWatch: Sendable {
  /// Whole intervals that a write may take.
  static let patienceIntervals = 2

  /// Ticks since the write began; nil when none is under way.
  private let ticks = Mutex<Int?>(nil)

  func begin() { ticks.withLock { $0 = 0 } }

  func end() { ticks.withLock { $0 = nil } }

  /// Called once an interval; false when a write has lasted longer than it may. The first tick of a write may come at
  /// once, so it does not count.
  func tick() -> Bool {
    ticks.withLock { ticks in
      guard let before = ticks else { return true }
      ticks = before + 1
      return before < Self.patienceIntervals
    }
  }
}
