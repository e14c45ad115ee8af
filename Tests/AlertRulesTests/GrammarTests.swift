import AlertRules
import CareModel
import Testing

@Suite struct GrammarTests {
  @Test func `labels of all rules that match are on the alert, of two values the greater, in whatever order`() throws {
    let rules = [
      ClassifyDefinition(
        id: "a", when: "true", alertClass: .urgent, labels: [AlertLabel("b", "1"), AlertLabel("a", "1")]),
      ClassifyDefinition(id: "b", when: "true", labels: [AlertLabel("b", "2")]),
    ]
    for order in [rules, rules.reversed()] {
      let set = try compiled(
        smallSet(
          classify: order,
          alert: [alertRule("alert.labels.b == '2'", id: "two"), alertRule(id: "else")]))
      let (decision, trace) = set.explain(facts(.panic))
      #expect(decision.labels == [AlertLabel("a", "1"), AlertLabel("b", "2")])
      #expect(trace.alertRule == "two")
    }
  }

  @Test func `raise is a number or an expression, and what cannot be told raises a life alert soon`() throws {
    func raise(_ text: String, _ alertClass: AlertClass = .life, battery: Int? = nil) throws -> Int? {
      let set = try compiled(
        smallSet(
          classify: [ClassifyDefinition(id: "r", when: "true", alertClass: alertClass)],
          alert: [AlertDefinition(match: "true", key: ["signal.origin"], window: .seconds(90), raise: text)]))
      return set.decide(facts(.panic, battery: battery)).alert?.raiseAt
    }
    #expect(try raise("3") == 3)
    #expect(try raise("has(signal.battery) && signal.battery < 20 ? 2 : 5", battery: 10) == 2)
    #expect(try raise("has(signal.battery) && signal.battery < 20 ? 2 : 5", battery: 30) == 5)
    #expect(try raise("alert.severity") == 2)
    #expect(try raise("alert.severity + 5000") == RuleLimits.raise)
    #expect(try raise("1 / alert.severity") == 2)
    #expect(try raise("1 / alert.severity", .urgent) == nil)
  }

  @Test func `an alert rule without an id has one that stays when others come before it`() throws {
    let rule = AlertDefinition(match: "signal.kind == 'panic'", key: ["signal.origin"], window: .seconds(90))
    let first = try compiled(smallSet(alert: [rule])).explain(facts(.panic)).trace.alertRule
    let other = alertRule("signal.kind == 'fall'", id: "other")
    let second = try compiled(smallSet(alert: [other, rule])).explain(facts(.panic)).trace.alertRule
    #expect(first != nil && first == second)
  }

  private static let routes = RouteDefinition(
    policy: "root",
    routes: [
      RouteDefinition(policy: "a", when: "alert.severity >= 1", continues: true),
      RouteDefinition(
        policy: "b", when: "alert.severity >= 2",
        routes: [RouteDefinition(policy: "c", when: "alert.severity >= 3", continues: true)]),
      RouteDefinition(policy: "d", when: "alert.severity >= 2"),
    ])

  @Test(arguments: [(0, "root"), (1, "a"), (2, "a+b"), (3, "a+c")])
  func `a route that continues lets its siblings be tried, nested ones too`(severity: Int, policy: String) throws {
    let set = try compiled(
      smallSet(
        classify: [ClassifyDefinition(id: "r", when: "true", alertClass: .urgent, severity: severity)],
        route: Self.routes, policies: ["root", "a", "b", "c", "d"].map(deskPolicy) + [taskPolicy("task")]))
    #expect(set.decide(facts(.panic)).alert?.policy == policy)
    let tracks = try #require(set.policy(policy)?.tracks.map(\.id))
    let parts = policy.split(separator: "+")
    #expect(tracks == ["desk"] + parts.dropFirst().map { "\($0)/desk" })
  }

  @Test func `policies side by side promise whatever is sooner`() throws {
    func policy(_ id: String, _ targets: Policy.Targets?) -> PolicyDefinition {
      PolicyDefinition(id: id, targets: targets, tracks: [track()])
    }
    let set = try compiled(
      smallSet(
        route: RouteDefinition(policy: "a"),
        policies: [
          policy("a", .init(answer: .seconds(60), arrive: .minutes(45))), policy("b", .init(answer: .seconds(30))),
          policy("c", nil), taskPolicy("task"),
        ]))
    #expect(set.policy("c+a+b")?.targets == .init(answer: .seconds(30), arrive: .minutes(45)))
    #expect(set.policy("a+gone")?.tracks.count == 1)
    #expect(set.policy("gone+lost") == nil)
  }

  @Test func `inhibit keys have the rule and the values that must be equal`() throws {
    let set = try compiled(
      smallSet(
        classify: [ClassifyDefinition(id: "r", when: "signal.kind == 'fall'", alertClass: .life)],
        alert: [alertRule()],
        inhibit: [
          InhibitDefinition(
            id: "i", source: "signal.kind == 'mainsLost'", target: "signal.kind in ['heat', 'fall']",
            equal: ["resident.district"])
        ]))
    #expect(set.decide(facts(.mainsLost, resident: person())).alert?.inhibits?.sourceKeys == ["i|3"])
    #expect(set.decide(facts(.heat, resident: person())).alert?.inhibits?.targets.map(\.key) == ["i|3"])
    #expect(set.decide(facts(.heat)).alert?.inhibits == nil, "what is not known is not equal")
    #expect(set.decide(facts(.fall, resident: person())).alert?.inhibits == nil, "life is never held")
    #expect(set.decide(facts(.water, resident: person())).alert?.inhibits == nil)
  }
}

@Suite struct OverrideTests {
  private let now = Timestamp(seconds: 1_767_225_600)

