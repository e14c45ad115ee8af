import AlertEngine
import CareModel
import Testing

/// Numbers that follow from a seed.
private struct Chance {
  private var state: UInt64

  init(seed: UInt64) { state = fixedMix(seed) }

  mutating func below(_ bound: Int) -> Int {
    state = fixedMix(state &+ 0x9E37_79B9_7F4A_7C15)
    return Int(state % UInt64(bound))
  }
}

/// Seeded life of six homes, and everything that can happen to an engine meanwhile.
@Suite("Correlation survives us")
struct CorrelationKillTests {
  private static let rules = """
      - id: hold
        key: [signal.origin]
        hold: {when: "signal.kind == 'vitals' && has(signal.value) && signal.value > 120.0", for: 3m}
        emit: {kind: vitals, class: urgent, severity: 6}
        maxKeys: 4
      - id: sequence
        key: [dwelling.id]
        sequence: {a: "signal.kind == 'bedExit'", b: "signal.kind == 'door' && a.serial != signal.serial", within: 4m}
        emit: {kind: wandering, class: urgent, severity: 6}
        keep: 2m
        maxKeys: 100
      - id: absent
        key: [resident.id]
        absent: {after: "signal.kind == 'fall'", of: "signal.kind == 'motion'", for: 5m}
        emit: {kind: inactivity, class: life, severity: 9}
        maxKeys: 100
      - id: silent
        key: [dwelling.id]
        absent: {of: "signal.kind in ['motion', 'door']", for: "duration('7m')", while: size(dwelling.atHome) > 0}
        emit: {kind: inactivity, class: urgent, severity: 5}
        maxKeys: 100
      - id: count
        key: [device.district]
        count: {when: "signal.kind == 'deviceFault'", atLeast: 3, within: 12m, distinct: signal.serial}
        emit: {kind: deviceFault, class: technical, severity: 4}
        maxKeys: 100
      - id: pair
        key: [dwelling.id]
        pair: {start: "signal.kind == 'mainsLost'", stop: "signal.kind == 'mainsRestored'"}
        emit: {kind: mainsRestored, class: technical, severity: 1}
        keep: 10m
        maxKeys: 100
    """

  /// The same seed does the same, whatever becomes of the engine.
  private func run(_ seed: UInt64, kills: Bool) throws -> CorrelationWorld {
    var world = try CorrelationWorld(Self.rules)
    world.diesAfterCommits = kills
    var random = Chance(seed: seed)
    let kinds: [SignalKind] = [
      .vitals, .bedExit, .door, .fall, .motion, .deviceFault, .mainsLost, .mainsRestored, .cancel,
    ]
    for number in 0..<400 {
      // Late by a device's own clock, which is also wrong now and then, and sent again.
      let kind = kinds[random.below(kinds.count)]
      let serial = (random.below(2) == 0 ? "K" : "H") + String(1 + random.below(6))
      let value = Double(100 + random.below(40))
      let id = "m\(random.below(8) == 0 ? max(0, number - 1 - random.below(5)) : number)"
      let offset = TimeSpan.seconds(random.below(2) == 0 ? -random.below(7_200) : random.below(100_000))
      world.signal(kind, from: serial, value: value, id: id, occurredAt: world.now + offset)
      // Whole seconds: many deadlines fall together. The clock jumps now and then.
      world.wait(.seconds(random.below(100) == 0 ? 900 : random.below(45)))
    }
    world.wait(.hours(1))
    return world
  }

  @Test("Killed at every commit the engine says the same at the same deadlines as undisturbed", arguments: 1...6)
  func kills(seed: UInt64) throws {
    let calm = try run(seed, kills: false)
    let killed = try run(seed, kills: true)
    #expect(killed.restarts > 400 && calm.restarts == 0)
    #expect(killed.said == calm.said)
    #expect(calm.said.count > 40, "\(calm.said.count)")
    #expect(Set(calm.said.map(\.rule)) == ["hold", "sequence", "absent", "silent", "count", "pair"])
    #expect(!calm.said.contains { $0.isLate })
    #expect(killed.rows.map(\.key) == calm.rows.map(\.key) && calm.core.correlationRows == calm.rows)
  }

