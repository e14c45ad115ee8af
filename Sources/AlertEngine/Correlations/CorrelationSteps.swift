import AlertRules
import CareModel

/// The correlate stage: what a signal does to the instances of the rules that it says something about.
extension EngineCore {
  /// Moves instances in the commit of the signal; emissions do not come here, so that nothing feeds itself.
  mutating func correlate(_ signal: Signal, _ facts: RuleFacts, _ subject: SignalSubject) {
    let candidates = rules.correlations.candidates(signal.kind)
    guard !candidates.isEmpty, !subject.isStranger else { return }
    var reader = CorrelationReader(
      rules, facts, presence(resident: subject.resident?.id, dwelling: subject.dwelling?.id))
    let about = CorrelationSubject(signal, subject)
    for index in candidates {
      let rule = rules.correlations.rules[index]
      guard let match = reader.match(rule, state: { settledState(rule, $0) }) else { continue }
      if match.isByError, !correlations.admitsFailure(of: rule.id, at: draft.now) {
        tell(rule, "fails", district: subject.district)
        continue
      }
      move(rule, match, about)
    }
    guard !reader.failures.isEmpty, let reason = draft.signal?.reason else { return }
    let failures = reader.failures.prefix(Self.shownFailures).map(\.text)
    draft.signal?.reason = reason + "; error in " + failures.joined(separator: ", ")
  }

  /// Most errors of correlation that a signal's reason names.
  private static var shownFailures: Int { 8 }

  /// The instance as it is now: a deadline that has passed comes before the signal.
  private mutating func settledState(_ rule: CorrelationRule, _ text: String) -> CorrelationState? {
    let key = CorrelationKey(rule: rule.id, key: text)
    while let instance = correlations[key] {
      guard instance.operation == rule.machine.operation else {
        change(key, to: nil)
        return nil
      }
      guard instance.state.deadline <= draft.now, reachDeadline(rule, key, instance) else { return instance.state }
    }
    return nil
  }

  private mutating func move(_ rule: CorrelationRule, _ match: CorrelationMatch, _ subject: CorrelationSubject) {
    let key = CorrelationKey(rule: rule.id, key: match.key)
    let state = settledState(rule, match.key)
    let instance = correlations[key]
    let step = rule.machine.step(state, match.event, at: draft.now)
    guard step.state != state || step.emission != nil else { return }
    let about = instance?.subject.common(with: subject) ?? subject
    if instance == nil, step.state != nil, step.emission == nil, !makeRoom(for: rule) {
      return refuse(rule, match, about)
    }
    if instance == nil, step.state == nil { return step.emission.map { emit(rule, key, $0, about) } ?? () }
    change(key, to: step.state.map { self.instance(rule, $0, about, at: draft.now) })
    if let emission = step.emission { emit(rule, key, emission, about) }
  }

  func instance(
    _ rule: CorrelationRule, _ state: CorrelationState, _ subject: CorrelationSubject, at now: Timestamp
  ) -> CorrelationInstance {
    CorrelationInstance(
      operation: rule.machine.operation, state: state, subject: subject, changedAt: now, order: 0)
  }

  /// Changes an instance in this commit and arms its deadline.
  mutating func change(_ key: CorrelationKey, to new: CorrelationInstance?) {
    let old = correlations[key]
    draft.touch(key, before: old)
    var new = new
    if let state = new?.state {
      // An unchanged deadline keeps its place among equals.
      let isSame = old?.state.deadline == state.deadline
      new?.order = isSame ? old?.order ?? 0 : stream.nextNumber << 16 | Int64(draft.correlations.count & 0xFFFF)
    }
    guard let handle = correlations.put(key, new) else { return }
    deadlines.set(.correlation(handle), new?.state.deadline)
  }

  // MARK: bounds

  /// At `maxKeys` the instance that has been quiet longest gives way; false when none is quiet.
  private mutating func makeRoom(for rule: CorrelationRule) -> Bool {
    guard correlations.count(of: rule.id) >= rule.maxKeys else { return true }
    guard let quiet = correlations.oldestQuiet(of: rule.id) else { return false }
    change(quiet, to: nil)
    return true
  }

  /// No room: what waits for something is never dropped for what is new. What a single signal arms and life depends
  /// on is told at once, too early rather than never, up to a bound a minute; else that the rule is full is told.
  private mutating func refuse(_ rule: CorrelationRule, _ match: CorrelationMatch, _ subject: CorrelationSubject) {
    correlations.countRefused()
    let isArmedBySignal =
      switch rule.machine.plan {
      case .hold, .absent(isArmedByAfter: true): true
      case .absent, .sequence, .count, .pair: false
      }
    if rule.decidesAboutLife, isArmedBySignal, correlations.admitsFailure(of: rule.id, at: draft.now) {
      let key = CorrelationKey(rule: rule.id, key: match.key)
      emit(rule, key, CorrelationEmission(at: draft.now), subject, note: "told at once, no room to wait")
    } else {
      tell(rule, "has no room", district: subject.district)
    }
  }

  // MARK: who is where

  /// Where a person is and who is at home, as far as the engine knows.
  func presence(resident: ResidentID?, dwelling: DwellingID?) -> PresenceFacts {
    var presence = PresenceFacts()
    if let resident {
      presence.isAdmitted = book.hospitalSince(resident) != nil
      presence.isAway = isAway(resident)
      presence.residentIntervals = Array(correlations.intervals(of: resident).prefix(RuleLimits.intervals))
    }
    if let dwelling {
      let people = register.residentsByDwelling[dwelling] ?? []
      presence.peopleAtHome = people.filter { book.hospitalSince($0) == nil && !isAway($0) }
      presence.dwellingIntervals = Array(correlations.intervals(of: dwelling).prefix(RuleLimits.intervals))
    }
    return presence
  }

  private func isAway(_ resident: ResidentID) -> Bool {
    correlations.intervals(of: resident).contains("away")
      || suspensions.running(resident, at: draft.now).contains { $0.holds != .technical }
  }
}
