import CEL
import CareModel

/// Compiles a definition and collects everything that is wrong with it.
struct RuleSetCompiler {
  private(set) var problems: [RuleProblem] = []
  private var schedules = ScheduleBook.empty

  /// Nil when something is missing altogether; otherwise only valid when there are no problems.
  mutating func compile(_ definition: RuleSetDefinition) -> CompiledRules? {
    if definition.name.isEmpty { report("name", .missing, "the set has no name: add name: with a short word.") }
    limit(definition.classify.count, RuleLimits.classifyRules, "classify")
    limit(definition.alert.count, RuleLimits.alertRules, "alert")
    limit(definition.policies.count, RuleLimits.policies, "policies")
    problems += ScheduleCheck.problems(definition.schedules)
    guard problems.isEmpty else { return nil }
    schedules = ScheduleBook(definition.schedules)
    let classify = compile(classify: definition.classify)
    var correlationCompiler = CorrelationCompiler(schedules: schedules)
    let correlate = correlationCompiler.compile(definition.correlate)
    problems += correlationCompiler.problems
    let alert = compile(alert: definition.alert)
    let route = compile(root: definition.route, policies: Set(definition.policies.map(\.id)))
    var policyCompiler = PolicyCompiler(schedules: schedules)
    let policies = policyCompiler.compile(definition.policies)
    problems += policyCompiler.problems
    var inhibitCompiler = InhibitCompiler()
    let inhibit = inhibitCompiler.compile(definition.inhibit)
    problems += inhibitCompiler.problems
    var overrideCompiler = OverrideCompiler(
      schedules: schedules, policies: policies, inhibit: Set(definition.inhibit.map(\.id)))
    let overrides = overrideCompiler.compile(definition.overrides)
    problems += overrideCompiler.problems
    guard let route else { return nil }
    return CompiledRules(
      classify: classify, correlate: CompiledCorrelations(correlate, schedules: schedules), alert: alert, route: route,
      policies: policies, schedules: schedules, inhibit: inhibit, overrides: overrides, choices: policyCompiler.choices)
  }

  // MARK: classify

  private mutating func compile(classify rules: [ClassifyDefinition]) -> [CompiledRules.Classify] {
    var ids: Set<String> = []
    var compiled: [CompiledRules.Classify] = []
    for (index, rule) in rules.enumerated() {
      let path = "classify[\(index)]"
      check(id: rule.id, &ids, path + ".id")
      if rule.alertClass == nil, rule.severity == nil, rule.labels.isEmpty {
        report(path + ".set", .missing, "the rule sets nothing: give it a class, a severity or labels.")
      }
      problems += LabelCheck.problems(rule.labels, path: path + ".set.labels")
      if let severity = rule.severity, !(0...RuleLimits.severity).contains(severity) {
        report(path + ".set.severity", .outOfRange, "severity \(severity) is out of range: use 0 to 10.")
      }
      guard let program = condition(rule.when, RuleVocabulary.classify, path + ".when") else { continue }
      if rule.alertClass == .life {
        problems += ExpressionCheck.unguardedReads(program, path: path + ".when")
      }
      compiled.append(
        .init(
          id: rule.id, program: program, alertClass: rule.alertClass, severity: rule.severity ?? 0,
          labels: rule.labels))
    }
    return compiled
  }

  // MARK: alert

  private mutating func compile(alert rules: [AlertDefinition]) -> [CompiledRules.AlertRule] {
    var ids: Set<String> = []
    var compiled: [CompiledRules.AlertRule] = []
    for (index, rule) in rules.enumerated() {
      let path = "alert[\(index)]"
      check(id: rule.id, &ids, path + ".id")
      if rule.window <= .zero || rule.window > RuleLimits.longestSpan {
        report(path + ".window", .outOfRange, "the window must be longer than 0 s and at most 24 h.")
      }
      let raise = compile(raise: rule.raise, path + ".raise")
      let key = compile(key: rule.key, path + ".key")
      guard let program = condition(rule.match, RuleVocabulary.routing, path + ".match") else { continue }
      problems += ExpressionCheck.unguardedReads(program, path: path + ".match")
      compiled.append(
        .init(
          id: rule.id, program: program, key: key, window: rule.window, raise: raise,
          isJoinOnly: rule.isJoinOnly, isEnding: rule.isEnding))
    }
    return compiled
  }

  /// A number, or an expression that gives one when a signal comes in.
  private mutating func compile(raise text: String?, _ path: String) -> CompiledRules.Raise {
    guard let text else { return .never }
    if let number = Int(text) {
      if !(2...RuleLimits.raise).contains(number) {
        report(path, .outOfRange, "raise must be 2 to \(RuleLimits.raise) signals.")
      }
      return .at(number)
    }
    guard let program = expression(text, RuleVocabulary.routing, .int, path) else { return .never }
    problems += ExpressionCheck.unguardedReads(program, path: path)
    return .by(program)
  }

  private mutating func compile(key parts: [String], _ path: String) -> [CELProgram] {
    if parts.isEmpty {
      report(path, .missing, "the key is empty: give at least one expression, such as signal.origin.")
    }
    limit(parts.count, RuleLimits.keyParts, path)
    var compiled: [CELProgram] = []
    for (index, part) in parts.prefix(RuleLimits.keyParts).enumerated() {
      let place = "\(path)[\(index)]"
      guard let program = expression(part, RuleVocabulary.routing, nil, place) else { continue }
      switch program.resultType {
      case .string, .int, .uint, .bool: break
      default:
        report(
          place, .keyType, "a key is made of string, int and bool; this gives \(program.resultType.name).")
      }
      problems += ExpressionCheck.unguardedReads(program, path: place)
      compiled.append(program)
    }
    return compiled
  }

