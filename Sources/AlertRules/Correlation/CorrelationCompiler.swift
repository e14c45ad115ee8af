import CEL
import CareModel

/// Compiles `correlate` rules and collects everything that is wrong with them.
struct CorrelationCompiler {
  let schedules: ScheduleBook
  private(set) var problems: [RuleProblem] = []

  init(schedules: ScheduleBook) { self.schedules = schedules }

  mutating func compile(_ rules: [CorrelateDefinition]) -> [CorrelationRule] {
    guard rules.count <= RuleLimits.correlateRules else {
      report("correlate", .tooMany, "there are \(rules.count) entries; the limit is \(RuleLimits.correlateRules).")
      return []
    }
    var ids: Set<String> = []
    return rules.enumerated().compactMap { index, rule in
      let path = "correlate[\(index)]"
      if let message = RuleID.refusal(rule.id, &ids) { report(path + ".id", .badID, message) }
      return compile(rule, path)
    }
  }

  private mutating func compile(_ rule: CorrelateDefinition, _ path: String) -> CorrelationRule? {
    check(rule.emit, path + ".emit")
    if let keep = rule.keep { check(keep, path + ".keep") }
    let maxKeys = maxKeys(rule.maxKeys, path + ".maxKeys")
    let key = compile(key: rule.key, path + ".key")
    guard let (plan, conditions) = operation(rule, path) else { return nil }
    if rule.blind == .extend, case .absent = plan {} else if rule.blind == .extend {
      report(
        path + ".blind", .outOfRange,
        "only the deadline of absent is extended by our own blind time: remove blind, or write blind: count.")
    }
    if rule.emit.alertClass == .life {
      for (part, program) in guarded(conditions, rule, path) {
        problems += ExpressionCheck.unguardedReads(program, path: part)
      }
    }
    var isExtended = false
    if case .absent = plan { isExtended = rule.blind != .count }
    return CorrelationRule(
      id: rule.id, emit: rule.emit, machine: CorrelationMachine(plan, keep: rule.keep), maxKeys: maxKeys,
      isExtended: isExtended, kinds: kinds(conditions, path), key: key, conditions: conditions)
  }

  // MARK: operators

  private mutating func operation(
    _ rule: CorrelateDefinition, _ path: String
  ) -> (CorrelationMachine.Plan, CorrelationRule.Conditions)? {
    switch rule.operation {
    case .hold(let when, let span):
      check(span, path + ".hold.for")
      guard let when = condition(when, path + ".hold.when") else { return nil }
      return (.hold(span: span), .hold(when: when))
    case .sequence(let first, let second, let within):
      check(within, path + ".sequence.within")
      let a = condition(first, path + ".sequence.a")
      let b = condition(second, path + ".sequence.b", RuleVocabulary.second)
      guard let a, let b else { return nil }
      return (.sequence(within: within), .sequence(first: a, second: b))
    case .absent(let after, let of, let span, let holding): return absent(after, of, span, holding, path + ".absent")
    case .count(let when, let atLeast, let distinct, let within):
      check(within, path + ".count.within")
      if !(1...RuleLimits.counted).contains(atLeast) {
        report(path + ".count.atLeast", .outOfRange, "atLeast must be 1 to \(RuleLimits.counted).")
      }
      let when = condition(when, path + ".count.when")
      let value = distinct.flatMap { expression($0, path + ".count.distinct", nil) }
      guard let when, (distinct == nil) == (value == nil) else { return nil }
      return (.count(atLeast: atLeast, within: within), .count(when: when, distinct: value))
    case .pair(let start, let stop):
      let start = condition(start, path + ".pair.start")
      let stop = condition(stop, path + ".pair.stop")
      guard let start, let stop else { return nil }
      return (.pair, .pair(start: start, stop: stop))
    }
  }

  private mutating func absent(
    _ after: String?, _ of: String, _ span: CorrelateDefinition.Span, _ holding: String?, _ path: String
  ) -> (CorrelationMachine.Plan, CorrelationRule.Conditions)? {
    let begin = after.flatMap { condition($0, path + ".after") }
    let of = condition(of, path + ".of")
    let still = holding.flatMap { expression($0, path + ".while", .bool, RuleVocabulary.surroundings) }
    var length: CorrelationRule.Span?
    switch span {
    case .fixed(let span):
      check(span, path + ".for")
      length = .fixed(span)
    case .expression(let text): length = expression(text, path + ".for", .duration).map { .expression($0) }
    }
    guard let of, let length, (after == nil) == (begin == nil), (holding == nil) == (still == nil) else { return nil }
    return (.absent(isArmedByAfter: after != nil), .absent(after: begin, of: of, span: length, holding: still))
  }

