import AlertEngine
import AlertRules
import CareModel
import Testing

@Suite("What a suspension holds")
struct HeldSignalTests {
  private static let absence: Set<SignalKind> = [.inactivity, .doorOpen, .wandering, .bedExit]
  private static let technical: Set<SignalKind> = [.batteryLow, .mainsLost, .tamper, .deviceFault, .lineLost]

  private static func isHeld(_ kind: SignalKind, _ holds: Suspension.Holds) -> Bool {
    switch holds {
    case .absence: absence.contains(kind)
    case .technical: technical.contains(kind)
    case .all: absence.contains(kind) || technical.contains(kind)
    }
  }

  /// Whose device it is and who at home is suspended.
  enum Household: CaseIterable {
    case ownDevice, ownDeviceSpouseSuspended, homeOfOne, homeOfTwoOneSuspended, homeOfTwoBothSuspended
    case homeOfTwoOneForOther, homeOfTwoOtherLeft

    var isHomeDevice: Bool { self != .ownDevice && self != .ownDeviceSpouseSuspended }
    var hasSpouse: Bool { self != .ownDevice && self != .homeOfOne }
    /// Nobody whose device it is or who lives there is watched over.
    var isHeld: Bool {
      switch self {
      case .ownDevice, .homeOfOne, .homeOfTwoBothSuspended, .homeOfTwoOtherLeft: true
      case .ownDeviceSpouseSuspended, .homeOfTwoOneSuspended, .homeOfTwoOneForOther: false
      }
    }
  }

  private func bench(_ household: Household, _ holds: Suspension.Holds?) -> Bench {
    var bench = Bench()
    bench.furnish(withSpouse: household.hasSpouse)
    guard let holds else { return bench }
    switch household {
    case .ownDevice, .homeOfOne, .homeOfTwoOneSuspended: bench.suspend(holds)
    case .ownDeviceSpouseSuspended: bench.suspend(holds, Bench.spouse)
    case .homeOfTwoBothSuspended:
      bench.suspend(holds)
      bench.suspend(.all, Bench.spouse)
    case .homeOfTwoOneForOther:
      bench.suspend(holds)
      bench.suspend(holds == .absence ? .technical : .absence, Bench.spouse, in: holds == .all ? .hours(1) : .zero)
    case .homeOfTwoOtherLeft:
      bench.suspend(holds)
      bench.step(
        .referenceChanged([
          .resident(
            Resident(id: Bench.spouse, district: 1, dwelling: Bench.home, name: "spouse", lifecycle: .ended))
        ]))
    }
    return bench
  }

  @Test(
    "every kind, for every holder, in every household", arguments: Suspension.Holds.allCases, Household.allCases)
  func table(_ holds: Suspension.Holds, _ household: Household) throws {
    let suspended = bench(household, holds)
    let free = bench(household, nil)
    let serial = household.isHomeDevice ? Bench.homeDevice : "K1"
    for kind in SignalKind.allCases {
      var (here, there) = (suspended, free)
      let outputs = here.signal(kind, from: serial)
      there.signal(kind, from: serial)
      let signal = try #require(outputs.commits.first?.signal)
      let shouldBeHeld = Self.isHeld(kind, holds) && household.isHeld
      let place = "\(kind) \(holds) \(household)"
      #expect((signal.reason ?? "").hasPrefix("held by suspension ") == shouldBeHeld, "\(place)")
      #expect(outputs.acknowledgements.count == 1, "\(place)")
      if shouldBeHeld {
        #expect(signal.alert == nil && here.alerts.isEmpty && here.tasks.isEmpty, "\(place)")
        #expect(outputs.notifications.isEmpty, "\(place)")
        #expect(here.events.last?.kind == .signalHeld, "\(place)")
      } else {
        #expect((signal.alert != nil) == !there.alerts.isEmpty, "\(place)")
        #expect(here.alerts.map(\.kind) == there.alerts.map(\.kind), "\(place)")
        #expect(here.events.allSatisfy { $0.kind != .signalHeld }, "\(place)")
      }
    }
  }

