import AlertEngine
import CareModel
import Testing

/// What the shipped set has to say, in small sets of rules.
@Suite("What centres wish for can be said")
struct WishTests {
  private static let afterFall = """
      - id: fall-no-motion
        key: [resident.id]
        absent: {after: "signal.kind == 'fall'", of: "signal.kind == 'motion'", for: 10m}
        emit: {kind: inactivity, class: life, severity: 9}
        maxKeys: 1000
    """

  @Test("A fall and then no movement for ten minutes; movement on any device of the person ends the wait")
  func fallWithoutMotion() throws {
    var world = try CorrelationWorld(Self.afterFall)
    world.signal(.motion)
    world.signal(.fall)
    let fall = try #require(world.alerts.first)
    world.wait(.minutes(10))
    #expect(world.said == [Said("fall-no-motion", 600)])
    // The same alert, raised: the device is the same.
    #expect(world.alerts.map(\.id) == [fall.id])
    #expect(world.alerts[0].severity == 9 && world.alerts[0].signalCount == 2)
    world.signal(.fall, from: "K2")
    world.wait(.minutes(5))
    world.signal(.motion, from: "K2")
    world.wait(.minutes(60))
    #expect(world.said.count == 1 && world.rows.isEmpty)
  }

  @Test("A fall that is not cancelled within thirty seconds")
  func fallNotCancelled() throws {
    var world = try CorrelationWorld(
      """
        - id: uncancelled
          key: [signal.origin]
          absent: {after: "signal.kind == 'fall'", of: "signal.kind == 'cancel'", for: 30s}
          emit: {kind: fall, class: life, severity: 10}
          maxKeys: 1000
      """)
    world.signal(.fall)
    world.wait(.seconds(29))
    world.signal(.cancel)
    world.wait(.minutes(1))
    #expect(world.said == [])
    world.signal(.fall, from: "K2")
    world.wait(.seconds(30))
    #expect(world.said == [Said("uncancelled", 119, "K2")])
    #expect(world.alerts.last { $0.serial == "K2" }?.severity == 10)
  }

  private static let silent = """
      - id: silent
        key: [dwelling.id]
        absent:
          of: signal.group in ['telemetry', 'alarm', 'request']
          for: "has(resident.risk) && resident.risk >= 4 ? duration('6h') : duration('12h')"
          while: has(resident.atHome) && resident.atHome && size(dwelling.atHome) == 1
        emit: {kind: inactivity, class: urgent, severity: 5}
        maxKeys: 1000
    """

  @Test("No sign of life for a time of one's own, only while at home and alone there")
  func silence() throws {
    var world = try CorrelationWorld(Self.silent, withSpouse: true)
    world.signal(.door)
    world.signal(.door, from: "K2")
    world.wait(.hours(12))
    // The second is at higher risk and lives alone; the first has company.
    #expect(world.said == [Said("silent", 6 * 3600, "K2")])
    world.act(
      .suspend(
        .init(
          resident: CorrelationWorld.spouse, holds: .absence, reason: "daughter", owner: CorrelationWorld.desk,
          from: nil, until: world.now + .hours(100))))
    world.wait(.hours(12))
    #expect(world.said.dropFirst() == [Said("silent", 24 * 3600)])
  }

  @Test("Who is away is not missed, and is again after coming back")
  func away() throws {
    var world = try CorrelationWorld(
      Self.silent + """

          - id: away
            key: [resident.id]
            pair: {start: "signal.kind == 'doorOpen'", stop: "signal.kind == 'cancel'"}
            emit: {kind: requestCallback, class: service, severity: 0}
            maxKeys: 1000
        """)
    world.signal(.doorOpen, from: "K2")
    world.wait(.hours(7))
    #expect(world.said == [])
    world.signal(.cancel, from: "K2")
    world.wait(.hours(6))
    #expect(world.said == [Said("away", 7 * 3600, "K2"), Said("silent", 13 * 3600, "K2")])
  }

