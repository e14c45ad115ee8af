import CEL
import CareModel

/// What conditions of `correlate` rules see beyond the facts of a signal.
package struct PresenceFacts: Sendable, Equatable {
  /// An open stay says that the person is in hospital.
  package var isAdmitted = false
  /// A suspension that holds absence alarms is running, or a `pair` rule named `away` is open for the person.
  package var isAway = false
  /// `pair` rules whose interval is open for the person, in the order of their ids.
  package var residentIntervals: [String] = []
  /// Who of the home is neither admitted nor away, in the order of their ids.
  package var peopleAtHome: [ResidentID] = []
  /// `pair` rules whose interval is open for the home.
  package var dwellingIntervals: [String] = []

  /// Nobody is anywhere.
  package init() {}
}

/// A signal that moves an instance of a rule.
package struct CorrelationMatch: Sendable, Equatable {
  /// The key text of the instance.
  package var key: String
  /// What has happened to it.
  package var event: CorrelationEvent
  /// An error counted as the match.
  package var isByError: Bool
}

/// Evaluates conditions of `correlate` rules for one moment; errors fail toward help and are kept.
package struct CorrelationReader {
  /// Conditions that could not be evaluated.
  package private(set) var failures: [RuleTrace.Failure] = []

  private let facts: RuleFacts
  private let activation: CELActivation
  private var isByError = false

  /// A reader of the facts of a signal, for the rules of a set.
  package init(_ rules: RuleSet, _ facts: RuleFacts, _ presence: PresenceFacts) {
    self.facts = facts
    let slots =
      [FactRecords.signal(facts.signal)] + Self.surroundings(rules, facts, presence)
      + [FactRecords.timestamp(facts.now), nil]
    activation = rules.correlations.schedules.adding(to: CELActivation(slots), at: facts.now)
  }

  /// Whether `while` of an `absent` holds at its deadline; there is no signal then, only `facts` of the subject.
  package static func isStill(
    _ rule: CorrelationRule, of rules: RuleSet, _ facts: RuleFacts, _ presence: PresenceFacts
  ) -> (holds: Bool, failure: RuleTrace.Failure?) {
    guard case .absent(_, _, _, let holding?) = rule.conditions else { return (true, nil) }
    let slots = surroundings(rules, facts, presence) + [FactRecords.timestamp(facts.now)]
    let activation = rules.correlations.schedules.adding(to: CELActivation(slots), at: facts.now)
    switch holding.evaluateBoolReporting(in: activation) {
    case .success(let holds): return (holds, nil)
    case .failure(let error):
      let failure = RuleTrace.Failure(
        rule: "correlate \(rule.id).while", code: error.code, countsAsMatch: rule.decidesAboutLife)
      return (rule.decidesAboutLife, failure)
    }
  }

  /// Slots as ``RuleVocabulary/surroundings`` declares them.
  private static func surroundings(
    _ rules: RuleSet, _ facts: RuleFacts, _ presence: PresenceFacts
  ) -> [CELValue?] {
    [
      FactRecords.resident(facts.resident, presence, plan: rules.rules.plan(of: facts.resident?.id, at: facts.now)),
      FactRecords.device(facts.device),
      FactRecords.dwelling(facts.dwelling, presence), FactRecords.hospital(since: facts.hospitalSince),
    ]
  }

  /// What the signal does to a rule; nil when nothing. `state` gives the instance of a key as it is now.
  package mutating func match(_ rule: CorrelationRule, state: (String) -> CorrelationState?) -> CorrelationMatch? {
    isByError = false
    let onError = rule.decidesAboutLife
    var event: CorrelationEvent?
    switch rule.conditions {
    case .sequence(let first, let second):
      let key = key(of: rule)
      event = sequence(rule, first, second, state(key))
      return event.map { CorrelationMatch(key: key, event: $0, isByError: isByError) }
    case .hold(let when):
      event = holds(when, rule, "when", onError: onError ? true : nil).map(CorrelationEvent.holds)
    case .absent(let after, let of, let span, _): event = absent(rule, after, of, span)
    case .count(let when, let distinct):
      guard holds(when, rule, "when", onError: onError) == true else { return nil }
      event = counted(rule, distinct)
    case .pair(let start, let stop):
      // The interval that is open is closed; otherwise a signal that meets both would keep it open for ever.
      let key = key(of: rule)
      if state(key) != nil {
        if holds(stop, rule, "stop", onError: false) == true { event = .stops }
      } else if holds(start, rule, "start", onError: onError) == true {
        event = .starts
      }
      return event.map { CorrelationMatch(key: key, event: $0, isByError: isByError) }
    }
    return event.map { CorrelationMatch(key: key(of: rule), event: $0, isByError: isByError) }
  }

  // MARK: operators

  private mutating func sequence(
    _ rule: CorrelationRule, _ first: CELProgram, _ second: CELProgram, _ state: CorrelationState?
  ) -> CorrelationEvent? {
    if case .awaiting(let firsts) = state?.phase, case .sequence(let within) = rule.machine.plan {
      for earlier in firsts.reversed() where earlier.at + within > facts.now {
        var activation = activation
        activation.slots[RuleVocabulary.earlierSlot] = FactRecords.signal(earlier.signal)
        if holds(second, rule, "b", onError: rule.decidesAboutLife, activation) == true { return .second }
      }
    }
    guard holds(first, rule, "a", onError: rule.decidesAboutLife) == true else { return nil }
    return .first(RecordedSignal(facts.signal, at: facts.now))
  }

  /// An error in `of` is no sign of life, also where errors count as matches: a match would end the watch.
  private mutating func absent(
    _ rule: CorrelationRule, _ after: CELProgram?, _ of: CELProgram, _ span: CorrelationRule.Span
  ) -> CorrelationEvent? {
    let isSeen = holds(of, rule, "of", onError: false) == true
    let isAfter = after.map { holds($0, rule, "after", onError: rule.decidesAboutLife) == true } ?? false
    guard isSeen || isAfter else { return nil }
    guard let span = length(span, rule) else {
      // Nothing can be armed; what is armed ends all the same.
      return isSeen && after != nil ? .seen(after: false, of: true, span: .zero) : nil
    }
    return .seen(after: isAfter, of: isSeen, span: span)
  }

  private mutating func length(_ span: CorrelationRule.Span, _ rule: CorrelationRule) -> TimeSpan? {
    switch span {
    case .fixed(let span): return span
    case .expression(let program):
      do throws(CELEvaluationError) {
        guard case .duration(let duration) = try program.evaluate(in: activation) else { return nil }
        let micros = duration.nanoseconds / 1000
        let bounds = RuleLimits.spansOfExpressions
        return min(max(TimeSpan(microseconds: micros), bounds.lowerBound), bounds.upperBound)
      } catch {
        failed(rule, "for", error.code, countsAsMatch: rule.decidesAboutLife)
        return rule.decidesAboutLife ? RuleLimits.spanOnError : nil
      }
    }
  }

  /// A value that cannot be told counts by itself where life may depend on it, and not at all elsewhere.
  private mutating func counted(_ rule: CorrelationRule, _ distinct: CELProgram?) -> CorrelationEvent? {
    guard let distinct else { return .counted(distinct: nil) }
    do throws(CELEvaluationError) {
      return .counted(distinct: fixedHash(try distinct.evaluate(in: activation).description.utf8))
    } catch {
      failed(rule, "distinct", error.code, countsAsMatch: rule.decidesAboutLife)
      return rule.decidesAboutLife ? .counted(distinct: nil) : nil
    }
  }

  // MARK: evaluation

  /// The key of the instance; where a part cannot be told the origin of the signal stands for all.
  private mutating func key(of rule: CorrelationRule) -> String {
    var parts: [String] = []
    for program in rule.key {
      do throws(CELErrorCode) {
        parts.append(try Decider.keyPart(program, activation))
      } catch {
        let source = facts.signal.source
        return AlertKey.joined(["origin", source.feed.rawValue, source.serial ?? source.sender])
      }
    }
    return AlertKey.joined(parts)
  }

  private mutating func holds(
    _ program: CELProgram, _ rule: CorrelationRule, _ part: String, onError: Bool?, _ other: CELActivation? = nil
  ) -> Bool? {
    let activation = other ?? activation
    switch program.evaluateBool(in: activation) {
    case .isTrue: return true
    case .isFalse: return false
    case .isError:
      if case .failure(let error) = program.evaluateBoolReporting(in: activation) {
        failed(rule, part, error.code, countsAsMatch: onError ?? false)
      }
      return onError
    }
  }

  private mutating func failed(
    _ rule: CorrelationRule, _ part: String, _ code: CELErrorCode, countsAsMatch: Bool
  ) {
    if countsAsMatch { isByError = true }
    failures.append(
      RuleTrace.Failure(rule: "correlate \(rule.id).\(part)", code: code, countsAsMatch: countsAsMatch))
  }
}

