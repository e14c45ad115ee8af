import AlertRules
import CareModel
import RuleFiles
import Testing

@Suite struct CorrelatePositionTests {
  private static let rules = """
    correlate:
      - id: fall-no-motion
        key: [resident.id]
        absent: {after: "signal.kind == 'fall'", of: "signal.kind == 'motion'", for: 10m}
        emit: {kind: inactivity, class: life, severity: 9}
        maxKeys: 1000
        blind: count
      - id: silent
        key: [dwelling.id]
        op:
          absent:
            of: signal.group == 'telemetry'
            for: "has(resident.risk) && resident.risk >= 3 ? duration('6h') : duration('12h')"
            while: size(dwelling.atHome) > 0
        emit: {kind: inactivity, class: urgent, severity: 5}
        keep: 24h
        maxKeys: 200000
      - id: hot
        key: [signal.origin]
        hold: {when: "signal.kind == 'temperature' && signal.value > 40.0", for: 5m}
        emit: {kind: heat, class: urgent, severity: 6}
        maxKeys: 100
      - id: out
        key: [dwelling.id]
        sequence: {a: "signal.kind == 'bedExit'", b: "signal.kind == 'door' && a.serial != signal.serial", within: 5m}
        emit: {kind: wandering, class: urgent, severity: 6}
        maxKeys: 100
      - id: episode
        key: [signal.serial]
        count: {when: "signal.kind == 'deviceFault'", atLeast: 10, within: 24h, distinct: "signal.zone"}
        emit: {kind: deviceFault, class: technical, severity: 4}
        maxKeys: 100
      - id: powerCut
        key: [dwelling.id]
        pair: {start: "signal.kind == 'mainsLost'", stop: "signal.kind == 'mainsRestored'"}
        emit: {kind: mainsRestored, class: technical, severity: 1}
        maxKeys: 100

    """

  private static let text = SmallFile.text.replacing("alert:\n  - id: all", with: rules + "alert:\n  - id: all")

  @Test("A file with all five operators is read, under op or beside it")
  func reads() throws {
    let set = try RuleFiles.parse(text: Self.text, name: "f")
    let rules = set.correlations.rules
    #expect(rules.map(\.id) == ["fall-no-motion", "silent", "hot", "out", "episode", "powerCut"])
    #expect(rules.map(\.machine.operation) == [.absent, .absent, .hold, .sequence, .count, .pair])
    #expect(rules.map(\.isExtended) == [false, true, false, false, false, false])
    #expect(rules[1].machine.keep == .hours(24) && rules[1].maxKeys == 200_000)
    #expect(rules[0].emit == .init(kind: .inactivity, alertClass: .life, severity: 9))
    #expect(rules[4].machine.plan == .count(atLeast: 10, within: .hours(24)))
  }

  static let slips = [
    Slip("for: 10m}", "for: 0m}", "10:82: a time must be longer than 0 s"),
    Slip("for: 10m}", "for: soon}", "10:82: 'soon'"),
    Slip("for: 10m}", "far: 10m}", "10:77: the key 'far' is not known here: use of, for, after, while.", count: 2),
    Slip("    maxKeys: 1000\n", "", "8:5: maxKeys is missing"),
    Slip("maxKeys: 1000\n", "maxKeys: 0\n", "12:14: maxKeys must be 1 to 1000000."),
    Slip("maxKeys: 1000\n", "maxKeys: many\n", "12:14: 'many' is not a whole number."),
    Slip("blind: count", "blind: skip", "13:12: 'skip' is not known here: use extend, count."),
    Slip("kind: heat", "kind: hot", "27:18: 'hot' is not known here: use panic"),
    Slip("class: life, severity: 9", "class: lives, severity: 9", "11:37: 'lives' is not known here"),
    Slip("severity: 9}", "severity: 12}", "11:53: severity 12 is out of range"),
    Slip("{kind: inactivity, class: life, severity: 9}", "{kind: inactivity}", "11:11: the key 'class'", count: 2),
    Slip("hold: {when", "holds: {when", "26:5: the key 'holds' is not known here", count: 2),
    Slip("pair: {start", "hold: {when: true, for: 1m}\n    pair: {start", "39:5: a rule has one operator"),
    Slip("a.serial !=", "a.serials !=", "31:78: "),
    Slip("key: [signal.serial]", "key: signal.serial", "35:10: a list is expected here, not a text"),
    Slip("keep: 24h", "keep: 745h", "22:11: a time must be longer than 0 s and at most 744 h."),
  ]

  @Test("Every slip is refused at its place", arguments: slips)
  func slip(slip: Slip) {
    #expect(Self.text.contains(slip.old))
    let text = Self.text.replacing(slip.old, with: slip.new, maxReplacements: 1)
    let problems = SmallFile.problems(text)
    #expect(problems.contains { $0.hasPrefix(slip.expected) }, "\(problems)")
    #expect(problems.count == slip.count, "\(problems)")
  }
}
