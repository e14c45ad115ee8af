import AlertRules
import CareModel
import Testing

@Suite struct CorrelationRefusalTests {
  private static func rule(
    _ operation: CorrelateDefinition.Operation = .hold(when: "signal.kind == 'vitals'", span: .seconds(60)),
    id: String = "x", key: [String] = ["resident.id"], kind: SignalKind = .inactivity,
    alertClass: AlertClass = .urgent, severity: Int = 5, keep: TimeSpan? = nil, maxKeys: Int? = 10,
    blind: CorrelateDefinition.Blind? = nil
  ) -> CorrelateDefinition {
    CorrelateDefinition(
      id: id, key: key, operation, emit: .init(kind: kind, alertClass: alertClass, severity: severity), keep: keep,
      maxKeys: maxKeys, blind: blind)
  }

  private func refusals(_ rules: [CorrelateDefinition]) -> [RuleProblem] {
    var definition = smallSet()
    definition.correlate = rules
    return problems(definition)
  }

  private static func absent(
    after: String? = nil, of: String = "signal.kind == 'motion'",
    for span: CorrelateDefinition.Span = .fixed(.seconds(60)), holding: String? = nil
  ) -> CorrelateDefinition.Operation {
    .absent(after: after, of: of, span: span, holding: holding)
  }

  private static func count(_ atLeast: Int, distinct: String? = nil) -> CorrelateDefinition.Operation {
    .count(when: "signal.kind == 'deviceFault'", atLeast: atLeast, distinct: distinct, within: .hours(24))
  }

  static let sound: [CorrelateDefinition] = [
    rule(), rule(keep: RuleLimits.longestInterval, maxKeys: RuleLimits.correlationKeys), rule(maxKeys: 1),
    rule(absent(), blind: .extend), rule(absent(), blind: .count), rule(blind: .count),
    rule(absent(for: .expression("has(resident.risk) && resident.risk > 3 ? duration('4h') : duration('12h')"))),
    rule(absent(holding: "has(resident.atHome) && resident.atHome && size(dwelling.atHome) == 1")),
    rule(
      .sequence(
        first: "signal.kind == 'door'", second: "signal.kind == 'door' && a.serial != signal.serial",
        within: .seconds(30))),
    rule(count(1)), rule(count(RuleLimits.counted, distinct: "[signal.serial, signal.zone]")),
    rule(.pair(start: "signal.kind == 'mainsLost'", stop: "signal.kind == 'mainsRestored'")),
    rule(key: ["dwelling.id", "signal.zone", "now.getHours() < 6"]),
    rule(absent(after: "signal.kind == 'fall'", of: "signal.kind in ['motion', 'cancel']"), alertClass: .life),
  ]

  @Test("What the grammar says compiles", arguments: sound)
  func compiles(rule: CorrelateDefinition) {
    #expect(refusals([rule]) == [])
  }

