import AlertEngine
import AlertRules
import CareModel

/// The same signals through two rule sets side by side. Nobody answers in a replay: every alert is closed
/// ``attention`` after it was opened, in both.
package struct RuleComparison {
  /// How long after its opening an alert is watched, and then closed.
  package static let attention = TimeSpan.minutes(10)
  /// An alert of the same case and kind within this time counts as the same one, earlier or later.
  package static let matchWindow = TimeSpan.hours(1)

  /// What differs so far.
  package private(set) var differences = RuleDifferences()

  private var active: TrialSide
  private var candidate: TrialSide
  private var settledAt: Timestamp

  /// A comparison; both sets see the same register.
  package init(active: RuleSet, candidate: RuleSet, register: RegisterBook, start: Timestamp) {
    self.active = TrialSide(of: active, register: register, start: start)
    self.candidate = TrialSide(of: candidate, register: register, start: start)
    settledAt = start
  }

  /// Takes a signal; signals come in the order of their receipt.
  package mutating func take(_ id: SignalID, _ signal: Signal, at time: Timestamp) {
    differences.signals += 1
    if differences.first == nil { differences.first = time }
    differences.last = time
    active.take(id, signal, at: time)
    candidate.take(id, signal, at: time)
    if time - settledAt > Self.matchWindow { settle(before: time - Self.matchWindow - Self.attention, now: time) }
  }

  /// Lets the last alerts run out, and says what differs.
  package mutating func finish() -> RuleDifferences {
    active.finish()
    candidate.finish()
    settle(before: .distantFuture, now: .distantFuture)
    differences.stepsOfActive = active.steps
    differences.stepsOfCandidate = candidate.steps
    return differences
  }

  /// Matches what is old enough to be complete in both.
  private mutating func settle(before time: Timestamp, now: Timestamp) {
    settledAt = now
    let old = active.takeRecords(before: time)
    // What is a little younger may belong to one of these.
    var others = candidate.takeRecords(before: time == .distantFuture ? time : time + Self.matchWindow)
    var index = CandidateIndex(others)
    for record in old {
      differences.activeAlerts += 1
      if let place = index.take(like: record, in: others) {
        differences.candidateAlerts += 1
        differences.compare(record, others[place])
      } else {
        differences.note(.removed, record.opened, nil, record)
      }
    }
    others = index.left(of: others)
    let (complete, young) = (others.filter { $0.openedAt < time }, others.filter { $0.openedAt >= time })
    for record in complete {
      differences.candidateAlerts += 1
      differences.note(.added, nil, record.opened, record)
    }
    candidate.giveBack(young)
  }
}

/// Finds the candidate's alert that is the same as one of the active set: opened by the same signal, else of the same
/// case and kind and not further away than the window.
private struct CandidateIndex {
  private var bySignal: [SignalID: Int] = [:]
  private var byCase: [String: [Int]] = [:]
  private var taken: Set<Int> = []

  init(_ records: [AlertRecord]) {
    for (place, record) in records.enumerated() {
      if let signal = record.openedBy, bySignal[signal] == nil { bySignal[signal] = place }
      byCase[record.caseName, default: []].append(place)
    }
  }

  mutating func take(like record: AlertRecord, in records: [AlertRecord]) -> Int? {
    if let signal = record.openedBy, let place = bySignal[signal], taken.insert(place).inserted { return place }
    let near = byCase[record.caseName]?.first { place in
      !taken.contains(place) && Self.distance(records[place].openedAt, record.openedAt) <= RuleComparison.matchWindow
    }
    guard let near else { return nil }
    taken.insert(near)
    return near
  }

  func left(of records: [AlertRecord]) -> [AlertRecord] {
    records.indices.filter { !taken.contains($0) }.map { records[$0] }
  }

  private static func distance(_ left: Timestamp, _ right: Timestamp) -> TimeSpan {
    left < right ? right - left : left - right
  }
}
