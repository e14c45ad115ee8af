import AlertRules
import CareModel

/// Deadlines of instances, what our own blind time does to them, recovery, and a change of the rule set.
extension EngineCore {
  mutating func correlationDue(_ handle: Int64) {
    guard let key = correlations.key(of: handle), let instance = correlations[key] else { return }
    guard let rule = rules.correlations[key.rule], rule.machine.operation == instance.operation else {
      return change(key, to: nil)
    }
    guard instance.state.deadline <= draft.now else {
      return deadlines.set(.correlation(handle), instance.state.deadline)
    }
    _ = reachDeadline(rule, key, instance)
  }

  /// Does what an instance waited for; false when it has to wait on, because we may not have heard.
  mutating func reachDeadline(
    _ rule: CorrelationRule, _ key: CorrelationKey, _ instance: CorrelationInstance
  ) -> Bool {
    let owner = DeadlineOwner.correlation(instance.handle)
    if rule.isExtended, case .armed = instance.state.phase {
      let deadline = instance.state.deadline
      if stream.isStoreAway {
        deadlines.set(owner, draft.now + Self.awayRetry)
        return false
      }
      if draft.now - deadline > settings.supervision.blindAfter, deadline >= correlations.hearingSince {
        // We were frozen or far behind: what was sent meanwhile may not be heard yet, and has a while to be.
        extendBlind(from: deadline, to: draft.now, grace: settings.supervision.blindAfter)
        return false
      }
    }
    let subject = settled(instance.subject, SignalSource(feed: .engine, sender: instance.subject.sender))
    let facts = RuleFacts(
      signal: Signal(source: SignalSource(feed: .engine, sender: ""), kind: .unknown), device: subject.device,
      resident: subject.resident, dwelling: subject.dwelling,
      hospitalSince: subject.resident.flatMap { book.hospitalSince($0.id) }, now: draft.now)
    let presence = presence(resident: subject.resident?.id, dwelling: subject.dwelling?.id)
    var (isStill, failure) = CorrelationReader.isStill(rule, of: rules, facts, presence)
    if failure?.countsAsMatch == true, !correlations.admitsFailure(of: rule.id, at: draft.now) {
      isStill = false
      tell(rule, "fails", district: subject.district)
    }
    let step = rule.machine.step(instance.state, .deadline(isStill: isStill), at: draft.now)
    change(key, to: step.state.map { self.instance(rule, $0, instance.subject, at: draft.now) })
    let note = failure.map { "error in " + $0.text }
    if let emission = step.emission { emit(rule, key, emission, instance.subject, note: note) }
    return true
  }

  /// While the store is away an extended deadline is looked at again after this.
  private static var awayRetry: TimeSpan { .seconds(1) }

  // MARK: blind time

  /// Nobody was heard between two moments: deadlines of `absent` move on by as much, unless the rule says `count`. A
  /// gap that supervision would not notice is none.
  mutating func extendBlind(from: Timestamp, to now: Timestamp, grace: TimeSpan = .zero) {
    guard now - from > settings.supervision.blindAfter else { return }
    var moved: [(key: CorrelationKey, instance: CorrelationInstance)] = []
    for (key, instance) in correlations.instances {
      guard case .armed = instance.state.phase, rules.correlations[key.rule]?.isExtended == true else { continue }
      let start = max(from, instance.changedAt)
      guard instance.state.deadline >= start else { continue }
      var instance = instance
      instance.state.deadline = instance.state.deadline + (now + grace - start)
      instance.changedAt = now
      moved.append((key, instance))
    }
    for (key, instance) in moved.sorted(by: { $0.instance.isBefore($1.instance, $0.key < $1.key) }) {
      correlations.put(key, instance)
      correlations.mustWrite(key)
      deadlines.set(.correlation(instance.handle), instance.state.deadline)
    }
  }

  mutating func correlationStoreLost() {
    if correlations.storeLostAt == nil { correlations.storeLostAt = latest }
  }

  mutating func correlationStoreBack() {
    if let lostAt = correlations.storeLostAt { extendBlind(from: lostAt, to: latest) }
    correlations.storeLostAt = nil
  }

  // MARK: recovery

  /// Takes in what the store knows at start. Deadlines that passed while we could hear, or that are not extended, are
  /// due at once, in their order.
  mutating func recallCorrelations(_ snapshot: CaseSnapshot, at now: Timestamp) {
    correlations.hearingSince = now
    var recalled: [(key: CorrelationKey, instance: CorrelationInstance)] = []
    for row in snapshot.correlations {
      let rule = rules.correlations[row.key.rule]
      guard let instance = CorrelationInstance(row), instance.operation == rule?.machine.operation else {
        correlations.mustWrite(row.key)
        continue
      }
      recalled.append((row.key, instance))
    }
    for (key, instance) in recalled.sorted(by: { $0.instance.isBefore($1.instance, $0.key < $1.key) }) {
      guard let handle = correlations.put(key, instance) else { continue }
      deadlines.set(.correlation(handle), instance.state.deadline)
    }
    let heard = snapshot.lines.lazy.compactMap(\.heardAt).max() ?? .distantPast
    let changed = recalled.lazy.map(\.instance.changedAt).max() ?? .distantPast
    extendBlind(from: max(heard, changed), to: now)
  }

  /// Commits from this number on were not written.
  mutating func correlationsFailed(from number: Int64) {
    let rest = settings.refusedDeadlineRest
    for handle in correlations.failed(from: number, at: latest, rest: rest) {
      let deadline = correlations.key(of: handle).flatMap { correlations[$0]?.state.deadline }
      deadlines.set(.correlation(handle), deadline)
    }
  }

  /// Instances whose rule is gone or has another operator leave with the next commits.
  mutating func dropForeignCorrelations() {
    let foreign = correlations.instances.filter { key, instance in
      rules.correlations[key.rule]?.machine.operation != instance.operation
    }
    for key in foreign.keys.sorted() { correlations.mustWrite(key) }
  }

  // MARK: what is written without an input of its own

  /// When something waits to be written; nil when nothing does.
  var unwrittenCorrelationsDue: Timestamp? {
    correlations.unwritten.isEmpty || stream.isStoreAway ? nil : correlations.unwrittenFrom
  }

  /// Writes one portion.
  mutating func writeCorrelations() {
    draft.isHousekeeping = true
    for key in correlations.takeUnwritten() {
      guard let instance = correlations[key], instance.operation == rules.correlations[key.rule]?.machine.operation
      else {
        change(key, to: nil)
        continue
      }
      change(key, to: instance)
    }
  }

  /// The rows of a commit.
  func correlationRows(of keys: [CorrelationKey]) -> [CorrelationRow] {
    keys.map { key in
      let instance = correlations[key]
      return CorrelationRow(
        key: key, district: instance?.subject.district ?? 0, deadline: instance?.state.deadline,
        state: instance?.bytes ?? [])
    }
  }

  /// Every instance as a row, in the order of the keys: for checks, and for comparing two engines.
  package var correlationRows: [CorrelationRow] { correlationRows(of: correlations.instances.keys.sorted()) }

  /// Matches that found no room (`maxKeys`) since the start.
  package var refusedCorrelations: Int { correlations.refused }
}

extension CorrelationInstance {
  /// The order in which deadlines are armed: earlier ones first, equals as they were armed.
  fileprivate func isBefore(_ other: Self, _ isKeyBefore: Bool) -> Bool {
    if state.deadline != other.state.deadline { return state.deadline < other.state.deadline }
    return order == other.order ? isKeyBefore : order < other.order
  }
}
