import AlertRules
import CareModel
import Testing

/// A set with one mistake, and what must be said about it.
struct Mistake: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let definition: RuleSetDefinition
  let path: String
  let reason: RuleProblem.Reason

  init(_ name: String, _ path: String, _ reason: RuleProblem.Reason, _ definition: RuleSetDefinition) {
    testDescription = name
    self.definition = definition
    self.path = path
    self.reason = reason
  }
}

private func classify(_ when: String, _ alertClass: AlertClass? = .life) -> RuleSetDefinition {
  smallSet(classify: [ClassifyDefinition(id: "r", when: when, alertClass: alertClass)])
}

private func desk(_ tracks: TrackDefinition...) -> RuleSetDefinition {
  smallSet(policies: [PolicyDefinition(id: "desk", tracks: tracks), taskPolicy("task")])
}

private let field = track("field", steps: [step(.responder, .oneByOne)], finally: step(.responder))

@Suite struct RefusalTests {
  static let expressions = [
    Mistake("not a bool", "classify[0].when", .expression, classify("signal.kind")),
    Mistake("unknown field", "classify[0].when", .expression, classify("signal.colour == 'red'")),
    Mistake("unknown name", "classify[0].when", .expression, classify("staff == 1")),
    Mistake("no alert yet", "classify[0].when", .expression, classify("alert.class == 'life'")),
    Mistake("type error", "classify[0].when", .expression, classify("signal.kind == 3")),
    Mistake("syntax", "classify[0].when", .expression, classify("signal.kind ==")),
    Mistake("misspelt kind", "classify[0].when", .neverTrue, classify("signal.kind in ['panic', 'pannic']")),
    Mistake(
      "contradiction", "classify[0].when", .neverTrue, classify("signal.kind == 'panic' && signal.kind == 'fall'")),
    Mistake(
      "kind outside group", "classify[0].when", .neverTrue,
      classify("signal.kind == 'panic' && signal.group == 'hospital'")),
    Mistake(
      "unguarded optional in a life rule", "classify[0].when", .unguarded(field: "resident.risk"),
      classify("signal.kind == 'panic' && resident.risk > 3")),
    Mistake(
      "guard on the right", "classify[0].when", .unguarded(field: "signal.battery"),
      classify("signal.battery < 5 && has(signal.battery)")),
    Mistake(
      "guard of another field", "classify[0].when", .unguarded(field: "signal.battery"),
      classify("has(signal.zone) && signal.battery < 5")),
    Mistake(
      "guard of another record", "classify[0].when", .unguarded(field: "device.district"),
      classify("has(resident.district) && device.district == 1")),
    Mistake(
      "flag tested for false", "classify[0].when", .unguarded(field: "hospital.since"),
      classify("hospital.known == false && hospital.since < now")),
    Mistake(
      "unguarded optional in an alert rule", "alert[0].match", .unguarded(field: "device.district"),
      smallSet(alert: [alertRule("device.district == 1")])),
    Mistake(
      "unguarded optional in a key", "alert[0].key[1]", .unguarded(field: "dwelling.id"),
      smallSet(alert: [alertRule(key: ["signal.kind", "dwelling.id"])])),
    Mistake(
      "key of a list", "alert[0].key[0]", .keyType, smallSet(alert: [alertRule(key: ["signal.oddities"])])),
    Mistake("key of a double", "alert[0].key[0]", .keyType, smallSet(alert: [alertRule(key: ["1.5"])])),
    Mistake("key that does not compile", "alert[0].key[0]", .expression, smallSet(alert: [alertRule(key: ["nope"])])),
    Mistake("empty key", "alert[0].key", .missing, smallSet(alert: [alertRule(key: [])])),
    Mistake(
      "unguarded optional in a route", "route.routes[0].when", .unguarded(field: "resident.risk"),
      smallSet(
        route: RouteDefinition(
          policy: "desk", routes: [RouteDefinition(policy: "desk", when: "resident.risk > 1")]))),
    Mistake(
      "start that is no bool", "policies[0].tracks[0].start.on", .expression, desk(track(on: "alert.signals"))),
    Mistake(
      "unguarded optional in a start", "policies[0].tracks[0].start.on", .unguarded(field: "resident.canSpeak"),
      desk(track(on: "!resident.canSpeak"))),
    Mistake(
      "signal in a case", "policies[0].tracks[0].steps[0].skipIf", .expression,
      desk(track(steps: [step(.desk, skipIf: "signal.kind == 'panic'")]))),
  ]

