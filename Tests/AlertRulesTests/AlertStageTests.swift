import AlertRules
import CareModel
import Testing

@Suite struct AlertStageTests {
  private func key(_ parts: [String], _ given: RuleFacts) throws -> String? {
    try compiled(smallSet(alert: [alertRule(key: parts)])).decide(given).alert?.key
  }

  @Test func `the first alert rule that matches gives key, window, raise and joinOnly`() throws {
    let set = try compiled(
      smallSet(alert: [
        alertRule("signal.kind == 'cancel'", id: "cancel", key: ["signal.origin", "'p'"], isJoinOnly: true),
        alertRule("signal.kind == 'panic'", id: "panic", key: ["signal.origin", "'p'"], raise: 3),
        alertRule("true", id: "rest", key: ["'rest'"], window: .hours(1)),
      ]))
    #expect(
      set.decide(facts(.cancel)).alert
        == AlertRoute(key: "K1|p", window: .seconds(90), raiseAt: nil, isJoinOnly: true, policy: "desk"))
    #expect(
      set.decide(facts(.panic)).alert == AlertRoute(key: "K1|p", window: .seconds(90), raiseAt: 3, policy: "desk"))
    #expect(
      set.decide(facts(.fall)).alert == AlertRoute(key: "rest", window: .hours(1), raiseAt: nil, policy: "desk"))
  }

  @Test func `no match keeps the signal in the record only, unless it is urgent or life`() throws {
    let set = try compiled(
      smallSet(classify: [ClassifyDefinition(id: "l", when: "signal.kind == 'motion'", alertClass: .life)]))
    for kind in SignalKind.allCases {
      let (decision, trace) = set.explain(facts(kind))
      #expect((decision.alert != nil) == (decision.alertClass >= .urgent))
      #expect(trace.isFallback == (decision.alert != nil))
    }
    #expect(
      set.decide(facts(.panic)).alert
        == AlertRoute(key: "unrouted|mqtt|K1|panic", window: .seconds(90), raiseAt: nil, policy: "desk"))
    #expect(set.decide(facts(.motion)).reason.contains("on its own because it is grave"))
  }

  @Test func `keys are made of strings, integers and bools`() throws {
    let parts = ["signal.kind", "3", "3u", "signal.hasOddity", "true"]
    #expect(try key(parts, facts(.panic)) == "panic|3|3|false|true")
  }

  @Test func `a sender cannot forge the separator of a key`() throws {
    let parts = ["signal.sender", "signal.kind"]
    let honest = try key(parts, facts(.panic, sender: "a"))
    let forged = try key(["signal.sender"], facts(.panic, sender: "a|panic"))
    #expect(honest == "a|panic")
    #expect(forged == "a\\|panic")
    #expect(try key(["signal.sender"], facts(.panic, sender: "a\\|panic")) == "a\\\\\\|panic")
  }

  @Test func `control characters never reach a key`() throws {
    #expect(try key(["signal.sender"], facts(.panic, sender: "a\u{0}\n\u{7F}é银")) == "a\\x00\\x0a\\x7fé银")
  }

  @Test func `a key is at most its limit, and long ones still differ`() throws {
    let limit = RuleLimits.keyBytes
    func key(_ sender: String) throws -> String {
      try #require(try self.key(["signal.sender"], facts(.panic, sender: sender)))
    }
    let longest = String(repeating: "a", count: limit)
    #expect(try key(longest) == longest)
    let (first, second) = (try key(longest + "b"), try key(longest + "c"))
    #expect(first.utf8.count == limit)
    #expect(first != second)
    #expect(first.hasPrefix(String(repeating: "a", count: 400)))
    let wide = try key(String(repeating: "银", count: limit))
    #expect(wide.utf8.count <= limit)
    #expect(!wide.unicodeScalars.contains("\u{FFFD}"))
  }

  @Test func `the deepest route that matches gives the policy, the first among equals`() throws {
    let route = RouteDefinition(
      policy: "root",
      routes: [
        RouteDefinition(
          policy: "life", when: "alert.class == 'life'",
          routes: [
            RouteDefinition(policy: "grave", when: "alert.severity >= 8"),
            RouteDefinition(policy: "never", when: "alert.severity >= 9"),
          ]),
        RouteDefinition(policy: "second", when: "alert.class == 'life' || signal.kind == 'fall'"),
      ])
    let policies = ["root", "life", "grave", "never", "second"].map(deskPolicy) + [taskPolicy("task")]
    let set = try compiled(
      smallSet(
        classify: [
          ClassifyDefinition(id: "l", when: "signal.kind == 'panic'", alertClass: .life),
          ClassifyDefinition(id: "s", when: "has(signal.battery)", severity: 9),
        ], alert: [alertRule()], route: route, policies: policies))
    #expect(set.decide(facts(.panic)).alert?.policy == "life")
    #expect(set.decide(facts(.panic, battery: 1)).alert?.policy == "grave")
    #expect(set.explain(facts(.panic, battery: 1)).trace.routes == ["root", "life", "grave"])
    #expect(set.decide(facts(.fall)).alert?.policy == "second")
    #expect(set.decide(facts(.motion)).alert?.policy == "root")
  }

  @Test func `a task finds the policy of its kind, else the general one`() throws {
    let set = try compiled(
      smallSet(policies: [deskPolicy("desk"), taskPolicy("task"), taskPolicy("task.escort")]))
    #expect(set.policy(forTask: .escort)?.id == "task.escort")
    for kind in WorkTask.Kind.allCases where kind != .escort { #expect(set.policy(forTask: kind)?.id == "task") }
    #expect(set.policy("desk")?.tracks.map(\.id) == ["desk"])
    #expect(set.policy("none") == nil)
  }
}
