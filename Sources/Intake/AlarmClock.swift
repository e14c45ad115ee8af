import CareModel

/// When a session wants to be woken, and which timer will do it.
///
/// Taking a timer back costs a search through all timers of its event loop, which hold one a connection. So none is
/// taken back: a timer runs for at most a minute, then looks at the wish and runs again where it was too early.
struct AlarmClock {
  /// What the session wants.
  var wish: Timestamp?
  /// When the earliest timer under way fires.
  private var ring: Timestamp?

  /// Longest time one timer runs: bounds what a closed connection leaves behind.
  static let longestRun = TimeSpan.seconds(60)

  /// The timer to start now; nil when none is needed.
  mutating func next(at now: Timestamp) -> (ring: Timestamp, delay: TimeSpan)? {
    guard let wish else { return nil }
    let delay = min(max(wish - now, .zero), Self.longestRun)
    let next = now + delay
    if let ring, ring <= next { return nil }
    ring = next
    return (next, delay)
  }

  /// A timer has fired; whether the session's moment has come.
  mutating func rang(_ fired: Timestamp, at now: Timestamp) -> Bool {
    if ring == fired { ring = nil }
    guard let wish, wish <= now else { return false }
    self.wish = nil
    return true
  }
}