  private func set(_ override: OverrideDefinition) throws -> RuleSet {
    try compiled(
      smallSet(
        classify: [
          ClassifyDefinition(id: "life", when: "signal.kind == 'fall'", alertClass: .life, severity: 7),
          ClassifyDefinition(
            id: "cold", when: "has(signal.value) && 'cold' in resident.plan && signal.value < resident.plan.cold",
            alertClass: .urgent, severity: 4),
        ], alert: [alertRule()], policies: [deskPolicy("desk"), deskPolicy("own"), taskPolicy("task")],
        inhibit: [
          InhibitDefinition(id: "i", source: "signal.kind == 'smoke'", target: "signal.kind == 'fall'")
        ], overrides: [override]))
  }

  private func override(
    until: String = "2026-01-02", by: [String] = ["Wang"], classify: [ClassifyDefinition] = [], policy: String? = nil,
    thresholds: [OverrideDefinition.Threshold] = [], contacts: [String] = [], inhibit: [String] = []
  ) -> OverrideDefinition {
    OverrideDefinition(
      resident: ResidentID(high: 1, low: 1).description, reason: "agreed", by: by, until: until, classify: classify,
      policy: policy, thresholds: thresholds, contacts: contacts, inhibit: inhibit)
  }

  @Test func `only an override lowers class and severity, of its person alone and before its end`() throws {
    let set = try set(
      override(classify: [
        ClassifyDefinition(id: "", when: "signal.kind == 'fall'", alertClass: .urgent, severity: 2)
      ]))
    let own = set.decide(facts(.fall, resident: person()))
    #expect(own.alertClass == .urgent && own.severity == 2)
    #expect(own.reason.contains("overrides[0].classify"))
    #expect(set.decide(facts(.fall)).alertClass == .life)
    let last = Timestamp(seconds: 1_767_225_600 + 2 * 86_400) - .seconds(1)
    #expect(set.decide(facts(.fall, resident: person(), now: last)).alertClass == .urgent)
    #expect(set.decide(facts(.fall, resident: person(), now: last + .seconds(1))).alertClass == .life)
  }

  @Test func `an override routes, sets thresholds and orders contacts`() throws {
    let set = try set(
      override(policy: "own", thresholds: [.init(name: "cold", value: .double(12))], contacts: ["daughter"]))
    #expect(set.decide(facts(.fall, resident: person())).alert?.policy == "own")
    #expect(set.decide(facts(.fall)).alert?.policy == "desk")
    var cold = facts(.temperature, resident: person())
    cold.signal.value = 11
    #expect(set.decide(cold).alertClass == .urgent)
    cold.signal.value = 12
    #expect(set.decide(cold).alertClass == .service)
    #expect(set.contactOrder(of: ResidentID(high: 1, low: 1), at: now) == ["daughter"])
    #expect(set.contactOrder(of: ResidentID(high: 1, low: 2), at: now) == [])
    #expect(set.contactOrder(of: ResidentID(high: 1, low: 1), at: now + .hours(48)) == [])
  }

  @Test func `a life alert is held back only under an override that two signed`() throws {
    let plain = try set(override(policy: "own"))
    #expect(plain.decide(facts(.fall, resident: person())).alert?.inhibits == nil)
    let signed = try set(override(by: ["Wang", "Li"], inhibit: ["i"]))
    #expect(signed.decide(facts(.fall, resident: person())).alert?.inhibits?.targets.map(\.rule) == ["i"])
    #expect(signed.decide(facts(.fall)).alert?.inhibits == nil)
  }
}

@Suite struct WarningTests {
  private func set(_ steps: StepDefinition...) throws -> RuleSet {
    try compiled(
      smallSet(policies: [
        PolicyDefinition(id: "desk", tracks: [track(), track("field", steps: steps)]), taskPolicy("task"),
      ]))
  }

  private let carer = StaffMember(id: StaffID(high: 1, low: 1), name: "n", roles: [.carer])

  @Test func `a who that nobody satisfies now is a warning, with its place`() throws {
    func who(_ text: String) -> StepDefinition {
      StepDefinition(ask: .responder, mode: .all, timeout: .seconds(45), who: text)
    }
    let set = try set(
      who("'lifting' in staff.skills"), who("alert.class == 'life' && 'lifting' in staff.skills"),
      who("has(staff.distance) && staff.distance < 10.0"))
    let nurse = StaffMember(id: StaffID(high: 1, low: 2), name: "n", roles: [.responder], skills: ["nursing"])
    var strong = nurse
    strong.skills = ["lifting"]
    let path = "policies[0].tracks[1].steps[0].who"
    #expect(set.warnings(staff: [carer, nurse]).map(\.path).first == path)
    #expect(!set.warnings(staff: [carer, strong]).map(\.path).contains(path))
    #expect(set.warnings(staff: [carer, strong]).allSatisfy { $0.reason == .nobodyFits })
  }

  @Test func `a group or role that nobody belongs to, and a provider, are warnings`() throws {
    let set = try set(
      step(.group("nightWatch")), step(.escort), step(.outside(.provider)), step(.outside(.contacts)), step(.carer))
    #expect(
      set.warnings(staff: [carer]).map(\.path) == [0, 1, 2].map { "policies[0].tracks[1].steps[\($0)].ask" })
  }

  @Test(arguments: [
    ("responders", Ask.responder), ("nurses", .staff(.nurse)), ("desk", .desk), ("keyHolder", .outside(.keyHolder)),
    ("nightWatch", .group("nightWatch")), ("responder", .responder),
  ])
  func `the words of the page are understood`(word: String, ask: Ask) { #expect(Ask(word) == ask) }

  @Test(arguments: ["respnders", "contact", "a b", "", "shiftleader", "nuress"])
  func `a misspelt word is no group`(word: String) { #expect(Ask(word) == nil) }
}
