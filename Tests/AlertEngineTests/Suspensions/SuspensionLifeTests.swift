import AlertEngine
import CareModel
import Testing

@Suite("The life of a suspension")
struct SuspensionLifeTests {
  private static let instant = TimeSpan(microseconds: 1)

  @Test("it begins, warns its owner, and ends by itself, with an entry for each")
  func runsItsCourse() throws {
    var bench = Bench()
    let start = bench.now
    let id = try bench.suspended(in: .hours(10), for: .hours(240))
    #expect(bench.suspensions.map(\.state) == [.scheduled])
    #expect(bench.core.nextDeadline == start + .hours(10))
    bench.wait(.hours(10))
    #expect(bench.suspensions.map(\.state) == [.active])
    #expect(bench.core.nextDeadline == start + .hours(226))
    bench.wait(.hours(216))
    let reminders = bench.commits.flatMap(\.notifications).filter { $0.route == .staffPhone(Bench.colleague) }
    #expect(
      reminders.map(\.content) == [
        .suspensionEnds(id, residentName: "resident", until: start + .hours(250))
      ])
    #expect(bench.suspensions.first?.nextDeadline == start + .hours(250))
    bench.wait(.hours(24))
    #expect(bench.suspensions.isEmpty)
    #expect(bench.suspensionWords == ["scheduled", "started", "endsSoon", "ended"])
    let last = try #require(bench.commits.last { !$0.suspensions.isEmpty }?.suspensions.first)
    #expect(last.state == .ended && last.endedAt == start + .hours(250) && last.endedBy == nil)
    #expect(last.nextDeadline == nil)
  }

  @Test(
    "the owner is reminded a day before the end, or a quarter of a short one before",
    arguments: [
      (TimeSpan.hours(4320), TimeSpan.hours(24)), (.hours(96), .hours(24)), (.hours(95), .minutes(1425)),
      (.hours(4), .hours(1)), (.seconds(4), .seconds(1)), (TimeSpan(microseconds: 3), .zero),
    ])
  func reminder(_ length: TimeSpan, _ before: TimeSpan) throws {
    var bench = Bench()
    bench.suspend(for: length)
    let suspension = try #require(bench.suspensions.first)
    #expect(suspension.remindAt == suspension.until - before)
    bench.wait(length)
    #expect(bench.suspensions.isEmpty)
  }

  @Test(
    "a period has an end after its start, ahead, and at most 180 days away",
    arguments: [
      (TimeSpan.zero, Suspension.longest, true), (.zero, Suspension.longest.plus(1), false),
      (.zero, TimeSpan(microseconds: 1), true), (.zero, .zero, false), (.zero, .hours(-1), false),
      (Suspension.longestLead, .hours(1), true), (Suspension.longestLead.plus(1), .hours(1), false),
      (.hours(-48), .hours(1), false), (.hours(-1), .hours(2), true),
      (.zero, TimeSpan(microseconds: .max), false), (TimeSpan(microseconds: .max), .hours(1), false),
    ])
  func periods(_ lead: TimeSpan, _ length: TimeSpan, _ isTaken: Bool) {
    var bench = Bench()
    let from = bench.now + lead
    let answer = bench.act(
      .suspend(
        OperatorAction.NewSuspension(
          resident: Bench.resident, holds: .all, reason: "x", owner: Bench.desk, from: from, until: from + length)))
    #expect(answer.isAccepted == isTaken)
    #expect(answer.refusal == (isTaken ? nil : .badPeriod))
    #expect(bench.suspensions.count == (isTaken ? 1 : 0))
    #expect(bench.suspensions.allSatisfy { $0.from >= bench.now && $0.nextDeadline != nil })
  }

  @Test("it needs a person and an owner who is here")
  func whoAndWhose() {
    var bench = Bench()
    func new(_ resident: ResidentID, _ owner: StaffID) -> OperatorAction {
      .suspend(
        OperatorAction.NewSuspension(
          resident: resident, holds: .all, reason: "x", owner: owner, from: nil, until: bench.now + .hours(1)))
    }
    #expect(bench.act(new(Bench.spouse, Bench.desk)).refusal == .unknownResident)
    #expect(bench.act(new(Bench.resident, StaffID(high: 0, low: 1))).refusal == .unknownStaff)
    bench.step(
      .referenceChanged([.staff(StaffMember(id: Bench.carer, name: "gone", roles: [.carer], isActive: false))]))
    #expect(bench.act(new(Bench.resident, Bench.carer)).refusal == .unknownStaff)
    #expect(bench.suspensions.isEmpty)
  }

  /// Where a suspension stands when somebody acts.
  enum Moment: CaseIterable {
    case scheduled, active, lastInstant, endInstant, endInstantStepped, endedByPerson, unknown
  }

  private func brought(to moment: Moment) throws -> (Bench, SuspensionID) {
    var bench = Bench()
    let isLater = moment == .scheduled
    let id = try bench.suspended(in: isLater ? .hours(1) : .zero, for: .hours(100))
    switch moment {
    case .scheduled, .unknown: break
    case .active: bench.wait(.hours(1))
    case .lastInstant: bench.wait(TimeSpan(microseconds: TimeSpan.hours(100).microseconds - 1))
    case .endInstant:
      bench.wait(.hours(99))
      bench.now = bench.now + .hours(1)
    case .endInstantStepped: bench.wait(.hours(100))
    case .endedByPerson: _ = bench.act(.endSuspension(id))
    }
    return (bench, moment == .unknown ? SuspensionID(high: 5, low: 5) : id)
  }

  @Test("each action in each state", arguments: Moment.allCases)
  func actions(_ moment: Moment) throws {
    let (bench, id) = try brought(to: moment)
    let suspension = bench.suspensions.first
    let refusal: ActionRefusal? =
      switch moment {
      case .scheduled, .active, .lastInstant: nil
      case .endInstant, .endInstantStepped, .endedByPerson: .alreadyEnded
      case .unknown: .notFound
      }
    var ended = bench
    #expect(ended.act(.endSuspension(id)).refusal == refusal)
    if refusal == nil {
      let row = try #require(ended.commits.last?.suspensions.first)
      #expect(row.state == .ended && row.endedAt == ended.now && row.endedBy == Bench.desk)
      #expect(ended.suspensions.isEmpty)
      #expect(ended.act(.endSuspension(id)).refusal == .alreadyEnded)
    }
    guard let suspension else { return }
    let longest = suspension.from + Suspension.longest
    for (until, isTaken) in [
      (suspension.until, false), (suspension.until - Self.instant, false), (suspension.until + Self.instant, true),
      (longest, true), (longest + Self.instant, false), (.distantFuture, false), (bench.now, false),
    ] {
      var extended = bench
      let answer = extended.act(.extendSuspension(id, until: until))
      #expect(answer.refusal == refusal ?? (isTaken ? nil : .badPeriod), "\(moment) until \(until)")
      guard answer.isAccepted else { continue }
      let row = try #require(extended.suspensions.first)
      #expect(row.until == until && row.state == suspension.state)
      #expect((row.remindAt ?? .distantPast) >= max(row.from, extended.now))
    }
  }

  @Test("an extension takes back the reminder that waits, and reminds again before the new end")
  func extendedAfterTheReminder() throws {
    var bench = Bench()
    let id = try bench.suspended(for: .hours(100))
    bench.wait(.hours(80))
    #expect(bench.core.openWork.notifications.count == 1)
    let until = bench.now + .hours(60)
    #expect(bench.act(.extendSuspension(id, until: until)).isAccepted)
    #expect(bench.core.openWork.notifications.isEmpty)
    bench.wait(.hours(46))
    let contents = bench.core.openWork.notifications.map(\.content)
    #expect(contents == [.suspensionEnds(id, residentName: "resident", until: until)])
    #expect(bench.act(.endSuspension(id)).isAccepted)
    #expect(bench.core.openWork.notifications.isEmpty)
  }

  @Test("when the owner has left, whoever leads the shift is reminded")
  func ownerHasLeft() throws {
    var bench = Bench()
    let suspended = bench.suspend(for: .hours(100), owner: Bench.carer)
    let id = try #require(suspended)
    bench.step(
      .referenceChanged([.staff(StaffMember(id: Bench.carer, name: "gone", roles: [.carer], isActive: false))]))
    bench.wait(.hours(80))
    #expect(bench.core.openWork.notifications.map(\.route) == [.staffPhone(Bench.desk)])
    _ = bench.act(.endSuspension(id))
    #expect(bench.core.openWork.notifications.isEmpty)
  }

  @Test("the same action under the same input is done once")
  func idempotent() {
    var bench = Bench()
    let input = bench.nextInput()
    let new = OperatorAction.suspend(
      OperatorAction.NewSuspension(
        resident: Bench.resident, holds: .all, reason: "x", owner: Bench.desk, from: nil, until: bench.now + .hours(1)))
    let first = bench.step(.operatorActed(input, new, by: Bench.desk)).acknowledgements
    let second = bench.step(.operatorActed(input, new, by: Bench.desk)).acknowledgements
    #expect(first.count == 1 && first == second)
    #expect(bench.suspensions.count == 1)
  }

  @Test("one person has at most so many, and so has the whole shard")
  func bounds() {
    var bench = Bench()
    for _ in 0..<Suspension.maximumOfResident { #expect(bench.suspend() != nil) }
    #expect(bench.suspend() == nil)
    var settings = EngineSettings()
    settings.maximumSuspensions = 2
    var small = Bench(settings: settings)
    #expect(small.suspend() != nil)
    #expect(small.suspend() != nil)
    #expect(small.suspend() == nil)
    small.wait(.hours(240))
    #expect(small.suspend() != nil)
  }

  @Test("of ended ones so many are remembered; an older one was never heard of")
  func endedMemory() throws {
    var settings = EngineSettings()
    settings.maximumEndedSuspensions = 1
    var bench = Bench(settings: settings)
    let ids = try [bench.suspended(), bench.suspended()]
    for id in ids { #expect(bench.act(.endSuspension(id)).isAccepted) }
    #expect(bench.act(.endSuspension(ids[0])).refusal == .notFound)
    #expect(bench.act(.endSuspension(ids[1])).refusal == .alreadyEnded)
  }

  @Test("an answer comes only after the row is durable")
  func acknowledgedAfterTheCommit() throws {
    var bench = Bench()
    bench.confirms = false
    let new = OperatorAction.suspend(
      OperatorAction.NewSuspension(
        resident: Bench.resident, holds: .all, reason: "x", owner: Bench.desk, from: nil, until: bench.now + .hours(1)))
    let outputs = bench.step(.operatorActed(bench.nextInput(), new, by: Bench.desk))
    let commit = try #require(outputs.commits.first)
    #expect(outputs.acknowledgements.isEmpty)
    #expect(commit.suspensions.count == 1 && commit.district == 1)
    #expect(bench.step(.committed(commit.number)).acknowledgements.count == 1)
  }

  @Test("a restart finds it as it was, and what became due meanwhile happens at once")
  func restart() throws {
    var bench = Bench()
    bench.suspend(in: .hours(1), for: .hours(2))
    var snapshot = bench.core.openWork
    snapshot.commitNumber = 1
    for (span, state) in [(TimeSpan.minutes(59), Suspension.State.scheduled), (.hours(1), .active)] {
      var next = Bench()
      _ = next.core.step(.casesLoaded(snapshot), at: next.now)
      #expect(next.suspensions == bench.suspensions)
      next.wait(span)
      #expect(next.suspensions.map(\.state) == [state])
    }
    var late = Bench()
    late.now = late.now + .hours(9)
    _ = late.core.step(.casesLoaded(snapshot), at: late.now)
    late.step(.deadlineReached(late.nextInput()))
    #expect(late.suspensions.isEmpty)
    #expect(late.commits.last?.suspensions.first?.endedAt == bench.now + .hours(3))
  }

  @Test("a refused commit undoes it and what rested on it; a reload brings back what the store knows")
  func refusedCommit() throws {
    var bench = Bench()
    let kept = try bench.suspended(.technical)
    bench.confirms = false
    let second = bench.step(
      .operatorActed(bench.nextInput(), .extendSuspension(kept, until: bench.now + .hours(300)), by: Bench.desk))
    bench.signal(.deviceFault)
    let number = try #require(second.commits.first?.number)
    let stored = try #require(bench.commits.first?.suspensions.first)
    let reload = bench.step(.commitFailed(number, CommitFailure(code: "22021"))).reloads
    #expect(reload == [[.resident(Bench.resident)]])
    let again = bench.step(
      .casesLoaded(CaseSnapshot(caseKeys: reload[0], commitNumber: number - 1, suspensions: [stored])))
    #expect(bench.suspensions == [stored])
    #expect(again.acknowledgements == [.unavailable])
    #expect(again.commits.first?.signal?.reason?.hasPrefix("held by suspension \(kept)") == true)
  }
}

extension TimeSpan {
  fileprivate func plus(_ microseconds: Int64) -> TimeSpan {
    TimeSpan(microseconds: self.microseconds + microseconds)
  }
}
