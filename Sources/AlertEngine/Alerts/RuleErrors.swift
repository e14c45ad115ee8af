import AlertRules
import CareModel

/// How often each rule failed in its present minute. Bounded by the rules of a set; what is over starts anew.
struct RuleErrorCount: Sendable {
  private var minutes: [String: (start: Timestamp, count: Int)] = [:]

  /// Counts one failure; true when it is beyond what a minute may have.
  mutating func isOver(_ rule: String, at now: Timestamp) -> Bool {
    if minutes[rule] == nil, minutes.count >= RuleLimits.classifyRules { minutes.removeAll() }
    var minute = minutes[rule] ?? (now, 0)
    if now - minute.start >= .minutes(1) { minute = (now, 0) }
    minute.count += 1
    minutes[rule] = minute
    return minute.count > RuleLimits.errorMatchesAMinute
  }
}

extension EngineCore {
  /// A rule about life that fails makes every signal one of class life. A few of these are asked about one by one;
  /// beyond that they are one alert about the rule.
  ///
  /// - Returns: the rule as the subject of the alert; nil when the signal is asked about as it is.
  mutating func collapse(_ decision: inout RoutingDecision) -> SignalSubject? {
    guard var route = decision.alert, !route.isJoinOnly else { return nil }
    // Every rule is counted, whatever the others say.
    let over = decision.failing.filter { ruleErrors.isOver($0, at: draft.now) }
    guard over.count == decision.failing.count, let rule = over.first else { return nil }
    route.key = "rule|" + rule
    route.window = .minutes(1)
    route.raiseAt = nil
    route.inhibits = nil
    decision.alert = route
    decision.reason = "rule \(rule) fails; " + decision.reason
    var subject = SignalSubject(district: 0, caseKey: .source("rule:" + rule))
    subject.isOfRule = true
    return subject
  }
}