  // MARK: checks

  /// Kinds that say something about the rule. Heartbeats and tests never come here: silence of a device is told by
  /// supervision.
  private mutating func kinds(_ conditions: CorrelationRule.Conditions, _ path: String) -> Set<SignalKind> {
    var kinds: Set<SignalKind> = []
    for program in conditions.ofSignals {
      let own = SignalKind.allCases.filter { $0.group != .supervision && ExpressionCheck.isPossible(program, $0) }
      if own.isEmpty {
        report(
          path, .neverTrue,
          "only heartbeats could meet '\(program.source.prefix(60))', and these do not come here: use lineLost.")
      }
      kinds.formUnion(own)
      if case .hold = conditions { kinds.formUnion(own.compactMap(\.counterpart)) }
    }
    return kinds
  }

  private func guarded(
    _ conditions: CorrelationRule.Conditions, _ rule: CorrelateDefinition, _ path: String
  ) -> [(String, CELProgram)] {
    switch conditions {
    case .hold(let when): return [(path + ".hold.when", when)]
    case .sequence(let first, let second): return [(path + ".sequence.a", first), (path + ".sequence.b", second)]
    case .absent(let after, let of, let span, let holding):
      let parts = [("after", after), ("of", of), ("for", span.program), ("while", holding)]
      return parts.compactMap { name, program in program.map { ("\(path).absent.\(name)", $0) } }
    case .count(let when, let distinct):
      return [(path + ".count.when", when)] + [distinct].compactMap { $0.map { (path + ".count.distinct", $0) } }
    case .pair(let start, let stop): return [(path + ".pair.start", start), (path + ".pair.stop", stop)]
    }
  }

  private mutating func check(_ emit: CorrelateDefinition.Emit, _ path: String) {
    if !(0...RuleLimits.severity).contains(emit.severity) {
      report(path + ".severity", .outOfRange, "severity \(emit.severity) is out of range: use 0 to 10.")
    }
    if emit.kind.group == .supervision || emit.kind.group == .hospital {
      report(
        path + ".kind", .outOfRange,
        "'\(emit.kind.rawValue)' is said by devices and hospitals only: emit an alarm, a fault or a request.")
    }
  }

  private mutating func check(_ span: TimeSpan, _ path: String) {
    guard span <= .zero || span > RuleLimits.longestInterval else { return }
    report(path, .outOfRange, "a time must be longer than 0 s and at most \(24 * 31) h.")
  }

  private mutating func maxKeys(_ count: Int?, _ path: String) -> Int {
    guard let count else {
      report(path, .missing, "maxKeys is missing: say for how many people or devices at once the rule keeps state.")
      return 1
    }
    if !(1...RuleLimits.correlationKeys).contains(count) {
      report(path, .outOfRange, "maxKeys must be 1 to \(RuleLimits.correlationKeys).")
    }
    return count
  }

  private mutating func compile(key parts: [String], _ path: String) -> [CELProgram] {
    if parts.isEmpty {
      report(path, .missing, "the key is empty: give at least one expression, such as resident.id or signal.origin.")
    }
    if parts.count > RuleLimits.keyParts {
      report(path, .tooMany, "there are \(parts.count) entries; the limit is \(RuleLimits.keyParts).")
    }
    var compiled: [CELProgram] = []
    for (index, part) in parts.prefix(RuleLimits.keyParts).enumerated() {
      guard let program = expression(part, "\(path)[\(index)]", nil) else { continue }
      switch program.resultType {
      case .string, .int, .uint, .bool: compiled.append(program)
      default:
        report(
          "\(path)[\(index)]", .keyType,
          "a key is made of string, int and bool; this gives \(program.resultType.name).")
      }
    }
    return compiled
  }

  private mutating func condition(
    _ text: String, _ path: String, _ environment: CELEnvironment = RuleVocabulary.correlate
  ) -> CELProgram? {
    guard let program = expression(text, path, .bool, environment) else { return nil }
    problems += ExpressionCheck.impossible(program, path: path)
    return program
  }

  private mutating func expression(
    _ text: String, _ path: String, _ type: CELType?, _ environment: CELEnvironment = RuleVocabulary.correlate
  ) -> CELProgram? {
    do throws(CELCompileError) {
      return try schedules.extended(environment).compile(text, expecting: type)
    } catch {
      problems.append(RuleProblem(path: path, error))
      return nil
    }
  }

  private mutating func report(_ path: String, _ reason: RuleProblem.Reason, _ message: String) {
    problems.append(RuleProblem(path: path, reason: reason, message: message))
  }
}
