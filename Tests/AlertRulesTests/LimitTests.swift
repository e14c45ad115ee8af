import AlertRules
import CareModel
import Testing

/// A bound of rule sets: the definition with so much of something.
struct Bound: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let most: Int
  let least: Int?
  let reason: RuleProblem.Reason
  let definition: @Sendable (Int) -> RuleSetDefinition

  init(
    _ name: String, _ most: Int, least: Int? = nil, _ reason: RuleProblem.Reason,
    _ definition: @escaping @Sendable (Int) -> RuleSetDefinition
  ) {
    testDescription = name
    self.most = most
    self.least = least
    self.reason = reason
    self.definition = definition
  }
}

private func desk(_ tracks: [TrackDefinition]) -> RuleSetDefinition {
  smallSet(policies: [PolicyDefinition(id: "desk", tracks: tracks), taskPolicy("task")])
}

private func deep(_ depth: Int) -> RouteDefinition {
  var route = RouteDefinition(policy: "desk", when: "true")
  for _ in 2..<depth { route = RouteDefinition(policy: "desk", when: "true", routes: [route]) }
  return RouteDefinition(policy: "desk", routes: [route])
}

@Suite struct LimitTests {
  static let bounds = [
    Bound("classify rules", RuleLimits.classifyRules, .tooMany) { count in
      smallSet(classify: (0..<count).map { ClassifyDefinition(id: "r\($0)", when: "true", severity: 1) })
    },
    Bound("alert rules", RuleLimits.alertRules, .tooMany) { count in
      smallSet(alert: (0..<count).map { alertRule(id: "r\($0)") })
    },
    Bound("routes", RuleLimits.routes, .tooMany) { count in
      let below = (1..<count).map { _ in RouteDefinition(policy: "desk", when: "true") }
      return smallSet(route: RouteDefinition(policy: "desk", routes: below))
    },
    Bound("route depth", RuleLimits.routeDepth, .tooMany) { smallSet(route: deep($0)) },
    Bound("policies", RuleLimits.policies, .tooMany) { count in
      smallSet(policies: [taskPolicy("task"), deskPolicy("desk")] + (2..<count).map { deskPolicy("p\($0)") })
    },
    Bound("tracks", RuleLimits.tracks, .tooMany) { count in desk((0..<count).map { track("t\($0)") }) },
    Bound("steps", RuleLimits.steps, .tooMany) { count in
      desk([track(steps: Array(repeating: step(.desk), count: count))])
    },
    Bound("key parts", RuleLimits.keyParts, .tooMany) { count in
      smallSet(alert: [alertRule(key: Array(repeating: "'a'", count: count))])
    },
    Bound("id bytes", RuleLimits.idBytes, .badID) { count in
      smallSet(alert: [alertRule(id: String(repeating: "a", count: count))])
    },
    Bound("severity", RuleLimits.severity, least: 0, .outOfRange) { severity in
      smallSet(classify: [ClassifyDefinition(id: "r", when: "true", severity: severity)])
    },
    Bound("raise", RuleLimits.raise, least: 2, .outOfRange) { smallSet(alert: [alertRule(raise: $0)]) },
    Bound("repeat", RuleLimits.repetitions, least: 1, .outOfRange) { count in
      desk([track(steps: [step(.desk, repeating: count)])])
    },
    Bound("people at once", WorkTask.maximumOffersAtOnce, least: 1, .outOfRange) { count in
      desk([track(steps: [step(.desk, .nearest(count))])])
    },
    Bound("timeout", Int(RuleLimits.longestSpan.microseconds), least: 1, .outOfRange) { count in
      desk([track(finally: step(.dutyChief, timeout: TimeSpan(microseconds: Int64(count))))])
    },
    Bound("start", Int(RuleLimits.longestSpan.microseconds), least: 0, .outOfRange) { count in
      desk([track(after: TimeSpan(microseconds: Int64(count)))])
    },
    Bound("window", Int(RuleLimits.longestSpan.microseconds), least: 1, .outOfRange) { count in
      smallSet(alert: [alertRule(window: TimeSpan(microseconds: Int64(count)))])
    },
  ]

  @Test(arguments: bounds) func `a bound is taken, and one past it refused`(bound: Bound) {
    #expect(problems(bound.definition(bound.most)) == [])
    #expect(problems(bound.definition(bound.most + 1)).map(\.reason) == [bound.reason])
    if let least = bound.least {
      #expect(problems(bound.definition(least)) == [])
      #expect(problems(bound.definition(least - 1)).map(\.reason) == [bound.reason])
    }
  }

  @Test func `an expression that could cost too much is refused`() {
    let costly = "signal.oddities.all(a, signal.oddities.all(b, signal.oddities.all(c, a == b && b == c)))"
    let found = problems(smallSet(alert: [alertRule(costly)]))
    #expect(found.map(\.reason) == [.expression])
    #expect(found.first?.message.contains("cost") == true)
    #expect(problems(smallSet(alert: [alertRule("signal.oddities.all(a, a != 'notText')")])) == [])
  }

  @Test func `no more problems are reported than the limit`() {
    let many = RuleLimits.problems + 1
    let rules = (0..<many).map { ClassifyDefinition(id: "r\($0)", when: "1", severity: 1) }
    #expect(problems(smallSet(classify: rules)).count == RuleLimits.problems)
    #expect(problems(smallSet(classify: Array(rules.dropLast(2)))).count == RuleLimits.problems - 1)
  }
}