  static let structure = [
    Mistake("rule that sets nothing", "classify[0].set", .missing, classify("true", nil)),
    Mistake(
      "repeated id", "classify[1].id", .badID,
      smallSet(classify: [
        ClassifyDefinition(id: "a", when: "true", severity: 1), ClassifyDefinition(id: "a", when: "true", severity: 1),
      ])),
    Mistake("bad id", "alert[0].id", .badID, smallSet(alert: [alertRule(id: "a;b")])),
    Mistake("empty id", "alert[0].id", .badID, smallSet(alert: [alertRule(id: "")])),
    Mistake("no route", "route", .missing, smallSet(route: nil)),
    Mistake(
      "root with a condition", "route.when", .routeNotTotal,
      smallSet(route: RouteDefinition(policy: "desk", when: "true"))),
    Mistake(
      "unknown policy", "route.policy", .unknownPolicy("life"), smallSet(route: RouteDefinition(policy: "life"))),
    Mistake(
      "unknown policy below", "route.routes[0].policy", .unknownPolicy("life"),
      smallSet(
        route: RouteDefinition(policy: "desk", routes: [RouteDefinition(policy: "life", when: "true")]))),
    Mistake(
      "route below without a condition", "route.routes[0].when", .missing,
      smallSet(route: RouteDefinition(policy: "desk", routes: [RouteDefinition(policy: "desk")]))),
    Mistake(
      "route to a policy for tasks", "route.policy", .taskPolicy, smallSet(route: RouteDefinition(policy: "task"))),
    Mistake("no finally", "policies[0].tracks[0].finally", .endsInSilence, desk(track(finally: nil))),
    Mistake(
      "no finally beside a good track", "policies[0].tracks[1].finally", .endsInSilence,
      desk(track(), track("second", finally: nil))),
    Mistake(
      "finally that can be skipped", "policies[0].tracks[0].finally.skipIf", .endsInSilence,
      desk(track(finally: step(.dutyChief, skipIf: "alert.held")))),
    Mistake("field only", "policies[0].tracks", .noDeadline, desk(field)),
    Mistake("desk only on a condition", "policies[0].tracks", .noDeadline, desk(track(after: nil, on: "alert.held"))),
    Mistake("no tracks", "policies[0].tracks", .noDeadline, desk()),
    Mistake(
      "track that never starts", "policies[0].tracks[1].start", .missing, desk(track(), track("two", after: nil))),
    Mistake("repeated track", "policies[0].tracks[1].id", .badID, desk(track(), track())),
    Mistake(
      "repeated policy", "policies[1].id", .badID,
      smallSet(policies: [deskPolicy("desk"), deskPolicy("desk"), taskPolicy("task")])),
    Mistake("no policy for tasks", "policies", .missing, smallSet(policies: [deskPolicy("desk")])),
    Mistake(
      "policy for no kind of task", "policies[2].id", .badID,
      smallSet(policies: [deskPolicy("desk"), taskPolicy("task"), taskPolicy("task.dancing")])),
    Mistake(
      "policy for tasks at the desk", "policies[1].tracks", .taskPolicy,
      smallSet(policies: [deskPolicy("desk"), deskPolicy("task")])),
  ]

  @Test(arguments: expressions + structure)
  func `a mistake is refused at its place, and nothing else is said`(mistake: Mistake) {
    let found = problems(mistake.definition)
    #expect(found.map(\.path) == [mistake.path])
    #expect(found.map(\.reason) == [mistake.reason])
  }

  @Test func `the set without a mistake is taken`() { #expect(problems(smallSet(alert: [alertRule()])) == []) }

  @Test(
    arguments: [
      "has(resident.risk) && resident.risk > 3", "resident.known == true && resident.risk > 3",
      "has(resident.risk) && resident.risk > 3 && resident.district == 2",
      "signal.kind == 'panic' && signal.battery < 20", "!has(signal.zone) || signal.zone == 'bathroom'",
      "has(signal.value) ? signal.value > 1.0 : false", "signal.group == 'hospital' && signal.hospitalCode == 'A'",
    ])
  func `a guarded field is allowed in a life rule`(when: String) { #expect(problems(classify(when)) == []) }

  @Test func `an unguarded field is allowed where no life depends on it`() {
    #expect(problems(classify("resident.risk > 3", .urgent)) == [])
  }

  @Test func `problems of expressions say where inside`() throws {
    let problem = try #require(problems(classify("true\n  && signal.colour == 'red'")).first)
    #expect(problem.line == 2)
    #expect(problem.column == 13)
    let read = try #require(problems(classify("true\n  && signal.battery < 3")).first)
    #expect(read.line == 2)
    #expect(read.column == 13)
  }

  @Test func `all problems are reported together, in the order of the set`() {
    let found = problems(
      smallSet(
        classify: [ClassifyDefinition(id: "", when: "1", severity: 11)],
        alert: [alertRule(key: [], window: .zero, raise: 1)], route: RouteDefinition(policy: "x", when: "1"),
        policies: []))
    #expect(
      found.map(\.path) == [
        "classify[0].id", "classify[0].set.severity", "classify[0].when", "alert[0].window", "alert[0].raise",
        "alert[0].key", "route.when", "route.policy", "route.when", "policies",
      ])
  }
}