  @Test("Ten device faults in a day are an episode, and the eleventh is not a second one")
  func episode() throws {
    var world = try CorrelationWorld(
      """
        - id: episode
          key: [signal.serial]
          count: {when: "signal.kind == 'deviceFault'", atLeast: 10, within: 24h}
          emit: {kind: deviceFault, class: technical, severity: 6}
          keep: 24h
          maxKeys: 1000
      """)
    for _ in 0..<9 {
      world.signal(.deviceFault)
      world.wait(.hours(1))
    }
    #expect(world.said == [])
    world.signal(.deviceFault)
    world.signal(.deviceFault)
    #expect(world.said == [Said("episode", 9 * 3600)])
    #expect(world.commits.last { !$0.emissions.isEmpty }?.emissions[0].signal.value == 10)
    world.wait(.hours(25))
    #expect(world.rows.isEmpty)
    // Nine within a day, spread over two.
    for _ in 0..<18 {
      world.signal(.deviceFault, from: "K2")
      world.wait(.minutes(161))
    }
    #expect(world.said.count == 1)
  }

  @Test("One person's door at night, by the local time of the home")
  func nightDoor() throws {
    var world = try CorrelationWorld(
      """
        - id: night-door
          key: [resident.id]
          count:
            when: >-
              signal.kind == 'door' && has(resident.id) && resident.id == '\(CorrelationWorld.resident)'
              && now.getHours('+08:00') < 5
            atLeast: 1
            within: 1m
          emit: {kind: wandering, class: urgent, severity: 6}
          keep: 10m
          maxKeys: 10
      """)
    // The start is 16:00 in Suzhou.
    world.signal(.door)
    world.wait(.hours(10))
    world.signal(.door, from: "K2")
    #expect(world.said == [])
    world.signal(.door)
    world.signal(.door)
    #expect(world.said == [Said("night-door", 36_000)])
    world.wait(.minutes(10))
    world.signal(.door)
    #expect(world.said.count == 2)
  }

  @Test("Lost homes of one district are counted once each; the emission is about the district")
  func district() throws {
    var world = try CorrelationWorld(
      """
        - id: outage
          key: [device.district]
          count: {when: "signal.kind == 'lineLost'", atLeast: 4, within: 5m, distinct: dwelling.id}
          emit: {kind: networkFault, class: technical, severity: 6}
          maxKeys: 20
      """)
    for serial in ["K1", "H1", "K2", "K3", "K6", "H2"] { world.signal(.lineLost, from: serial) }
    #expect(world.said == [])
    world.signal(.lineLost, from: "K4")
    #expect(world.said == [Said("outage", 0, "district:1")])
    #expect(world.alerts.first?.district == 1 && world.alerts.first?.serial == nil)
  }

  @Test("A door of one person and then another of the same home; the second condition reads the first signal")
  func sequence() throws {
    var world = try CorrelationWorld(
      """
        - id: out
          key: [dwelling.id]
          sequence: {a: "signal.kind == 'bedExit'", b: "signal.kind == 'door' && a.serial != signal.serial", within: 5m}
          emit: {kind: wandering, class: urgent, severity: 6}
          maxKeys: 100
      """)
    world.signal(.bedExit)
    world.signal(.door)
    #expect(world.said == [])
    world.wait(.seconds(299))
    world.signal(.door, from: "H1")
    // Two devices: what they have in common is the home.
    #expect(world.said == [Said("out", 299, "dwelling:\(DwellingID(high: 2, low: 1))")])
    world.signal(.bedExit)
    world.wait(.minutes(5))
    world.signal(.door, from: "H1")
    #expect(world.said.count == 1)
  }

  @Test("Mains lost for half an hour: the power's return ends it, other signals do not")
  func hold() throws {
    var world = try CorrelationWorld(
      """
        - id: dark
          key: [dwelling.id]
          hold: {when: "signal.kind == 'mainsLost'", for: 30m}
          emit: {kind: mainsLost, class: urgent, severity: 4}
          maxKeys: 100
      """)
    world.signal(.mainsLost, from: "H1")
    world.wait(.minutes(29))
    world.signal(.mainsRestored, from: "H1")
    world.wait(.hours(1))
    #expect(world.said == [])
    world.signal(.mainsLost, from: "H1")
    world.signal(.motion, from: "H1")
    world.wait(.minutes(30))
    #expect(world.said == [Said("dark", 89 * 60 + 1800, "H1")])
  }
}
