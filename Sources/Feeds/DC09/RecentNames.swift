import CareModel

/// A bounded memory of names, each for a time; the oldest goes when it is full.
struct RecentNames<Name: Hashable & Sendable>: Sendable {
  private let maximumCount: Int
  private let window: TimeSpan
  private var entries: [(name: Name, until: Timestamp)] = []

  init(maximumCount: Int, window: TimeSpan) {
    self.maximumCount = maximumCount
    self.window = window
  }

  /// Whether the name was noted and its time is not over.
  func contains(_ name: Name, at now: Timestamp) -> Bool {
    entries.contains { $0.name == name && $0.until > now }
  }

  /// Notes a name; one that is there keeps its time.
  mutating func note(_ name: Name, at now: Timestamp) {
    entries.removeAll { $0.until <= now }
    guard !contains(name, at: now) else { return }
    if entries.count == maximumCount { entries.removeFirst() }
    entries.append((name, now + window))
  }
}
