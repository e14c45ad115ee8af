import CEL
import CareModel

/// One decision: classify, alert, route. Errors fail toward help and are kept in the trace.
struct Decider {
  private let rules: CompiledRules
  private let facts: RuleFacts
  private(set) var trace = RuleTrace()
  private var labels: [AlertLabel] = []
  /// Rules that made the signal one of class life by an error, when none did so by matching.
  private var failing: [String] = []

  init(_ rules: CompiledRules, _ facts: RuleFacts) {
    self.rules = rules
    self.facts = facts
  }

  mutating func decide() -> RoutingDecision {
    let own = rules.overrides.isEmpty ? [] : rules.overrides(of: facts.resident?.id, at: facts.now)
    var activation = CompiledRules.activation(facts, own)
    let timed = rules.timed(activation, facts)
    var (alertClass, severity) = classify(timed)
    if !own.isEmpty { apply(own, timed, &alertClass, &severity) }
    activation.slots.append(FactRecords.decided(alertClass, severity: severity, labels: labels))
    activation = rules.timed(activation, facts)
    var route = alertRoute(activation, alertClass)
    if route != nil {
      let policy = self.policy(activation, own)
      route?.policy = policy
      if !rules.inhibit.isEmpty { route?.inhibits = inhibits(activation, alertClass, own) }
    }
    var decision = RoutingDecision(
      alertClass: alertClass, severity: severity, alert: route, reason: trace.reason)
    decision.labels = labels
    if alertClass == .life { decision.failing = failing }
    return decision
  }

  /// What is different for the person: the first override that says something about class and severity says all.
  private mutating func apply(
    _ own: [CompiledRules.Override], _ activation: CELActivation, _ alertClass: inout AlertClass, _ severity: inout Int
  ) {
    for override in own {
      for rule in override.classify
      where holds(rule.program, activation, "overrides", String(override.index), onError: false) {
        alertClass = rule.alertClass ?? alertClass
        severity = rule.severity ?? severity
        AlertLabel.merge(rule.labels, into: &labels)
        trace.overrides.append("overrides[\(override.index)].classify")
        return
      }
    }
  }

  /// What the alert holds back while it is open, and what would hold it back: only of a person with a signed
  /// override when it is one of class life.
  private mutating func inhibits(
    _ activation: CELActivation, _ alertClass: AlertClass, _ own: [CompiledRules.Override]
  ) -> AlertRoute.Inhibits? {
    var found = AlertRoute.Inhibits()
    for index in rules.inhibitSources.candidates(facts.signal.kind) {
      let rule = rules.inhibit[index]
      guard holds(rule.source, activation, "inhibit", rule.id, onError: false),
        let key = inhibitKey(rule, activation)
      else { continue }
      found.sourceKeys.append(key)
    }
    for index in rules.inhibitTargets.candidates(facts.signal.kind) {
      let rule = rules.inhibit[index]
      if alertClass == .life, !own.contains(where: { $0.inhibit.contains(rule.id) }) { continue }
      guard holds(rule.target, activation, "inhibit", rule.id, onError: false),
        let key = inhibitKey(rule, activation)
      else { continue }
      found.targets.append(.init(rule: rule.id, key: key))
    }
    return found == AlertRoute.Inhibits() ? nil : found
  }

  /// The rule's id and the values that must be equal; nil when one of them is not known: then nothing is held.
  private func inhibitKey(_ rule: CompiledRules.Inhibit, _ activation: CELActivation) -> String? {
    var parts = [rule.id]
    for program in rule.equal {
      do throws(CELErrorCode) {
        parts.append(try Self.keyPart(program, activation))
      } catch {
        return nil
      }
    }
    return AlertKey.joined(parts)
  }

  private mutating func classify(_ activation: CELActivation) -> (AlertClass, Int) {
    var alertClass = facts.floor?.alertClass
    var severity = facts.floor?.severity ?? 0
    var isSoundlyLife = facts.floor?.alertClass == .life
    for index in rules.classifyIndex.candidates(facts.signal.kind) {
      let rule = rules.classify[index]
      let isLife = rule.alertClass == .life
      let failures = trace.failures.count
      guard holds(rule.program, activation, "classify", rule.id, onError: isLife) else { continue }
      if isLife {
        if trace.failures.count > failures { failing.append(rule.id) } else { isSoundlyLife = true }
      }
      if !rule.labels.isEmpty { AlertLabel.merge(rule.labels, into: &labels) }
      trace.classified.append(rule.id)
      severity = max(severity, rule.severity)
      if let set = rule.alertClass { alertClass = max(alertClass ?? set, set) }
    }
    if isSoundlyLife { failing = [] }
    return (alertClass ?? Self.classByGroup(facts.signal.kind.group), severity)
  }

  /// What a signal is when no rule says so: alarms and what nobody understands wait for a person.
  private static func classByGroup(_ group: SignalGroup) -> AlertClass {
    switch group {
    case .alarm, .unknown: .urgent
    case .technical: .technical
    case .hospital: .hospital
    case .request, .supervision, .telemetry: .service
    }
  }

