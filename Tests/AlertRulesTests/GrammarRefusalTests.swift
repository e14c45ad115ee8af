import AlertRules
import CareModel
import Testing

private func desk(_ steps: [StepDefinition], finally: StepDefinition = step(.dutyChief)) -> RuleSetDefinition {
  smallSet(
    policies: [PolicyDefinition(id: "desk", tracks: [track(steps: steps, finally: finally)]), taskPolicy("task")])
}

private func promising(_ targets: Policy.Targets, _ tracks: TrackDefinition...) -> RuleSetDefinition {
  smallSet(policies: [PolicyDefinition(id: "desk", targets: targets, tracks: tracks), taskPolicy("task")])
}

private func inhibiting(_ source: String, _ target: String, equal: [String] = []) -> RuleSetDefinition {
  smallSet(inhibit: [InhibitDefinition(id: "i", source: source, target: target, equal: equal)])
}

private func overriding(
  resident: String = "00000000-0000-0001-0000-000000000001", reason: String = "agreed", by: [String] = ["Wang"],
  until: String? = "2027-01-01", classify: [ClassifyDefinition] = [], policy: String? = "desk",
  contacts: [String] = [], inhibit: [String] = []
) -> RuleSetDefinition {
  smallSet(
    inhibit: [InhibitDefinition(id: "i", source: "signal.kind == 'smoke'", target: "signal.kind == 'heat'")],
    overrides: [
      OverrideDefinition(
        resident: resident, reason: reason, by: by, until: until, classify: classify, policy: policy,
        contacts: contacts, inhibit: inhibit)
    ])
}

private func labelled(_ labels: [AlertLabel]) -> RuleSetDefinition {
  smallSet(classify: [ClassifyDefinition(id: "r", when: "true", labels: labels)])
}

private func continuing(_ count: Int) -> RuleSetDefinition {
  let routes = (0..<count).map { RouteDefinition(policy: "desk", when: "alert.severity > \($0)", continues: true) }
  return smallSet(route: RouteDefinition(policy: "desk", routes: routes))
}

@Suite struct GrammarRefusalTests {
  static let asking = [
    Mistake(
      "who that is no bool", "policies[0].tracks[0].steps[0].who", .expression, desk([
        StepDefinition(ask: .responder, mode: .all, timeout: .seconds(45), who: "staff.distance")
      ])),
    Mistake(
      "who of an unknown field", "policies[0].tracks[0].steps[0].who", .expression, desk([
        StepDefinition(ask: .responder, mode: .all, timeout: .seconds(45), who: "staff.colour == 'red'")
      ])),
    Mistake(
      "order that is no double", "policies[0].tracks[0].steps[0].order", .expression, desk([
        StepDefinition(ask: .responder, mode: .all, timeout: .seconds(45), order: "staff.id")
      ])),
    Mistake(
      "who of those at the desk", "policies[0].tracks[0].steps[0].who", .outOfRange, desk([
        StepDefinition(ask: .desk, mode: .all, timeout: .seconds(45), who: "true")
      ])),
    Mistake(
      "until that costs too much", "policies[0].tracks[0].steps[0].until", .expression, desk([
        StepDefinition(
          ask: .desk, mode: .all, timeout: .seconds(45),
          until: "alert.oddities.all(a, alert.oddities.all(b, alert.oddities.all(c, alert.oddities.all(d, a != b))))")
      ])),
    Mistake(
      "channel that is none", "policies[0].tracks[0].steps[0].channels[0]", .badID, desk([
        StepDefinition(ask: .desk, mode: .all, timeout: .seconds(45), channels: ["a b"])
      ])),
    Mistake(
      "a channel twice", "policies[0].tracks[0].steps[0].channels[1]", .badID, desk([
        StepDefinition(ask: .desk, mode: .all, timeout: .seconds(45), channels: ["sms", "sms"])
      ])),
    Mistake(
      "a channel too many", "policies[0].tracks[0].steps[0].channels", .tooMany, desk([
        StepDefinition(
          ask: .desk, mode: .all, timeout: .seconds(45), channels: (0...RuleLimits.channels).map { "c\($0)" })
      ])),
    Mistake(
      "finally with until", "policies[0].tracks[0].finally.until", .endsInSilence,
      desk(
        [step(.desk)],
        finally: StepDefinition(ask: .dutyChief, mode: .all, timeout: .seconds(45), until: "alert.held"))),
    Mistake(
      "finally with when", "policies[0].tracks[0].finally.when", .endsInSilence,
      desk(
        [step(.desk)],
        finally: StepDefinition(ask: .dutyChief, mode: .all, timeout: .seconds(45), when: "alert.held"))),
  ]

