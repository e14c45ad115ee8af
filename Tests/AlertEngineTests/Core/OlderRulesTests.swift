import AlertEngine
import AlertRules
import CareModel
import RuleFiles
import Testing

@Suite("An open alert keeps the policy it was opened under")
struct OlderRulesTests {
  /// Rules whose desk waits so long for an answer.
  static func rules(_ seconds: Int, policy: String = "desk") throws -> RuleSet {
    try RuleFiles.parse(
      text: """
        apiVersion: silverbell/v1
        name: older
        classify:
          - {id: panic, when: "signal.kind == 'panic'", set: {class: life}}
        alert:
          - {id: all, match: "alert.class == 'life'", key: [signal.origin], window: 90s}
        route: {policy: \(policy)}
        policies:
          - id: \(policy)
            tracks:
              - id: desk
                start: now
                steps: [{ask: desk, mode: all, timeout: \(seconds)s}]
                finally: {ask: dutyChief, mode: all, timeout: \(seconds)s}
          - id: task
            tracks:
              - {id: people, start: now, finally: {ask: carers, mode: all, timeout: 5m}}
        tests:
          - {name: a press, given: [{kind: panic}], expect: {class: life}}
        """, name: "older")
  }

  @Test("its steps are those of its own set, also when the new one has another policy of that name, or none")
  func kept() throws {
    for policy in ["desk", "other"] {
      var bench = Bench()
      bench.core.activate(try Self.rules(30))
      bench.signal()
      bench.core.activate(try Self.rules(300, policy: policy))
      let opened = bench.now
      bench.wait(.seconds(30))
      #expect(bench.alert.policy == "desk")
      #expect(bench.alert.tracks.first?.step == 1)
      #expect(bench.alert.tracks.first?.deadline == opened + .seconds(60))
    }
  }

  @Test("after a restart the older set is found again by its hash")
  func restart() throws {
    var bench = Bench()
    let first = try Self.rules(30)
    bench.core.activate(first)
    bench.signal()
    let work = bench.core.openWork
    for isKept in [true, false] {
      var core = EngineCore(rules: try Self.rules(300))
      _ = core.step(.casesLoaded(work), at: bench.now)
      if isKept { core.keep(first) }
      let due = try #require(core.nextDeadline)
      _ = core.step(.deadlineReached(InputID(at: due, random: (1, 1))), at: due)
      let deadline = core.openWork.alerts.first?.tracks.first?.deadline
      #expect(deadline == due + .seconds(isKept ? 30 : 300))
    }
  }

  @Test("sets that no open alert needs go first when there are too many")
  func bound() throws {
    var bench = Bench()
    bench.core.activate(try Self.rules(30))
    bench.signal()
    for seconds in 100...200 { bench.core.activate(try Self.rules(seconds)) }
    let opened = bench.now
    bench.wait(.seconds(30))
    #expect(bench.alert.tracks.first?.deadline == opened + .seconds(60))
  }
}
