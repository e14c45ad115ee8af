import AlertEngine
import AlertRules
import CareModel
import Testing

@Suite("Bounds and failures of correlation")
struct CorrelationBoundTests {
  private static func hold(_ alertClass: String, maxKeys: Int, keep: String = "") -> String {
    """
      - id: hold
        key: [signal.origin]
        hold: {when: "signal.kind == 'vitals'", for: 10m}
        emit: {kind: vitals, class: \(alertClass), severity: 6}
        maxKeys: \(maxKeys)
        \(keep)
    """
  }

  @Test("At maxKeys nothing changes; one past it a life rule tells at once, too early rather than never")
  func full() throws {
    var world = try CorrelationWorld(Self.hold("life", maxKeys: 2))
    world.signal(.vitals, from: "K1")
    world.signal(.vitals, from: "K2")
    #expect(world.said == [] && world.rows.count == 2 && world.core.refusedCorrelations == 0)
    world.signal(.vitals, from: "K3")
    #expect(world.said == [Said("hold", 0, "K3")])
    #expect(world.rows.count == 2 && world.core.refusedCorrelations == 1)
    #expect(world.alerts.filter { $0.alertClass == .life }.map(\.serial) == ["K3"])
    world.wait(.minutes(10))
    #expect(world.said.count == 3)
  }

  @Test("Told at once at most ten times a minute; what is more is told once, for the rule")
  func flood() throws {
    var world = try CorrelationWorld(Self.hold("life", maxKeys: 1))
    world.signal(.vitals, from: "K1")
    for number in 0..<RuleLimits.failuresPerMinute + 5 { world.signal(.vitals, from: "X\(number)") }
    let senders = world.said.map(\.sender)
    #expect(senders.count == RuleLimits.failuresPerMinute + 1)
    #expect(senders.last == "rule:hold" && senders.filter { $0 == "rule:hold" }.count == 1)
    #expect(world.alerts.contains { $0.key.hasPrefix("rule:hold") && $0.alertClass == .life })
  }

  @Test("A rule of another class tells that it has no room, once in ten minutes; nothing that waits gives way")
  func tells() throws {
    var world = try CorrelationWorld(Self.hold("urgent", maxKeys: 1))
    world.signal(.vitals, from: "K1")
    world.signal(.vitals, from: "K2")
    world.signal(.vitals, from: "K3")
    #expect(world.said.map(\.sender) == ["rule:hold"] && world.core.refusedCorrelations == 2)
    #expect(world.rows.map(\.key.key) == ["K1"])
  }

  @Test("What has been told already gives way to what is new")
  func quiet() throws {
    var world = try CorrelationWorld(Self.hold("urgent", maxKeys: 2, keep: "keep: 24h"))
    world.signal(.vitals, from: "K1")
    world.wait(.minutes(5))
    world.signal(.vitals, from: "K2")
    world.wait(.minutes(5))
    #expect(world.said == [Said("hold", 600, "K1")] && world.rows.count == 2)
    world.signal(.vitals, from: "K3")
    #expect(world.rows.map(\.key.key) == ["K2", "K3"] && world.core.refusedCorrelations == 0)
  }

  private static func failing(_ alertClass: String) -> String {
    """
      - id: hot
        key: [signal.origin]
        hold: {when: "signal.kind == 'vitals' && has(signal.value) && 100 / int(signal.value) > 50", for: 1m}
        emit: {kind: vitals, class: \(alertClass), severity: 6}
        maxKeys: 100
    """
  }

  @Test("An error in a rule that decides about life is a match; ten a minute one by one, then once for the rule")
  func errors() throws {
    var world = try CorrelationWorld(Self.failing("life"))
    for number in 0...RuleLimits.failuresPerMinute { world.signal(.vitals, from: "X\(number)", value: 0) }
    #expect(world.rows.count == RuleLimits.failuresPerMinute)
    #expect(world.said.map(\.sender) == ["rule:hot"])
    #expect(world.commits.first?.signal?.reason?.contains("error in correlate hot.when: ") == true)
    world.wait(.minutes(1))
    #expect(world.said.count == RuleLimits.failuresPerMinute + 1)
  }

