import AlertRules
import CareModel
import DequeModule

/// Instances in memory with the indexes that decisions need; nothing here decides.
struct CorrelationTable: Sendable {
  private(set) var instances: [CorrelationKey: CorrelationInstance] = [:]
  /// From when on we can hear, without a gap.
  var hearingSince = Timestamp.distantPast
  /// Since when the store has been away.
  var storeLostAt: Timestamp?
  /// Changed without an input of their own (recovery, another rule set): to be written, a portion a commit.
  private(set) var unwritten: Deque<CorrelationKey> = []
  /// When they may be written: they rest after a refused commit.
  private(set) var unwrittenFrom = Timestamp.distantPast
  /// Matches that found no room since the start.
  private(set) var refused = 0
  private var limits: [String: FailureLimit] = [:]
  private var counts: [String: Int] = [:]
  private var quiet: [String: Deque<CorrelationKey>] = [:]
  private var keys: [Int64: CorrelationKey] = [:]
  private var nextHandle: Int64 = 1
  private var ofResidents: [ResidentID: [String]] = [:]
  private var ofDwellings: [DwellingID: [String]] = [:]
  private var unconfirmed: Deque<Unconfirmed> = []

  /// Most instances written by one commit of their own.
  static let maximumPerCommit = 256

  /// How instances were before a commit that is not durable yet.
  private struct Unconfirmed {
    var commit: Int64
    var before: [(key: CorrelationKey, instance: CorrelationInstance?)]
    var isHousekeeping: Bool
  }

  subscript(key: CorrelationKey) -> CorrelationInstance? { instances[key] }

  func key(of handle: Int64) -> CorrelationKey? { keys[handle] }

  func count(of rule: String) -> Int { counts[rule] ?? 0 }

  /// Puts an instance in, replaces it or takes it out.
  ///
  /// - Returns: the handle of the one that is or was there.
  @discardableResult
  mutating func put(_ key: CorrelationKey, _ instance: CorrelationInstance?) -> Int64? {
    let old = instances[key]
    if let old { unindex(key, old) }
    guard var instance else {
      guard let old = instances.removeValue(forKey: key) else { return nil }
      keys[old.handle] = nil
      let left = count(of: key.rule) - 1
      counts[key.rule] = left > 0 ? left : nil
      return old.handle
    }
    if instance.handle == 0 {
      instance.handle = old?.handle ?? nextHandle
      if old == nil { nextHandle += 1 }
    }
    if old == nil { counts[key.rule, default: 0] += 1 }
    keys[instance.handle] = key
    instances[key] = instance
    index(key, instance, isNewlyQuiet: old?.state.phase != .quiet)
    return instance.handle
  }

  private mutating func index(_ key: CorrelationKey, _ instance: CorrelationInstance, isNewlyQuiet: Bool) {
    if instance.state.phase == .quiet, isNewlyQuiet { quiet[key.rule, default: []].append(key) }
    guard case .open = instance.state.phase else { return }
    if let resident = instance.subject.resident { ofResidents[resident, default: []].add(key.rule) }
    if let dwelling = instance.subject.dwelling { ofDwellings[dwelling, default: []].add(key.rule) }
  }

  private mutating func unindex(_ key: CorrelationKey, _ instance: CorrelationInstance) {
    guard case .open = instance.state.phase else { return }
    if let resident = instance.subject.resident { ofResidents[resident] = ofResidents[resident]?.without(key.rule) }
    if let dwelling = instance.subject.dwelling { ofDwellings[dwelling] = ofDwellings[dwelling]?.without(key.rule) }
  }

  /// Rules of `pair` whose interval is open for a person, in the order of their ids.
  func intervals(of resident: ResidentID) -> [String] { ofResidents[resident] ?? [] }

  /// The same for a home.
  func intervals(of dwelling: DwellingID) -> [String] { ofDwellings[dwelling] ?? [] }

  // MARK: bounds

  /// The instance of a rule that has been quiet longest: it has said what it had to say, and gives way first.
  mutating func oldestQuiet(of rule: String) -> CorrelationKey? {
    while let first = quiet[rule]?.popFirst() {
      if instances[first]?.state.phase == .quiet { return first }
    }
    quiet[rule] = nil
    return nil
  }

  mutating func countRefused() { refused += 1 }

  /// Whether one more failure of a rule is told by itself.
  mutating func admitsFailure(of rule: String, at now: Timestamp) -> Bool {
    limits[rule, default: FailureLimit()].admits(at: now)
  }

  /// Whether it is time to tell that a rule fails or has no room.
  mutating func tellsRule(_ rule: String, at now: Timestamp) -> Bool {
    limits[rule, default: FailureLimit()].tells(at: now)
  }

  // MARK: commits

  /// Notes how instances were before a commit, until it is durable.
  mutating func wrote(
    _ before: [(key: CorrelationKey, instance: CorrelationInstance?)], in commit: Int64, isHousekeeping: Bool
  ) {
    guard !before.isEmpty else { return }
    unconfirmed.append(Unconfirmed(commit: commit, before: before, isHousekeeping: isHousekeeping))
  }

  /// Commits up to this number are durable.
  mutating func confirmed(upTo commit: Int64) {
    while let first = unconfirmed.first, first.commit <= commit { unconfirmed.removeFirst() }
  }

  /// Commits from this number on were not written: what they changed is as before.
  ///
  /// - Returns: the handles of what was touched.
  mutating func failed(from commit: Int64, at now: Timestamp, rest: TimeSpan) -> [Int64] {
    var handles: [Int64] = []
    while let last = unconfirmed.last, last.commit >= commit {
      unconfirmed.removeLast()
      for (key, instance) in last.before.reversed() {
        if let handle = put(key, instance) { handles.append(handle) }
        if last.isHousekeeping { unwritten.append(key) }
      }
      if last.isHousekeeping { unwrittenFrom = now + rest }
    }
    return handles
  }

  mutating func mustWrite(_ key: CorrelationKey) { unwritten.append(key) }

  /// The next portion of what must be written.
  mutating func takeUnwritten() -> [CorrelationKey] {
    let taken = Array(unwritten.prefix(Self.maximumPerCommit))
    unwritten.removeFirst(taken.count)
    return taken
  }
}

/// How often a rule's failures are told: one by one up to a bound a minute, beyond it once in a while for all.
private struct FailureLimit: Sendable {
  private var minute = Timestamp.distantPast
  private var count = 0
  private var toldAt: Timestamp?

  private static let tellEvery = TimeSpan.minutes(10)

  mutating func admits(at now: Timestamp) -> Bool {
    if now - minute >= .minutes(1) {
      minute = now
      count = 0
    }
    count += 1
    return count <= RuleLimits.failuresPerMinute
  }

  mutating func tells(at now: Timestamp) -> Bool {
    if let toldAt, now - toldAt < Self.tellEvery { return false }
    toldAt = now
    return true
  }
}

extension [String] {
  fileprivate mutating func add(_ word: String) {
    if !contains(word) { self = (self + [word]).sorted() }
  }

  /// Nil instead of an empty list.
  fileprivate func without(_ word: String) -> [String]? {
    let rest = filter { $0 != word }
    return rest.isEmpty ? nil : rest
  }
}