  @Test("what is never held is none of the kinds of any holder")
  func neverHeld() {
    let never: [SignalKind] = [
      .panic, .fall, .smoke, .gas, .heat, .carbonMonoxide, .duress, .vitals, .water, .requestHelp, .requestAdvice,
      .requestCallback, .requestEscort, .requestHousekeeping, .cancel, .unknown, .test, .mainsRestored, .lineRestored,
    ]
    for holds in Suspension.Holds.allCases {
      for kind in never { #expect(!holds.includes(kind), "\(kind)") }
      for kind in SignalKind.allCases { #expect(holds.includes(kind) == Self.isHeld(kind, holds), "\(kind)") }
    }
  }

  /// A set in which the absence of a person is a matter of life.
  private static func grave() throws -> RuleSet {
    let desk = TrackDefinition(
      id: "desk", after: .zero, steps: [StepDefinition(ask: .desk, mode: .all, timeout: .seconds(45))],
      finally: StepDefinition(ask: .dutyChief, mode: .all, timeout: .seconds(45)))
    let people = TrackDefinition(
      id: "people", after: .zero, steps: [StepDefinition(ask: .carer, mode: .oneByOne, timeout: .seconds(90))],
      finally: StepDefinition(ask: .shiftLeader, mode: .all, timeout: .minutes(5)), taskKind: .visit)
    return try RuleSet(
      compiling: RuleSetDefinition(
        name: "grave",
        classify: [
          ClassifyDefinition(
            id: "life", when: "signal.kind in ['inactivity', 'lineLost']", alertClass: .life, severity: 9)
        ], alert: [], route: RouteDefinition(policy: "life", routes: []),
        policies: [PolicyDefinition(id: "life", tracks: [desk]), PolicyDefinition(id: "task", tracks: [people])]),
      hash: "grave")
  }

  @Test("what the rules class as life passes, whatever its kind", arguments: [SignalKind.inactivity, .lineLost])
  func lifePasses(_ kind: SignalKind) throws {
    var bench = Bench()
    bench.core.activate(try Self.grave())
    let id = bench.suspend(.all)
    bench.signal(kind)
    #expect(bench.alerts.count == 1)
    #expect(bench.alert.alertClass == .life)
    #expect(bench.alert.suspended?.suspension == id)
    bench.signal(.wandering)
    #expect(bench.alerts.count == 1)
  }

  @Test(
    "it holds from its first instant to the one before its end",
    arguments: [
      (TimeSpan(microseconds: -1), false), (.zero, true), (.hours(1), true),
      (TimeSpan(microseconds: TimeSpan.hours(2).microseconds - 1), true), (.hours(2), false), (.hours(3), false),
    ])
  func instants(_ after: TimeSpan, _ isHeld: Bool) throws {
    for stepsDeadlines in [true, false] {
      var bench = Bench()
      let from = bench.now + .hours(1)
      bench.suspend(.absence, in: .hours(1), for: .hours(2))
      if stepsDeadlines { bench.wait(from + after - bench.now) } else { bench.now = from + after }
      bench.signal(.inactivity)
      #expect(bench.alerts.isEmpty == isHeld, "deadlines \(stepsDeadlines)")
    }
  }

  @Test("ended by a person, it holds nothing from that moment on: absence alarms are armed again")
  func endedEarly() throws {
    var bench = Bench()
    let id = try bench.suspended(.absence)
    bench.signal(.inactivity)
    #expect(bench.alerts.isEmpty)
    _ = bench.act(.endSuspension(id))
    bench.signal(.inactivity)
    #expect(bench.alerts.map(\.kind) == [.inactivity])
    #expect(bench.alert.suspended == nil)
  }

  @Test("a panic during a suspension is routed as always and shows since when and why")
  func panicShowsIt() throws {
    var bench = Bench()
    let id = try bench.suspended(.all)
    let since = bench.now
    bench.wait(.hours(1))
    var free = Bench()
    free.wait(.hours(1))
    let outputs = bench.signal(.panic)
    let others = free.signal(.panic)
    #expect(outputs.notifications.count == others.notifications.count)
    #expect(bench.alert.tracks == free.alert.tracks)
    #expect(
      bench.alert.suspended
        == Alert.Suspended(
          suspension: id, since: since, until: since + .hours(240), reason: "at the daughter's"))
  }

  @Test("open alerts follow it: begun, extended, ended; tasks that are open are not touched")
  func openAlertsFollow() throws {
    var bench = Bench()
    bench.signal(.panic)
    _ = bench.act(.sendStaff(bench.alert.id))
    let tasks = bench.tasks
    let id = try bench.suspended(.all)
    #expect(bench.alert.suspended?.suspension == id)
    #expect(bench.tasks == tasks)
    let until = bench.now + .hours(300)
    _ = bench.act(.extendSuspension(id, until: until))
    #expect(bench.alert.suspended?.until == until)
    _ = bench.act(.endSuspension(id))
    #expect(bench.alert.suspended == nil)
    #expect(bench.tasks == tasks)
  }

  @Test("an alert of a home shows it only while nobody there is watched over, and that of the person once settled")
  func alertsOfAHome() throws {
    var bench = Bench()
    bench.furnish(withSpouse: true)
    bench.signal(.panic, from: Bench.homeDevice)
    let mine = try bench.suspended(.all)
    #expect(bench.alert.suspended == nil)
    bench.wait(.minutes(1))
    let theirs = try bench.suspended(.all, Bench.spouse)
    #expect(bench.alert.suspended?.suspension == theirs)
    _ = bench.act(.settleSubject(bench.alert.id, Bench.resident))
    #expect(bench.alert.suspended?.suspension == mine)
    _ = bench.act(.endSuspension(mine))
    #expect(bench.alert.suspended == nil)
  }

  @Test("of several of one person the longest running is shown, and each holds what it names")
  func several() throws {
    var bench = Bench()
    let first = try bench.suspended(.technical)
    bench.wait(.minutes(1))
    let second = try bench.suspended(.absence)
    bench.signal(.panic)
    #expect(bench.alert.suspended?.suspension == first)
    let held = bench.signal(.inactivity).commits.first?.signal?.reason
    #expect(held?.hasPrefix("held by suspension \(second);") == true)
    _ = bench.act(.endSuspension(first))
    #expect(bench.alert.suspended?.suspension == second)
  }

  @Test("a held signal does not join an alert that was open before")
  func doesNotJoin() {
    var bench = Bench()
    bench.signal(.inactivity)
    bench.suspend(.absence)
    bench.signal(.inactivity)
    #expect(bench.alerts.map(\.signalCount) == [1])
  }

  @Test("a second copy of a held signal is a repeat")
  func repeats() {
    var bench = Bench()
    bench.suspend(.all)
    let key = RepeatKey.message(id: "m", window: .hours(1))
    bench.signal(.lineLost, key: key)
    let again = bench.signal(.lineLost, key: key)
    #expect(again.commits.isEmpty)
    #expect(again.acknowledgements.count == 1)
  }
}
