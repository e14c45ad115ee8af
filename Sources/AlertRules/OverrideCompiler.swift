import CEL
import CareModel

/// Compiles overrides: each for one person, with a reason, somebody who decided it, and an end.
struct OverrideCompiler {
  private(set) var problems: [RuleProblem] = []
  private let schedules: ScheduleBook
  private let policies: [String: Policy]
  private let inhibit: Set<String>

  init(schedules: ScheduleBook, policies: [String: Policy], inhibit: Set<String>) {
    self.schedules = schedules
    self.policies = policies
    self.inhibit = inhibit
  }

  mutating func compile(_ definitions: [OverrideDefinition]) -> [ResidentID: [CompiledRules.Override]] {
    if definitions.count > RuleLimits.overrides {
      report("overrides", .tooMany, "there are \(definitions.count) entries; the limit is \(RuleLimits.overrides).")
    }
    var compiled: [ResidentID: [CompiledRules.Override]] = [:]
    for (index, definition) in definitions.prefix(RuleLimits.overrides).enumerated() {
      let path = "overrides[\(index)]"
      let resident = ResidentID(definition.resident)
      if resident == nil {
        report(path + ".resident", .badID, "this is no resident's id: copy it from the register, a UUID.")
      }
      checkSigned(definition, path)
      let until = end(definition.until, path)
      let override = compile(definition, index, until ?? .distantPast, path)
      guard let resident, until != nil else { continue }
      compiled[resident, default: []].append(override)
    }
    return compiled
  }

  private mutating func compile(
    _ definition: OverrideDefinition, _ index: Int, _ until: Timestamp, _ path: String
  ) -> CompiledRules.Override {
    if definition.classify.isEmpty, definition.policy == nil, definition.thresholds.isEmpty,
      definition.contacts.isEmpty, definition.inhibit.isEmpty
    {
      report(
        path, .missing, "the override changes nothing: add classify, policy, thresholds, contacts or inhibit.")
    }
    for (name, count) in [
      ("classify", definition.classify.count), ("thresholds", definition.thresholds.count),
      ("contacts", definition.contacts.count), ("inhibit", definition.inhibit.count),
    ] where count > RuleLimits.thresholds {
      report("\(path).\(name)", .tooMany, "there are \(count) entries; the limit is \(RuleLimits.thresholds).")
    }
    checkPolicy(definition.policy, path + ".policy")
    for (place, id) in definition.inhibit.enumerated() where !inhibit.contains(id) {
      report(
        "\(path).inhibit[\(place)]", .missing, "there is no inhibit rule '\(id)': correct the name or add it.")
    }
    return .init(
      index: index, until: until, classify: compile(definition.classify, path + ".classify"),
      policy: definition.policy, plan: plan(definition.thresholds, path + ".thresholds"),
      contacts: definition.contacts, inhibit: definition.inhibit)
  }

  // MARK: parts

  private mutating func checkSigned(_ definition: OverrideDefinition, _ path: String) {
    if definition.reason.isEmpty || definition.reason.utf8.count > RuleLimits.textBytes {
      report(path + ".reason", .missing, "say why in 1 to \(RuleLimits.textBytes) bytes.")
    }
    let names = Set(definition.by)
    if names.isEmpty || names.contains(where: { $0.isEmpty || $0.utf8.count > RuleLimits.textBytes }) {
      report(path + ".by", .missing, "say who decided it: by: with a name.")
    } else if names.count < 2, !definition.inhibit.isEmpty {
      report(
        path + ".by", .needsTwoPeople,
        "holding back a person's life alerts is signed by two people: by: [one, the other].")
    }
  }

  private mutating func end(_ text: String?, _ path: String) -> Timestamp? {
    guard let text else {
      report(
        path + ".until", .noEnd, "an override without an end would hold for ever: add until: with a date.")
      return nil
    }
    if let moment = Timestamp(rfc3339: text) { return moment }
    if let day = Timestamp(rfc3339: text + "T00:00:00Z") { return day + .hours(24) }
    report(
      path + ".until", .noEnd, "the end cannot be read: write 2027-03-31 or 2027-03-31T08:00:00+08:00.")
    return nil
  }

  private mutating func checkPolicy(_ policy: String?, _ path: String) {
    guard let policy else { return }
    if policies[policy] == nil {
      report(
        path, .unknownPolicy(policy), "there is no policy '\(policy)': correct the name or add it to policies.")
    } else if PolicyCompiler.isForTasks(policy) {
      report(path, .taskPolicy, "the policy '\(policy)' finds people for tasks, it does not ring at the desk.")
    }
  }

  private mutating func compile(_ rules: [ClassifyDefinition], _ path: String) -> [CompiledRules.OwnClassify] {
    var compiled: [CompiledRules.OwnClassify] = []
    for (index, rule) in rules.prefix(RuleLimits.thresholds).enumerated() {
      let place = "\(path)[\(index)]"
      if rule.alertClass == nil, rule.severity == nil, rule.labels.isEmpty {
        report(place + ".set", .missing, "the rule sets nothing: give it a class, a severity or labels.")
      }
      if let severity = rule.severity, !(0...RuleLimits.severity).contains(severity) {
        report(place + ".set.severity", .outOfRange, "severity \(severity) is out of range: use 0 to 10.")
      }
      problems += LabelCheck.problems(rule.labels, path: place + ".set.labels")
      do throws(CELCompileError) {
        let program = try schedules.extended(RuleVocabulary.classify).compile(rule.when, expecting: .bool)
        problems += ExpressionCheck.impossible(program, path: place + ".when")
        problems += ExpressionCheck.unguardedReads(program, path: place + ".when")
        compiled.append(
          .init(program: program, alertClass: rule.alertClass, severity: rule.severity, labels: rule.labels))
      } catch {
        problems.append(RuleProblem(path: place + ".when", error))
      }
    }
    return compiled
  }

  private mutating func plan(_ thresholds: [OverrideDefinition.Threshold], _ path: String) -> CELValue? {
    guard !thresholds.isEmpty else { return nil }
    let pairs = thresholds.map { threshold -> (CELValue, CELValue) in
      switch threshold.value {
      case .int(let number): (.text(threshold.name), .int(Int64(number)))
      case .double(let number): (.text(threshold.name), .double(number))
      case .span(let span): (.text(threshold.name), .duration(CELDuration(span)))
      }
    }
    guard let map = CELMap(pairs) else {
      report(path, .badID, "a threshold is there twice: remove one.")
      return nil
    }
    return .map(map)
  }

  private mutating func report(_ path: String, _ reason: RuleProblem.Reason, _ message: String) {
    problems.append(RuleProblem(path: path, reason: reason, message: message))
  }
}

extension CELDuration {
  /// A length as expressions know it; the longest one when it does not fit.
  fileprivate init(_ span: TimeSpan) {
    let (nanoseconds, overflow) = span.microseconds.multipliedReportingOverflow(by: 1000)
    self.init(nanoseconds: overflow ? (span < .zero ? .min : .max) : nanoseconds)
  }
}