  // MARK: route

  private mutating func compile(root: RouteDefinition?, policies: Set<String>) -> CompiledRules.Route? {
    guard let root else {
      report("route", .missing, "there is no route: add route: with the policy for everything else.")
      return nil
    }
    if root.when != nil {
      report(
        "route.when", .routeNotTotal,
        "the first route takes everything, so it has no condition\(unrouted(root)): move the condition to a route "
          + "below it.")
    }
    var count = 0
    let route = compile(root, "route", depth: 1, policies, &count)
    limit(count, RuleLimits.routes, "route")
    if root.continues {
      report("route.continue", .routeNotTotal, "the first route has none beside it: remove continue.")
    }
    if route.mostPolicies > RuleLimits.policiesAtOnce {
      report(
        "route", .tooMany,
        "\(route.mostPolicies) policies could run at once for one alert; the limit is "
          + "\(RuleLimits.policiesAtOnce): remove some continue.")
    }
    return route
  }

  private mutating func compile(
    _ route: RouteDefinition, _ path: String, depth: Int, _ policies: Set<String>, _ count: inout Int
  ) -> CompiledRules.Route {
    count += 1
    if !policies.contains(route.policy) {
      report(
        path + ".policy", .unknownPolicy(route.policy),
        "there is no policy '\(route.policy)': correct the name or add it to policies.")
    } else if PolicyCompiler.isForTasks(route.policy) {
      report(
        path + ".policy", .taskPolicy,
        "the policy '\(route.policy)' finds people for tasks, it does not ring at the desk: route to another.")
    }
    var when: CELProgram?
    if let text = route.when {
      when = condition(text, RuleVocabulary.routing, path + ".when")
      if let when { problems += ExpressionCheck.unguardedReads(when, path: path + ".when") }
    } else if depth > 1 {
      report(path + ".when", .missing, "a route below another needs a condition: add when:.")
    }
    guard depth < RuleLimits.routeDepth || route.routes.isEmpty else {
      report(path, .tooMany, "routes are nested more than \(RuleLimits.routeDepth) deep: join some of them.")
      return .init(policy: route.policy, when: when, routes: [])
    }
    var below: [CompiledRules.Route] = []
    for (index, next) in route.routes.enumerated() where count <= RuleLimits.routes {
      below.append(compile(next, "\(path).routes[\(index)]", depth: depth + 1, policies, &count))
    }
    return .init(policy: route.policy, when: when, continues: route.continues, routes: below)
  }

  /// Names the classes that a first route with a condition leaves without a route.
  private func unrouted(_ root: RouteDefinition) -> String {
    guard let text = root.when, let program = try? RuleVocabulary.routing.compile(text, expecting: .bool),
      let routed = program.possibleValues(of: "alert.class")
    else { return "" }
    let missing = AlertClass.allCases.filter { word in !routed.contains { $0.isEqual(to: .text(word.rawValue)) } }
    guard !missing.isEmpty else { return "" }
    return "; with it class \(missing.map(\.rawValue).joined(separator: ", ")) has no route"
  }

  // MARK: expressions

  private mutating func condition(_ text: String, _ environment: CELEnvironment, _ path: String) -> CELProgram? {
    guard let program = expression(text, environment, .bool, path) else { return nil }
    problems += ExpressionCheck.impossible(program, path: path)
    return program
  }

  private mutating func expression(
    _ text: String, _ environment: CELEnvironment, _ type: CELType?, _ path: String
  ) -> CELProgram? {
    do throws(CELCompileError) {
      return try schedules.extended(environment).compile(text, expecting: type)
    } catch {
      problems.append(RuleProblem(path: path, error))
      return nil
    }
  }

  private mutating func check(id: String, _ ids: inout Set<String>, _ path: String) {
    if let message = RuleID.refusal(id, &ids) { report(path, .badID, message) }
  }

  private mutating func limit(_ count: Int, _ most: Int, _ path: String) {
    if count > most { report(path, .tooMany, "there are \(count) entries; the limit is \(most).") }
  }

  private mutating func report(_ path: String, _ reason: RuleProblem.Reason, _ message: String) {
    problems.append(RuleProblem(path: path, reason: reason, message: message))
  }
}

extension RuleProblem {
  /// A problem of an expression, with its place inside it.
  init(path: String, _ error: CELCompileError) {
    self.init(path: path, reason: .expression, message: error.message, line: error.line, column: error.column)
  }
}

/// Ids of rules, tracks and policies.
enum RuleID {
  /// Why an id is refused among those before it, or nil; remembers it.
  static func refusal(_ id: String, _ seen: inout Set<String>) -> String? {
    guard !id.isEmpty, id.utf8.count <= RuleLimits.idBytes, id.utf8.allSatisfy(isAllowed) else {
      return "an id is 1 to \(RuleLimits.idBytes) letters, digits, '.', '_' or '-'."
    }
    return seen.insert(id).inserted ? nil : "the id '\(id)' is used twice: rename one."
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