  private mutating func alertRoute(_ activation: CELActivation, _ alertClass: AlertClass) -> AlertRoute? {
    for index in rules.alertIndex.candidates(facts.signal.kind) {
      let rule = rules.alert[index]
      let onError = alertClass == .life && !rule.isJoinOnly
      guard holds(rule.program, activation, "alert", rule.id, onError: onError) else { continue }
      trace.alertRule = rule.id
      return AlertRoute(
        key: key(of: rule, activation), window: rule.window, raiseAt: raiseAt(rule, activation, alertClass),
        isJoinOnly: rule.isJoinOnly,
        isEnding: rule.isEnding, policy: rules.route.policy)
    }
    guard alertClass >= .urgent else { return nil }
    trace.isFallback = true
    return AlertRoute(key: ownKey, window: Self.fallbackWindow, raiseAt: nil, policy: rules.route.policy)
  }

  /// How many signals raise the alert; what cannot be told raises one of class life as soon as can be.
  private mutating func raiseAt(
    _ rule: CompiledRules.AlertRule, _ activation: CELActivation, _ alertClass: AlertClass
  ) -> Int? {
    switch rule.raise {
    case .never: return nil
    case .at(let count): return count
    case .by(let program):
      do throws(CELEvaluationError) {
        guard case .int(let count) = try program.evaluate(in: activation) else { return nil }
        return Int(min(max(count, 2), Int64(RuleLimits.raise)))
      } catch {
        let isLife = alertClass == .life
        trace.failures.append(.init(rule: "alert \(rule.id).raise", code: error.code, countsAsMatch: isLife))
        return isLife ? 2 : nil
      }
    }
  }

  /// As for presses of the shipped rules: what comes soon after a resolution belongs to it.
  private static let fallbackWindow = TimeSpan.seconds(90)

  private mutating func key(of rule: CompiledRules.AlertRule, _ activation: CELActivation) -> String {
    var parts: [String] = []
    for program in rule.key {
      do throws(CELErrorCode) {
        parts.append(try Self.keyPart(program, activation))
      } catch {
        trace.failures.append(.init(rule: "alert \(rule.id).key", code: error, countsAsMatch: true))
        return ownKey
      }
    }
    return AlertKey.joined(parts)
  }

  static func keyPart(
    _ program: CELProgram, _ activation: CELActivation
  ) throws(CELErrorCode) -> String {
    let value: CELValue
    do throws(CELEvaluationError) {
      value = try program.evaluate(in: activation)
    } catch {
      throw error.code
    }
    switch value {
    case .string(let text): return text.text
    case .int(let number): return String(number)
    case .uint(let number): return String(number)
    case .bool(let flag): return flag ? "true" : "false"
    default: throw .badKey
    }
  }

  /// The key of a signal that no rule gives one: one alert per origin and kind.
  private var ownKey: String {
    let source = facts.signal.source
    return AlertKey.joined(
      ["unrouted", source.feed.rawValue, source.serial ?? source.sender, facts.signal.kind.rawValue])
  }

  private mutating func policy(_ activation: CELActivation, _ own: [CompiledRules.Override]) -> String {
    if let override = own.first(where: { $0.policy != nil }), let policy = override.policy {
      trace.overrides.append("overrides[\(override.index)].policy")
      trace.routes.append(policy)
      return policy
    }
    if rules.hasContinue { return policies(activation) }
    var route = rules.route
    trace.routes.append(route.policy)
    while let next = firstMatch(route.routes, activation) {
      trace.routes.append(next.policy)
      route = next
    }
    return route.policy
  }

  /// The policies of all routes that match, joined by `+`, each once, in the order of the set.
  private mutating func policies(_ activation: CELActivation) -> String {
    var paths: [[String]] = []
    follow(rules.route, [], activation, &paths)
    trace.routes = paths.first ?? [rules.route.policy]
    trace.otherRoutes = Array(paths.dropFirst())
    var ids: [String] = []
    for id in paths.compactMap(\.last) where !ids.contains(id) { ids.append(id) }
    return ids.isEmpty ? rules.route.policy : ids.joined(separator: "+")
  }

  private mutating func follow(
    _ route: CompiledRules.Route, _ above: [String], _ activation: CELActivation, _ paths: inout [[String]]
  ) {
    let path = above + [route.policy]
    var isMatched = false
    for next in route.routes {
      if let when = next.when, !holds(when, activation, "route", next.policy, onError: false) { continue }
      isMatched = true
      follow(next, path, activation, &paths)
      if !next.continues { break }
    }
    if !isMatched { paths.append(path) }
  }

  private mutating func firstMatch(
    _ routes: [CompiledRules.Route], _ activation: CELActivation
  ) -> CompiledRules.Route? {
    for route in routes {
      guard let when = route.when else { return route }
      if holds(when, activation, "route", route.policy, onError: false) { return route }
    }
    return nil
  }

  private mutating func holds(
    _ program: CELProgram, _ activation: CELActivation, _ section: String, _ id: String, onError: Bool
  ) -> Bool {
    switch program.evaluateBool(in: activation) {
    case .isTrue: return true
    case .isFalse: return false
    case .isError:
      if case .failure(let error) = program.evaluateBoolReporting(in: activation) {
        trace.failures.append(.init(rule: "\(section) \(id)", code: error.code, countsAsMatch: onError))
      }
      return onError
    }
  }
}

extension CompiledRules {
  /// What conditions on a signal see, without schedules; `own` are the person's overrides.
  static func activation(_ facts: RuleFacts, _ own: [Override]) -> CELActivation {
    CELActivation([
      FactRecords.signal(facts.signal), FactRecords.resident(facts.resident, plan: own.isEmpty ? nil : plan(own)),
      FactRecords.device(facts.device), FactRecords.dwelling(facts.dwelling),
      FactRecords.hospital(since: facts.hospitalSince), FactRecords.timestamp(facts.now),
    ])
  }
}
