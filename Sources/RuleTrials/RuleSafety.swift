import AlertEngine
import AlertRules
import CareModel
import DequeModule

/// Stored life signals through two sets: whether one would lose its route or be asked later.
package struct RuleSafety {
  /// A life signal that the candidate would serve worse.
  package struct Problem: Sendable, Equatable {
    /// What is worse.
    package enum Kind: Sendable, Equatable {
      /// No alert, so nobody is asked.
      case unrouted
      /// The desk, or people in the field, are asked so much later; nil = not within the time alerts are watched.
      case askedLater(isField: Bool, by: TimeSpan?)
    }

    /// The signal.
    package var signal: SignalID
    /// The time of receipt.
    package var at: Timestamp
    /// Its kind.
    package var about: SignalKind
    /// What is worse.
    package var kind: Kind
    /// What the candidate decided, in one line.
    package var reason: String
    /// The policy of the candidate's alert; nil without one.
    package var policy: String?
  }

  /// Most problems that are listed; all are counted.
  package static let maximumListed = 20

  /// Signals that were looked at.
  package private(set) var looked = 0
  /// Signals that are worse off.
  package private(set) var worse = 0
  /// The first of them.
  package private(set) var problems: [Problem] = []

  private struct Pending {
    var id: SignalID
    var at: Timestamp
    var kind: SignalKind
    var before: AlertID
    var after: AlertID
    var reason: String
  }

  private var active: TrialSide
  private var candidate: TrialSide
  private var pending: Deque<Pending> = []

  /// A dry run; both sets see the same register.
  package init(active: RuleSet, candidate: RuleSet, register: RegisterBook, start: Timestamp) {
    self.active = TrialSide(of: active, register: register, start: start)
    self.candidate = TrialSide(of: candidate, register: register, start: start)
  }

  /// Takes a life signal; signals come in the order of their receipt.
  package mutating func take(_ id: SignalID, _ signal: Signal, at time: Timestamp) {
    active.advance(to: time)
    candidate.advance(to: time)
    settle(before: time - RuleComparison.attention)
    looked += 1
    let before = active.take(id, signal, at: time)
    let after = candidate.take(id, signal, at: time)
    guard let alert = before?.alert else { return }
    let reason = after?.reason ?? ""
    guard let other = after?.alert else {
      let problem = Problem(signal: id, at: time, about: signal.kind, kind: .unrouted, reason: reason, policy: nil)
      return note(problem)
    }
    pending.append(Pending(id: id, at: time, kind: signal.kind, before: alert, after: other, reason: reason))
  }

  /// Lets the last alerts run out.
  package mutating func finish() {
    active.finish()
    candidate.finish()
    settle(before: .distantFuture)
  }

  private mutating func settle(before time: Timestamp) {
    while let first = pending.first, first.at < time {
      pending.removeFirst()
      compare(first)
    }
    guard time != .distantFuture else { return }
    _ = active.takeRecords(before: time - RuleComparison.attention)
    _ = candidate.takeRecords(before: time - RuleComparison.attention)
  }

  private mutating func compare(_ signal: Pending) {
    guard let old = active.record(of: signal.before), let new = candidate.record(of: signal.after) else { return }
    let asks = [(false, old.deskAskedAt, new.deskAskedAt), (true, old.fieldAskedAt, new.fieldAskedAt)]
    for (isField, before, after) in asks {
      guard let before = before.map({ max($0, signal.at) }) else { continue }
      let now = after.map { max($0, signal.at) }
      if let now, now <= before { continue }
      let problem = Problem(
        signal: signal.id, at: signal.at, about: signal.kind,
        kind: .askedLater(isField: isField, by: now.map { $0 - before }), reason: signal.reason,
        policy: new.opened.policy)
      return note(problem)
    }
  }

  private mutating func note(_ problem: Problem) {
    worse += 1
    if problems.count < Self.maximumListed { problems.append(problem) }
  }
}
