import CEL
import CareModel

/// One decision: classify, alert, route. Errors fail toward help and are kept in the trace.
struct Decider {
  private let rules: CompiledRules
  private let facts: RuleFacts
  private(set) var trace = RuleTrace()

  init(_ rules: CompiledRules, _ facts: RuleFacts) {
    self.rules = rules
    self.facts = facts
  }

  mutating func decide() -> RoutingDecision {
    var activation = CELActivation([
      FactRecords.signal(facts.signal), FactRecords.resident(facts.resident), FactRecords.device(facts.device),
      FactRecords.dwelling(facts.dwelling), FactRecords.hospital(since: facts.hospitalSince),
      FactRecords.timestamp(facts.now),
    ])
    let (alertClass, severity) = classify(activation)
    activation.slots.append(FactRecords.decided(alertClass, severity: severity))
    var route = alertRoute(activation, alertClass)
    if route != nil {
      let policy = self.policy(activation)
      route?.policy = policy
    }
    return RoutingDecision(alertClass: alertClass, severity: severity, alert: route, reason: trace.reason)
  }

  private mutating func classify(_ activation: CELActivation) -> (AlertClass, Int) {
    var alertClass: AlertClass?
    var severity = 0
    for index in rules.classifyIndex.candidates(facts.signal.kind) {
      let rule = rules.classify[index]
      let isLife = rule.alertClass == .life
      guard holds(rule.program, activation, "classify", rule.id, onError: isLife) else { continue }
      trace.classified.append(rule.id)
      severity = max(severity, rule.severity)
      if let set = rule.alertClass { alertClass = max(alertClass ?? set, set) }
    }
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
        key: key(of: rule, activation), window: rule.window, raiseAt: rule.raiseAt, isJoinOnly: rule.isJoinOnly,
        isEnding: rule.isEnding, policy: rules.route.policy)
    }
    guard alertClass >= .urgent else { return nil }
    trace.isFallback = true
    return AlertRoute(key: ownKey, window: Self.fallbackWindow, raiseAt: nil, policy: rules.route.policy)
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

  private static func keyPart(
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

  private mutating func policy(_ activation: CELActivation) -> String {
    var route = rules.route
    trace.routes.append(route.policy)
    while let next = firstMatch(route.routes, activation) {
      trace.routes.append(next.policy)
      route = next
    }
    return route.policy
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
