import AlertEngine
import CareModel
import EngineHost
import Testing

@Suite("What of telemetry becomes a row")
struct TelemetryGateTests {
  /// The start of a minute and of no window.
  static let minute = Timestamp(seconds: 1_795_399_200)

  private func motion(_ serial: String, id: String? = nil, window: TimeSpan = .hours(168)) -> Signal {
    Signal(
      source: SignalSource(feed: .mqtt, sender: serial, serial: serial), kind: .motion,
      repeatKey: id.map { .message(id: $0, window: window) })
  }

  private func measurement(_ serial: String, id: String?, window: TimeSpan = .hours(168)) -> Signal {
    var signal = motion(serial, id: id, window: window)
    signal.kind = .temperature
    return signal
  }

  private func input(_ number: UInt64) -> InputID { InputID(at: Self.minute, random: (number, number)) }

  private func isWritten(_ decision: TelemetryGate.Decision) -> Bool { decision != .passOver }

  private func row(_ decision: TelemetryGate.Decision) -> SignalID? {
    if case .write(let id, _, _) = decision { id } else { nil }
  }

  @Test("of a device's motion one is written in each minute: none a microsecond before the next, the first at it")
  func minutes() {
    var gate = TelemetryGate()
    let next = Self.minute + .minutes(1)
    #expect(isWritten(gate.admit(motion("A"), at: Self.minute, input: input(1))))
    #expect(!isWritten(gate.admit(motion("A"), at: Self.minute, input: input(2))))
    #expect(isWritten(gate.admit(motion("B"), at: Self.minute, input: input(3))))
    #expect(!isWritten(gate.admit(motion("A"), at: next - TimeSpan(microseconds: 1), input: input(4))))
    #expect(isWritten(gate.admit(motion("A"), at: next, input: input(5))))
    #expect(!isWritten(gate.admit(motion("A"), at: next, input: input(6))))
  }

  @Test("everything but motion is written every time")
  func others() {
    var gate = TelemetryGate()
    for number in 0..<10 {
      #expect(isWritten(gate.admit(measurement("A", id: nil), at: Self.minute, input: input(UInt64(number)))))
    }
  }

  @Test("a motion that could not be written leaves its minute to the next one")
  func failed() {
    var gate = TelemetryGate()
    _ = gate.admit(motion("A"), at: Self.minute, input: input(1))
    gate.failed(motion("A"), receivedAt: Self.minute)
    #expect(isWritten(gate.admit(motion("A"), at: Self.minute + .seconds(1), input: input(2))))
    // A late answer about an earlier minute gives nothing back.
    #expect(isWritten(gate.admit(motion("A"), at: Self.minute + .minutes(1), input: input(3))))
    gate.failed(motion("A"), receivedAt: Self.minute)
    #expect(!isWritten(gate.admit(motion("A"), at: Self.minute + .minutes(1), input: input(4))))
  }

  @Test("at the bound of devices motion is written rather than lost, and no more is remembered")
  func movingBound() {
    var settings = TelemetryGateSettings()
    settings.maximumMoving = 2
    var gate = TelemetryGate(settings: settings)
    for serial in ["A", "B", "C", "C"] {
      #expect(isWritten(gate.admit(motion(serial), at: Self.minute, input: input(1))))
    }
    #expect(gate.movingCount == 2)
    #expect(!isWritten(gate.admit(motion("B"), at: Self.minute, input: input(2))))
    #expect(isWritten(gate.admit(motion("B"), at: Self.minute + .minutes(1), input: input(3))))
    #expect(gate.movingCount == 1)
  }

  @Test("a second copy of a message is the same row with the time of the first, also in the next minute")
  func repeats() {
    var gate = TelemetryGate()
    let later = Self.minute + .minutes(5)
    guard case .write(let id, _, false) = gate.admit(motion("A", id: "7"), at: Self.minute, input: input(1)) else {
      Issue.record("the first copy is new")
      return
    }
    #expect(
      gate.admit(motion("A", id: "7"), at: later, input: input(2))
        == .write(id, receivedAt: Self.minute, isPossibleRepeat: true))
    // The copy has not used up the minute.
    #expect(isWritten(gate.admit(motion("A", id: "8"), at: later, input: input(3))))
  }

  @Test("after a restart a second copy has the row id of the first; another sender, id or window has another")
  func restart() {
    let window = TimeSpan.minutes(10)
    func fresh(_ signal: Signal, _ now: Timestamp, _ number: UInt64) -> SignalID? {
      var gate = TelemetryGate()
      return row(gate.admit(signal, at: now, input: input(number)))
    }
    let first = fresh(measurement("A", id: "7", window: window), Self.minute, 1)
    let end = Self.minute + window
    #expect(first != nil)
    #expect(fresh(measurement("A", id: "7", window: window), end - TimeSpan(microseconds: 1), 2) == first)
    #expect(fresh(measurement("A", id: "7", window: window), end, 3) != first)
    #expect(fresh(measurement("A", id: "8", window: window), Self.minute, 4) != first)
    #expect(fresh(measurement("B", id: "7", window: window), Self.minute, 5) != first)
    #expect(fresh(measurement("A", id: nil), Self.minute, 6) != fresh(measurement("A", id: nil), Self.minute, 7))
  }

  @Test("the id of a row is fixed for ever")
  func fixedID() {
    var gate = TelemetryGate()
    let id = row(gate.admit(measurement("SB-1", id: "42"), at: Self.minute, input: input(1)))
    #expect(id?.description == "01a1f11a-6000-8830-b011-4258fb54d290")
  }

  @Test("so many message ids are remembered and no more; a forgotten one keeps its row id")
  func rememberedBound() {
    var settings = TelemetryGateSettings()
    settings.maximumRemembered = 2
    var gate = TelemetryGate(settings: settings)
    let first = gate.admit(measurement("A", id: "1"), at: Self.minute, input: input(1))
    _ = gate.admit(measurement("A", id: "2"), at: Self.minute, input: input(2))
    #expect(gate.rememberedCount == 2)
    _ = gate.admit(measurement("A", id: "3"), at: Self.minute, input: input(3))
    #expect(gate.rememberedCount == 2)
    #expect(gate.admit(measurement("A", id: "1"), at: Self.minute, input: input(4)) == first)
  }

  @Test("the host answers motion of the same minute without a row, and tells the store which copy is a second one")
  func host() async throws {
    let world = try await HostWorld()
    world.host.activate(try CorrelatedTelemetryTests.rules(waiting: false))
    func send(_ kind: SignalKind, id: String?) async -> Bool? { await world.press(id: id, kind: kind).first() }
    world.telemetry.isAway = true
    #expect(await send(.motion, id: "m0") == false)
    world.telemetry.isAway = false
    // At most one minute can end between these.
    for number in 1...6 { #expect(await send(.motion, id: "m\(number)") == true) }
    #expect((1...2).contains(world.telemetry.rows.count - 1))
    #expect(world.host.motionsPassedOver + world.telemetry.rows.count == 7)
    #expect(await send(.temperature, id: "t1") == true)
    #expect(await send(.temperature, id: "t1") == true)
    let rows = world.telemetry.rows.suffix(2)
    #expect(Set(rows.map(\.id)).count == 1)
    #expect(Set(rows.map(\.receivedAt)).count == 1)
    #expect(world.telemetry.repeats.suffix(2) == [false, true])
  }
}