  static let wrong: [(CorrelateDefinition, path: String, message: String)] = [
    (rule(id: "a b"), "correlate[0].id", "an id is 1 to 64"),
    (rule(key: []), "correlate[0].key", "the key is empty"),
    (rule(key: ["signal.oddities"]), "correlate[0].key[0]", "a key is made of string, int and bool"),
    (rule(severity: 11), "correlate[0].emit.severity", "severity 11 is out of range"),
    (rule(kind: .heartbeat), "correlate[0].emit.kind", "'heartbeat' is said by devices"),
    (rule(kind: .admit), "correlate[0].emit.kind", "'admit' is said by devices and hospitals"),
    (rule(keep: .zero), "correlate[0].keep", "longer than 0 s and at most 744 h"),
    (rule(keep: .hours(24 * 31 + 1)), "correlate[0].keep", "longer than 0 s"),
    (rule(maxKeys: nil), "correlate[0].maxKeys", "maxKeys is missing"),
    (rule(maxKeys: 0), "correlate[0].maxKeys", "maxKeys must be 1 to 1000000"),
    (rule(maxKeys: RuleLimits.correlationKeys + 1), "correlate[0].maxKeys", "maxKeys must be 1 to"),
    (rule(blind: .extend), "correlate[0].blind", "only the deadline of absent"),
    (rule(.hold(when: "signal.kind == 'x'", span: .seconds(1))), "correlate[0].hold.when", "'x' is not a signal kind"),
    (rule(.hold(when: "signal.colour", span: .seconds(1))), "correlate[0].hold.when", "colour"),
    (rule(.hold(when: "a.kind == 'door'", span: .seconds(1))), "correlate[0].hold.when", "a"),
    (rule(.hold(when: "signal.kind == 'door'", span: .zero)), "correlate[0].hold.for", "longer than 0 s"),
    (rule(.hold(when: "signal.kind == 'heartbeat'", span: .seconds(1))), "correlate[0]", "only heartbeats"),
    (rule(absent(for: .expression("resident.risk"))), "correlate[0].absent.for", "duration"),
    (rule(absent(for: .fixed(.zero))), "correlate[0].absent.for", "longer than 0 s"),
    (rule(absent(holding: "signal.kind == 'door'")), "correlate[0].absent.while", "signal"),
    (rule(absent(of: "1")), "correlate[0].absent.of", "bool"),
    (rule(count(0)), "correlate[0].count.atLeast", "atLeast must be 1 to 1000"),
    (rule(count(RuleLimits.counted + 1)), "correlate[0].count.atLeast", "atLeast must be 1 to 1000"),
    (rule(count(2, distinct: "nobody")), "correlate[0].count.distinct", "nobody"),
    (rule(.pair(start: "true", stop: "signal.when")), "correlate[0].pair.stop", "when"),
    (
      rule(.hold(when: "resident.risk > 3", span: .seconds(1)), alertClass: .life), "correlate[0].hold.when",
      "resident.risk may be absent"
    ),
    (
      rule(
        .sequence(
          first: "signal.kind == 'vitals'", second: "signal.kind == 'vitals' && has(a.zone) && a.value > 1.0",
          within: .seconds(1)), alertClass: .life), "correlate[0].sequence.b", "a.value may be absent"
    ),
    (rule(absent(holding: "resident.atHome"), alertClass: .life), "correlate[0].absent.while", "may be absent"),
  ]

  @Test("What is wrong is refused with its place and a sentence", arguments: wrong)
  func refuses(rule: CorrelateDefinition, path: String, message: String) {
    let found = refusals([rule])
    #expect(found.contains { $0.path == path && $0.message.contains(message) }, "\(found)")
  }

  @Test("Two rules of one id are refused, and more rules than the limit")
  func many() {
    #expect(refusals([Self.rule(), Self.rule()]).map(\.path) == ["correlate[1].id"])
    let most = (0...RuleLimits.correlateRules).map { Self.rule(id: "r\($0)") }
    #expect(refusals(Array(most.dropLast())) == [])
    #expect(refusals(most).map(\.path) == ["correlate"])
  }

  @Test("A set says which kinds its rules read: never heartbeats, and of a hold also the kind that ends it")
  func kinds() throws {
    var definition = smallSet()
    definition.correlate = [
      Self.rule(.hold(when: "signal.kind == 'mainsLost'", span: .minutes(30)), id: "h"),
      Self.rule(Self.absent(after: "signal.kind == 'fall'"), id: "a"),
    ]
    let set = try compiled(definition)
    #expect(set.correlations.kinds == [.mainsLost, .mainsRestored, .fall, .motion])
    #expect(set.correlations.candidates(.motion) == [1] && set.correlations.candidates(.door) == [])
    definition.correlate = [Self.rule(Self.absent(of: "true"))]
    let all = try compiled(definition).correlations.kinds
    #expect(all == Set(SignalKind.allCases.filter { $0.group != .supervision }))
    #expect(try compiled(smallSet()).correlations.kinds.isEmpty)
  }
}
