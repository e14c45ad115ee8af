import AlertEngine
import AlertRules
import CareModel
import EngineHost
import Synchronization
import Testing

@Suite("Telemetry that rules wait for", .timeLimit(.minutes(1)))
struct CorrelatedTelemetryTests {
  /// A set with one rule, or with none.
  static func rules(waiting: Bool) throws -> RuleSet {
    func step(_ role: Ask) -> StepDefinition { StepDefinition(ask: role, mode: .all, timeout: .seconds(45)) }
    var definition = RuleSetDefinition(
      name: "small", classify: [], alert: [], route: RouteDefinition(policy: "desk"),
      policies: [
        PolicyDefinition(
          id: "desk", tracks: [TrackDefinition(id: "desk", after: .zero, steps: [], finally: step(.desk))]),
        PolicyDefinition(
          id: "task",
          tracks: [TrackDefinition(id: "people", after: .zero, steps: [step(.carer)], finally: step(.shiftLeader))]),
      ])
    if waiting {
      definition.correlate = [
        CorrelateDefinition(
          id: "silent", key: ["resident.id"],
          .absent(after: nil, of: "signal.kind == 'motion'", span: .fixed(.hours(12)), holding: nil),
          emit: .init(kind: .inactivity, alertClass: .urgent, severity: 5), maxKeys: 100)
      ]
    }
    return try RuleSet(compiling: definition, hash: "00")
  }

  @Test("motion takes the engine's way when a rule can read it; other telemetry and heartbeats never do")
  func lanes() async throws {
    let ahead = Atomic<Int>(0)
    let clock = WallClock { WallClock.system.now() + .seconds(ahead.load(ordering: .relaxed)) }
    let world = try await HostWorld(clock: clock)
    world.store.confirmsAtOnce = true
    world.host.activate(try Self.rules(waiting: true))
    #expect(await world.press(kind: .motion).first() == true)
    #expect(world.store.commits.map(\.signal?.signal.kind) == [.motion])
    #expect(world.store.commits.first?.correlations.map(\.key.key) == [HostWorld.resident.description])
    #expect(await world.press(kind: .temperature).first() == true)
    #expect(await world.press(kind: .heartbeat).first() == true)
    #expect(world.telemetry.rows.count == 1 && world.store.commits.count == 1)
    // Every one of them says that the device is there.
    #expect(world.telemetry.heard == 3)
    // Motion of the same minute has its row already.
    #expect(await world.press(kind: .motion).first() == true)
    #expect(world.store.commits.count == 1 && world.host.motionsPassedOver == 1)
    ahead.store(60, ordering: .relaxed)
    world.host.activate(try Self.rules(waiting: false))
    #expect(await world.press(kind: .motion).first() == true)
    #expect(world.telemetry.rows.count == 2)
  }
}