  static let promises = [
    Mistake(
      "desk asked too late", "policies[0].targets.answer", .exceedsTarget,
      promising(.init(answer: .seconds(44)), track(steps: [step(.responder), step(.desk)]))),
    Mistake(
      "track that starts too late", "policies[0].targets.answer", .exceedsTarget,
      promising(.init(answer: .seconds(59)), track(after: .seconds(60)))),
    Mistake(
      "desk asked only perhaps", "policies[0].targets.answer", .exceedsTarget,
      promising(.init(answer: .seconds(30)), track(steps: [step(.desk, skipIf: "alert.held")]))),
    Mistake(
      "steps that take too long", "policies[0].tracks[1].steps", .exceedsTarget,
      promising(
        .init(arrive: .seconds(90)), track(),
        track("field", steps: [step(.responder, repeating: 2), step(.responder, timeout: .seconds(1))]))),
    Mistake(
      "target of nothing", "policies[0].targets.accept", .outOfRange,
      promising(.init(accept: .zero), track())),
  ]

  static let people = [
    Mistake("holds itself", "inhibit[0].target", .inhibitsItself, inhibiting("signal.kind == 'smoke'", "true")),
    Mistake(
      "holds itself although the classes differ in words", "inhibit[0].target", .inhibitsItself,
      inhibiting("alert.class in ['technical', 'urgent']", "alert.class == 'urgent'")),
    Mistake(
      "type error in a target", "inhibit[0].target", .expression,
      inhibiting("signal.kind == 'smoke'", "signal.kind == 3")),
    Mistake(
      "equal of a list", "inhibit[0].equal[0]", .keyType,
      inhibiting("signal.kind == 'smoke'", "signal.kind == 'heat'", equal: ["signal.oddities"])),
    Mistake("no end", "overrides[0].until", .noEnd, overriding(until: nil)),
    Mistake("an end that is no date", "overrides[0].until", .noEnd, overriding(until: "next year")),
    Mistake("nobody's id", "overrides[0].resident", .badID, overriding(resident: "Mrs Li")),
    Mistake("no reason", "overrides[0].reason", .missing, overriding(reason: "")),
    Mistake("nobody decided", "overrides[0].by", .missing, overriding(by: [])),
    Mistake("changes nothing", "overrides[0]", .missing, overriding(policy: nil)),
    Mistake("unknown policy", "overrides[0].policy", .unknownPolicy("x"), overriding(policy: "x")),
    Mistake(
      "one signature under holding back life", "overrides[0].by", .needsTwoPeople,
      overriding(by: ["Wang", "Wang"], inhibit: ["i"])),
    Mistake("unknown inhibit", "overrides[0].inhibit[0]", .missing, overriding(by: ["a", "b"], inhibit: ["x"])),
    Mistake(
      "own rule that sets nothing", "overrides[0].classify[0].set", .missing,
      overriding(classify: [ClassifyDefinition(id: "", when: "true")])),
    Mistake(
      "own rule with a type error", "overrides[0].classify[0].when", .expression,
      overriding(classify: [ClassifyDefinition(id: "", when: "1", severity: 1)])),
    Mistake(
      "label without a name", "classify[0].set.labels", .badID, labelled([AlertLabel("", "x")])),
    Mistake(
      "a label too many", "classify[0].set.labels", .tooMany,
      labelled((0...RuleLimits.labelsOfRule).map { AlertLabel("n\($0)", "x") })),
    Mistake(
      "label a byte too long", "classify[0].set.labels.n", .outOfRange,
      labelled([AlertLabel("n", String(repeating: "x", count: AlertLabel.maximumValueBytes + 1))])),
    Mistake("a policy too many at once", "route", .tooMany, continuing(RuleLimits.policiesAtOnce + 1)),
    Mistake(
      "raise that is no int", "alert[0].raise", .expression,
      smallSet(alert: [AlertDefinition(match: "true", key: ["signal.origin"], window: .seconds(1), raise: "'3'")])),
  ]

  @Test(arguments: asking + promises + people)
  func `a mistake is refused at its place, and nothing else is said`(mistake: Mistake) {
    let found = problems(mistake.definition)
    #expect(found.map(\.path) == [mistake.path])
    #expect(found.map(\.reason) == [mistake.reason])
  }

  static let sound = [
    continuing(RuleLimits.policiesAtOnce),
    labelled((0..<RuleLimits.labelsOfRule).map { AlertLabel("n\($0)", "x") }),
    labelled([AlertLabel("n", String(repeating: "x", count: AlertLabel.maximumValueBytes))]),
    promising(.init(answer: .seconds(45)), track(steps: [step(.responder), step(.desk)])),
    promising(
      .init(arrive: .seconds(91)), track(),
      track("field", steps: [step(.responder, repeating: 2), step(.responder, timeout: .seconds(1))])),
    overriding(by: ["Wang", "Li"], inhibit: ["i"]),
    inhibiting("alert.class == 'technical'", "alert.class == 'urgent'", equal: ["resident.district"]),
  ]

  @Test(arguments: sound.indices)
  func `what is just within its bound is taken`(index: Int) { #expect(problems(Self.sound[index]) == []) }

  @Test func `a first route with a condition names the classes that it leaves out`() throws {
    let set = smallSet(route: RouteDefinition(policy: "desk", when: "alert.class in ['life', 'urgent']"))
    let problem = try #require(problems(set).first)
    #expect(problem.reason == .routeNotTotal)
    #expect(problem.message.contains("class service, technical, hospital has no route"), "\(problem.message)")
  }
}
