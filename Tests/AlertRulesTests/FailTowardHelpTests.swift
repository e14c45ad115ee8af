import AlertRules
import CEL
import CareModel
import Testing

@Suite struct FailTowardHelpTests {
  private let failing = "signal.kind == 'panic' && signal.battery < 20"

  @Test func `an error in a rule that can set life is a match, and is reported`() throws {
    let set = try compiled(
      smallSet(classify: [ClassifyDefinition(id: "low", when: failing, alertClass: .life, severity: 6)]))
    let (decision, trace) = set.explain(facts(.panic))
    #expect(decision.alertClass == .life)
    #expect(decision.severity == 6)
    #expect(trace.failures == [.init(rule: "classify low", code: .absentField, countsAsMatch: true)])
    #expect(decision.reason.contains("error in classify low (counted as a match): the optional field is absent"))
    #expect(set.decide(facts(.panic, battery: 50)).alertClass == .urgent)
  }

  @Test(arguments: [AlertClass.urgent, .hospital, .technical, .service, nil])
  func `an error in any other rule is no match, and is reported`(alertClass: AlertClass?) throws {
    let set = try compiled(
      smallSet(classify: [ClassifyDefinition(id: "low", when: failing, alertClass: alertClass, severity: 6)]))
    let (decision, trace) = set.explain(facts(.panic))
    #expect(decision.severity == 0)
    #expect(trace.classified == [])
    #expect(trace.failures == [.init(rule: "classify low", code: .absentField, countsAsMatch: false)])
  }

  @Test func `an error that cannot decide is absorbed`() throws {
    let rules = [ClassifyDefinition(id: "r", when: "signal.battery < 20 || signal.kind == 'panic'", severity: 1)]
    let (decision, trace) = try compiled(smallSet(classify: rules)).explain(facts(.panic))
    #expect(decision.severity == 1)
    #expect(trace.failures == [])
  }

  @Test(
    arguments: [
      // life rule above?, join only?, alert opened by the failing rule?
      (true, false, true), (true, true, false), (false, false, false),
    ])
  func `an alert rule that fails matches for life, but never a join`(
    isLife: Bool, isJoinOnly: Bool, expected: Bool
  ) throws {
    let life = ClassifyDefinition(id: "l", when: "signal.kind == 'panic'", alertClass: .life)
    let set = try compiled(
      smallSet(
        classify: isLife ? [life] : [],
        alert: [
          alertRule(failing, id: "failing", isJoinOnly: isJoinOnly),
          alertRule(id: "rest", key: ["'rest'"]),
        ]))
    let (_, trace) = set.explain(facts(.panic))
    #expect(trace.alertRule == (expected ? "failing" : "rest"))
    #expect(trace.failures == [.init(rule: "alert failing", code: .absentField, countsAsMatch: expected)])
  }

  @Test func `a key that fails gives the signal an alert of its own`() throws {
    let rule = alertRule(key: ["signal.kind == 'panic' ? string(signal.battery) : ''"])
    let (decision, trace) = try compiled(smallSet(alert: [rule])).explain(facts(.panic))
    #expect(decision.alert?.key == "unrouted|mqtt|K1|panic")
    #expect(trace.failures == [.init(rule: "alert all.key", code: .absentField, countsAsMatch: true)])
  }

  @Test func `a route that fails is left out, and what is above it counts`() throws {
    let route = RouteDefinition(
      policy: "desk", routes: [RouteDefinition(policy: "other", when: "signal.kind == 'panic' && signal.battery < 20")])
    let set = try compiled(
      smallSet(
        alert: [alertRule()], route: route, policies: [deskPolicy("desk"), deskPolicy("other"), taskPolicy("task")]))
    let (decision, trace) = set.explain(facts(.panic))
    #expect(decision.alert?.policy == "desk")
    #expect(trace.failures == [.init(rule: "route other", code: .absentField, countsAsMatch: false)])
  }

  @Test func `a time outside the calendar is an error of the rules that read it only`() throws {
    let rules = [
      ClassifyDefinition(id: "time", when: "now.getHours() < 6", alertClass: .life),
      ClassifyDefinition(id: "kind", when: "signal.kind == 'fall'", severity: 4),
    ]
    let (decision, trace) = try compiled(smallSet(classify: rules)).explain(facts(.fall, now: .distantFuture))
    #expect(decision.alertClass == .life)
    #expect(decision.severity == 4)
    #expect(trace.failures.map(\.rule) == ["classify time"])
  }

  @Test func `the reason stays one bounded line`() throws {
    let rules = (0..<200).map {
      ClassifyDefinition(id: "rule-number-\($0)", when: failing, severity: 1)
    }
    let reason = try compiled(smallSet(classify: rules)).decide(facts(.panic)).reason
    #expect(reason.utf8.count == RuleLimits.reasonBytes)
    #expect(reason.hasSuffix("…"))
    #expect(!reason.contains("\n"))
  }
}