extension FactRecords {
  /// A person with where he or she is.
  static func resident(_ resident: Resident?, _ presence: PresenceFacts, plan: CELValue?) -> CELValue? {
    guard case .record(let known)? = self.resident(resident, plan: plan) else { return nil }
    let extra: [CELValue?] =
      resident == nil
      ? [nil, nil, nil, nil]
      : [
        .bool(presence.isAdmitted), .bool(presence.isAway), .bool(!presence.isAdmitted && !presence.isAway),
        texts(presence.residentIntervals),
      ]
    return record(RuleVocabulary.residentWhere, known.fields + extra)
  }

  /// A home with who is there.
  static func dwelling(_ dwelling: Dwelling?, _ presence: PresenceFacts) -> CELValue? {
    guard case .record(let known)? = self.dwelling(dwelling) else { return nil }
    let extra: [CELValue?] =
      dwelling == nil
      ? [nil, nil]
      : [
        texts(presence.peopleAtHome.prefix(RuleLimits.peopleAtHome).map(\.description)),
        texts(presence.dwellingIntervals),
      ]
    return record(RuleVocabulary.dwellingWithPeople, known.fields + extra)
  }

  private static func texts(_ texts: [String]) -> CELValue { .list(ContiguousArray(texts.map(CELValue.text))) }
}
