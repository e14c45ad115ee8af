import AlertEngine
import CareModel

/// The way to the store: the queue of commits, how well it goes, and what the engine is told.
struct StoreLink {
  /// How well the store goes.
  enum Health: Sendable { case well, slow, away }

  /// What the engine hears.
  enum News: Sendable {
    case committed(Int64)
    case failed(Int64)
    case lost
    case back
  }

  var store = SimulatedStore()
  var health = Health.well
  /// Commits that are not on their way yet.
  private(set) var waiting: [Commit] = []
  /// Commits on their way.
  private(set) var flight: [Commit] = []
  /// What the engine believes to be durable.
  private(set) var told: Int64 = 0
  private(set) var refused = 0
  /// Actions that were sent twice: the second copy is refused by the store when the engine forgot the first.
  var resent: Set<InputID> = []
  private var minimumLineage = Int.min
  /// Commits of a refused group, to be sent one by one.
  private var singles = 0
  private let seed: UInt64
  private let refusals: Int

  init(seed: UInt64, refusals: Int) {
    self.seed = seed
    self.refusals = refusals
  }

  var isIdle: Bool { waiting.isEmpty && flight.isEmpty }

  /// Stops refusing commits, for the end of a run.
  var refuses = true

  mutating func queue(_ commit: Commit) throws(Violation) {
    guard commit.lineage >= minimumLineage else { return }
    let last = waiting.last?.number ?? flight.last?.number ?? max(told, store.sequence)
    guard commit.number == last + 1 else {
      throw Violation("the engine leaves a gap between commits", "\(commit.number) after \(last)")
    }
    waiting.append(commit)
  }

  /// Sends what waits; false when there is nothing to send or no way.
  mutating func send(atMost count: Int) -> Bool {
    guard flight.isEmpty, !waiting.isEmpty, health != .away else { return false }
    flight = Array(waiting.prefix(singles > 0 ? 1 : count))
    waiting.removeFirst(flight.count)
    singles = max(0, singles - 1)
    return true
  }

  /// The commits on their way are refused as a group: none is written, and they are sent again one by one.
  mutating func refuseGroup() {
    waiting = flight + waiting
    singles = flight.count
    flight = []
  }

  /// The commits on their way arrive.
  mutating func land(at now: Timestamp) throws(Violation) -> [News] {
    let landed = flight
    flight = []
    var news: [News] = []
    for commit in landed {
      if isRefused(commit) {
        refused += 1
        minimumLineage = commit.lineage + 1
        waiting.removeAll { $0.lineage < minimumLineage }
        if told < store.sequence { news.append(.committed(store.sequence)) }
        told = store.sequence
        return news + [.failed(commit.number)]
      }
      try store.apply(commit, at: now)
    }
    told = store.sequence
    return [.committed(told)]
  }

  /// The store goes away; what was on its way was written up to somewhere, and nobody heard.
  mutating func lose(written: Int, at now: Timestamp) throws(Violation) {
    health = .away
    var isWritten = true
    var kept: [Commit] = []
    for (index, commit) in flight.enumerated() {
      isWritten = isWritten && index < written && !isRefused(commit)
      if isWritten { try store.apply(commit, at: now) } else { kept.append(commit) }
    }
    flight = []
    waiting = kept + waiting
  }

  /// The store is back, and says what was written.
  mutating func comeBack() -> [News] {
    health = .well
    guard store.sequence > told else { return [.back] }
    told = store.sequence
    return [.committed(told), .back]
  }

  /// The daemon is killed: what waits is gone, what was on its way was written up to somewhere.
  mutating func restart(written: Int, at now: Timestamp) throws(Violation) {
    let wasAway = health == .away
    try lose(written: wasAway ? 0 : written, at: now)
    health = wasAway ? .away : .well
    waiting = []
    singles = 0
    told = store.sequence
    minimumLineage = .min
  }

  /// Some inputs have content that the store does not take, until they come in their plainest form.
  private func isRefused(_ commit: Commit) -> Bool {
    if store.applied.contains(commit.input), resent.contains(commit.input) { return true }
    guard refuses, fixedMix(commit.input.low ^ seed) % 1000 < UInt64(refusals) else { return false }
    return commit.signal.map { !$0.signal.oddities.contains(.refusedByStore) } ?? true
  }
}