  private static let outage = """
      - id: hold
        key: [signal.origin]
        hold: {when: "signal.kind == 'vitals'", for: 20m}
        emit: {kind: vitals, class: urgent, severity: 6}
        maxKeys: 10
      - id: sequence
        key: [signal.origin]
        sequence: {a: "signal.kind == 'bedExit'", b: "signal.kind == 'doorOpen'", within: 25m}
        emit: {kind: wandering, class: urgent, severity: 6}
        maxKeys: 10
      - id: extended
        key: [signal.origin]
        absent: {of: "signal.kind == 'motion'", for: 30m}
        emit: {kind: inactivity, class: urgent, severity: 5}
        maxKeys: 10
      - id: counted
        key: [signal.origin]
        absent: {after: "signal.kind == 'fall'", of: "signal.kind == 'motion'", for: 10m}
        emit: {kind: inactivity, class: life, severity: 9}
        maxKeys: 10
        blind: count
    """

  private func beforeOutage() throws -> CorrelationWorld {
    var world = try CorrelationWorld(Self.outage)
    world.signal(.motion, from: "K1")
    world.signal(.vitals, from: "K2")
    world.signal(.bedExit, from: "K4")
    world.wait(.minutes(5))
    world.signal(.motion, from: "K5")
    world.signal(.fall, from: "K3")
    world.wait(.minutes(5))
    return world
  }

  @Test("After an hour of outage absences are extended by it, and everything else is told late, in its order")
  func outage() throws {
    var world = try beforeOutage()
    world.kill(outage: .hours(1))
    world.wait(.seconds(0))
    #expect(world.said == [Said("counted", 900, "K3", late: true), Said("hold", 1200, "K2", late: true)])
    // The sequence is over: its second signal comes an hour too late.
    world.signal(.doorOpen, from: "K4")
    #expect(world.said.count == 2)
    world.signal(.motion, from: "K5")
    world.wait(.minutes(20))
    #expect(world.said.dropFirst(2) == [Said("extended", 5400, "K1")])
    world.wait(.minutes(20))
    #expect(world.said.dropFirst(3) == [Said("extended", 70 * 60 + 1800, "K5")])
  }

  @Test("Two outages, with a crash before anything else was heard: blind time is counted once")
  func twice() throws {
    var world = try beforeOutage()
    world.kill(outage: .minutes(30))
    world.wait(.seconds(0))
    world.kill(outage: .minutes(30))
    world.wait(.minutes(19))
    #expect(world.said.filter { $0.rule == "extended" } == [])
    world.wait(.minutes(1))
    #expect(world.said.filter { $0.rule == "extended" } == [Said("extended", 5400, "K1")])
  }

  @Test("Frozen for an hour, or with the store away for it, absences are extended as well")
  func frozen() throws {
    var world = try beforeOutage()
    world.freeze(.hours(1))
    world.wait(.seconds(0))
    #expect(world.said == [Said("counted", 900, "K3", late: true), Said("hold", 1200, "K2", late: true)])
    // What was sent meanwhile has a minute to be heard.
    world.wait(.seconds(59))
    #expect(world.said.count == 2)
    world.wait(.seconds(1))
    #expect(world.said.dropFirst(2) == [Said("extended", 4260, "K1")])
    // The other one's deadline was five minutes after the first that we missed.
    world.wait(.minutes(5))
    #expect(world.said.dropFirst(3) == [Said("extended", 4560, "K5")])
    var away = try beforeOutage()
    away.tell(.storeLost)
    away.wait(.hours(1))
    #expect(away.said.filter { $0.rule == "extended" } == [])
    away.tell(.storeBack)
    away.wait(.minutes(20))
    #expect(away.said.filter { $0.rule == "extended" } == [Said("extended", 5400, "K1")])
  }

  @Test("A restart of a few seconds moves nothing")
  func shortRestart() throws {
    var world = try beforeOutage()
    world.kill(outage: .seconds(20))
    world.wait(.minutes(30))
    #expect(world.said.filter { $0.rule == "extended" }.first == Said("extended", 1800, "K1"))
  }
}
