import AlertEngine
import CareModel
import Testing

@Suite("Supervision in the engine")
struct SupervisionStepsTests {
  @Test("A silent device is a technical alert with its reason at the desk; heard again, the engine ends it")
  func lostAndBack() throws {
    var city = try SupervisedCity(homes: 1)
    city.hear(0..<1)
    city.wait(.seconds(179))
    #expect(city.alerts.isEmpty)
    city.wait(.seconds(1))
    let alert = try #require(city.alerts.first)
    #expect(alert.kind == .lineLost && alert.alertClass == .technical && alert.policy == "desk")
    #expect(alert.resident == SupervisedCity.resident(0) && alert.reason.contains("line"))
    #expect(alert.state == .open && alert.nextDeadline != nil)
    #expect(city.commits.last?.signal?.signal.source.feed == .engine)
    #expect(city.lines == [DeviceLine(serial: "D0", state: .lost, since: city.now)])
    city.wait(.minutes(3))
    city.hear(0..<1)
    city.wait(.zero)
    #expect(city.alerts.map(\.state) == [.resolved])
    let resolution = try #require(city.alerts.first?.resolution)
    #expect(resolution.cause == .restored && resolution.by == nil)
    #expect(city.events.last { $0.kind == .alertResolved }?.actor == nil)
    #expect(city.lines.last?.state == .present)
  }

  @Test("Whatever a device sends is a sign of life, what is entered for it at the console is none")
  func signs() throws {
    var city = try SupervisedCity(homes: 2)
    city.hear(0..<2)
    city.wait(.seconds(100))
    city.signal(.batteryLow, from: 0)
    let typed = SignalSource(feed: .console, sender: "desk", serial: "D1")
    city.step(.signalReceived(city.nextInput(), Signal(source: typed, kind: .requestAdvice)))
    city.wait(.seconds(100))
    #expect(city.alerts(.lineLost).map(\.serial) == ["D1"])
  }

  @Test("A will opens nothing and is kept; at the deadline the device is lost")
  func will() throws {
    var city = try SupervisedCity(homes: 1)
    city.hear(0..<1)
    city.wait(.seconds(10))
    city.signal(.lineLost, from: 0)
    #expect(city.alerts.isEmpty && city.lines.map(\.state) == [.down])
    city.wait(.seconds(169))
    #expect(city.alerts.isEmpty)
    city.wait(.seconds(1))
    #expect(city.alerts(.lineLost).count == 1 && city.lines.map(\.state) == [.down, .lost])
  }

  @Test("A press of a lost device is decided first; its line alert ends, the press's does not")
  func press() throws {
    var city = try SupervisedCity(homes: 1)
    city.hear(0..<1)
    city.wait(.minutes(4))
    city.signal(.panic, from: 0)
    #expect(city.alerts(.panic).map(\.state) == [.open] && city.alerts(.lineLost).map(\.state) == [.open])
    city.wait(.zero)
    #expect(city.alerts(.panic).map(\.state) == [.open] && city.alerts(.lineLost).map(\.state) == [.resolved])
  }

  @Test("An alert of which somebody said that help is needed is left to people", arguments: [
    (Alert.Verdict.needsHelp, false), (.nobodyAnswers, false), (.noHelpNeeded, true), (.falseAlarm, true),
  ])
  func verdict(_ verdict: Alert.Verdict, isEnded: Bool) throws {
    var city = try SupervisedCity(homes: 1)
    city.hear(0..<1)
    city.wait(.minutes(4))
    let id = try #require(city.alerts.first?.id)
    city.act(.verify(id, spokeTo: "daughter", isIdentityConfirmed: true, verdict: verdict))
    city.hear(0..<1)
    city.wait(.zero)
    #expect((city.alerts.first?.state == .resolved) == isEnded)
  }

  @Test("Power that comes back ends the alert of its loss, and asks nobody when it is soon")
  func mains() throws {
    var city = try SupervisedCity(homes: 1)
    city.signal(.mainsLost, from: 0)
    #expect(city.alerts(.mainsLost).map(\.policy) == ["mains"])
    city.wait(.minutes(1))
    city.signal(.mainsRestored, from: 0)
    #expect(city.alerts.map(\.state) == [.resolved] && city.alerts.first?.resolution?.cause == .restored)
    #expect(!city.events.contains { $0.kind == .alertEscalated })
    city.signal(.mainsRestored, from: 0)
    #expect(city.alerts.count == 1)
  }

  @Test("Battery, tamper and fault are technical alerts at the desk; a low charge in a heartbeat is one too",
    arguments: [SignalKind.batteryLow, .tamper, .deviceFault])
  func technical(kind: SignalKind) throws {
    var city = try SupervisedCity(homes: 2)
    city.signal(kind, from: 0)
    city.step(.heard([HeardDevice(serial: "D1", at: city.now, batteryPercent: 14)]))
    city.wait(.zero)
    #expect(city.alerts.count == 2 && Set(city.alerts.map(\.kind)) == [kind, .batteryLow])
    #expect(city.alerts.allSatisfy { $0.alertClass == .technical && $0.policy == "desk" })
  }

  @Test("A device that was lost before a restart has no second alert; heard, its alert ends")
  func restart() throws {
    var before = try SupervisedCity(homes: 1)
    before.hear(0..<1)
    before.wait(.minutes(4))
    let line = try #require(before.lines.last)
    var after = try SupervisedCity(
      homes: 1, lines: [KnownLine(serial: "D0", heardAt: line.since - .minutes(3), line: line)], alerts: before.alerts)
    after.wait(.hours(3))
    #expect(after.alerts.count == 1 && after.lines.isEmpty)
    after.hear(0..<1)
    after.wait(.zero)
    #expect(after.alerts.map(\.state) == [.resolved])
  }

  @Test("While the store is away nobody is called lost; when it is back everybody has time to connect")
  func storeAway() throws {
    var city = try SupervisedCity(homes: 1)
    city.hear(0..<1)
    city.step(.storeLost)
    city.wait(.hours(1))
    #expect(city.alerts.isEmpty)
    city.step(.storeBack)
    city.wait(.minutes(15) - .microsecond)
    #expect(city.alerts.isEmpty)
    city.wait(.microsecond)
    #expect(city.alerts(.lineLost).count == 1)
  }

  @Test("A loss whose commit the store refused is told again after a rest")
  func refused() throws {
    var city = try SupervisedCity(homes: 1)
    city.confirms = false
    city.hear(0..<1)
    city.wait(.seconds(180))
    let refused = try #require(city.commits.last)
    let outputs = city.step(.commitFailed(refused.number, CommitFailure(code: "22003")))
    let reload = try #require(outputs.reloads.first)
    city.step(.casesLoaded(CaseSnapshot(caseKeys: reload, commitNumber: refused.number - 1)))
    #expect(city.alerts.isEmpty)
    city.wait(.seconds(4))
    #expect(city.alerts.isEmpty)
    city.wait(.seconds(1))
    #expect(city.alerts(.lineLost).map(\.state) == [.open] && city.commits.last?.lines.first?.state == .lost)
  }
}

extension TimeSpan {
  fileprivate static let microsecond = TimeSpan(microseconds: 1)
  fileprivate static func - (left: Self, right: Self) -> Self {
    TimeSpan(microseconds: left.microseconds - right.microseconds)
  }
}