  @Test("In any other rule it is no match, and said in the signal's reason")
  func otherErrors() throws {
    var world = try CorrelationWorld(Self.failing("urgent"))
    world.signal(.vitals, value: 1)
    world.signal(.vitals, value: 0)
    #expect(world.rows.count == 1)
    #expect(world.commits.last?.signal?.reason?.contains("error in correlate hot.when: ") == true)
    world.signal(.vitals, value: 100)
    #expect(world.rows.isEmpty)
  }

  @Test("A key that cannot be told is the origin of the signal")
  func key() throws {
    var world = try CorrelationWorld(Self.hold("life", maxKeys: 5).replacing("signal.origin", with: "resident.id"))
    world.signal(.vitals, from: "X1")
    #expect(world.rows.map(\.key.key) == ["origin|mqtt|X1"])
  }

  @Test("An emission moves no rule, not even its own")
  func depth() throws {
    var world = try CorrelationWorld(
      """
        - id: echo
          key: [signal.origin]
          count: {when: "signal.kind == 'vitals'", atLeast: 1, within: 1m}
          emit: {kind: vitals, class: urgent, severity: 6}
          maxKeys: 100
      """)
    world.signal(.vitals)
    #expect(world.said == [Said("echo", 0)])
  }

  @Test("State survives a change of the set by id; of rules that are gone or work otherwise it leaves in a commit")
  func reload() throws {
    let hold = Self.hold("urgent", maxKeys: 5)
    var world = try CorrelationWorld(hold + "\n" + hold.replacing("id: hold", with: "id: gone"))
    world.signal(.vitals)
    #expect(world.rows.map(\.key.rule) == ["gone", "hold"])
    try world.activate(hold.replacing("for: 10m", with: "for: 20m"))
    world.wait(.seconds(0))
    #expect(world.rows.map(\.key.rule) == ["hold"])
    world.wait(.minutes(10))
    #expect(world.said == [Said("hold", 600)])
    try world.activate(
      """
        - id: hold
          key: [signal.origin]
          count: {when: "signal.kind == 'vitals'", atLeast: 2, within: 1h}
          emit: {kind: vitals, class: urgent, severity: 6}
          maxKeys: 5
      """)
    world.wait(.seconds(0))
    #expect(world.rows.isEmpty)
  }

  @Test("After a restart rows of unknown rules and damaged ones leave; the others go on")
  func recovery() throws {
    let hold = Self.hold("urgent", maxKeys: 5)
    var world = try CorrelationWorld(hold + "\n" + hold.replacing("id: hold", with: "id: gone"))
    world.signal(.vitals)
    world.signal(.vitals, from: "K2")
    world.damage(CorrelationKey(rule: "hold", key: "K2"))
    try world.activate(hold)
    world.kill()
    world.wait(.seconds(0))
    #expect(world.rows.map(\.key) == [CorrelationKey(rule: "hold", key: "K1")])
    world.wait(.minutes(10))
    #expect(world.said == [Said("hold", 600)])
  }

  @Test("A refused commit undoes what it had moved, and what came after it; stepped again it is the same")
  func refused() throws {
    let world = try CorrelationWorld(Self.hold("urgent", maxKeys: 5))
    var core = world.core
    func press(_ number: UInt64, _ serial: String) -> Input {
      .signalReceived(
        InputID(at: world.now, random: (number, number)),
        Signal(source: SignalSource(feed: .mqtt, sender: serial, serial: serial), kind: .vitals))
    }
    _ = core.step(press(1, "K1"), at: world.now)
    let durable = core.correlationRows
    _ = core.step(.committed(1), at: world.now)
    _ = core.step(press(2, "K2"), at: world.now)
    _ = core.step(press(3, "K3"), at: world.now)
    let keys = core.step(.commitFailed(2, CommitFailure(code: "22021")), at: world.now).reloads.first
    #expect(core.correlationRows == durable)
    // The poison is stepped again in its plainest form.
    let again = core.step(.casesLoaded(CaseSnapshot(caseKeys: keys, commitNumber: 1)), at: world.now).commits
    #expect(again.map(\.number) == [2, 3] && again.map(\.signal?.signal.kind) == [.unknown, .vitals])
    #expect(core.correlationRows.map(\.key.key) == ["K1", "K3"])
    #expect(core.correlationRows.first == durable.first)
  }
}
