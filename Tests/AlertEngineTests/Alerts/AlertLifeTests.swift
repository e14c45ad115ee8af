import AlertEngine
import CareModel
import Testing

@Suite("The life of an alert")
struct AlertLifeTests {
  @Test("A press opens, further presses join, and every third within the window raises")
  func joinAndRaise() {
    var bench = Bench()
    for _ in 1...7 {
      bench.signal()
      bench.wait(.seconds(9))
    }
    #expect(bench.alerts.count == 1)
    #expect(bench.alert.signalCount == 7 && bench.alert.raisedCount == 2)
  }

  @Test(
    "A burst counts within the window only: one second past it, counting begins anew", arguments: [(90, 1), (91, 0)])
  func burst(seconds: Int, raised: Int) {
    var bench = Bench()
    bench.signal()
    bench.signal()
    bench.wait(.seconds(seconds))
    bench.signal()
    #expect(bench.alert.raisedCount == raised)
  }

  @Test("A signal within the window after resolution reopens; from the window's end on it opens a new alert",
    arguments: [(89, 1), (90, 2)])
  func reopen(seconds: Int, alerts: Int) {
    var bench = Bench()
    bench.signal()
    let id = bench.alert.id
    #expect(bench.act(.resolve(id, cause: .test, action: .none, closedBy: .seenBy, note: nil)).isAccepted)
    bench.wait(.seconds(seconds))
    bench.signal()
    #expect(bench.events.filter { $0.kind == .alertOpened }.count == alerts)
    #expect(bench.alerts.filter { $0.state == .open }.count == 1)
  }

  @Test("A cancel press joins, closes nothing, counts as no second press, and opens nothing by itself")
  func cancel() {
    var bench = Bench()
    bench.signal(.cancel)
    #expect(bench.alerts.isEmpty)
    bench.signal()
    bench.signal(.cancel)
    #expect(bench.alert.state == .open && bench.alert.signalCount == 1)
    #expect(bench.tasks.isEmpty)
  }

  @Test("A life alert is closed only for a reason", arguments: [
    (Alert.ClosedBy.notNeeded, false, false), (.spokeTo, false, false), (.spokeTo, true, true),
    (.seenBy, false, true), (.handedOver, false, true), (.hospitalConfirmed, false, true),
  ])
  func closing(closedBy: Alert.ClosedBy, isIdentityConfirmed: Bool, isAllowed: Bool) {
    var bench = Bench()
    bench.signal()
    let id = bench.alert.id
    if isIdentityConfirmed {
      bench.act(.verify(id, spokeTo: "herself", isIdentityConfirmed: true, verdict: .falseAlarm))
    }
    let answer = bench.act(.resolve(id, cause: .test, action: .none, closedBy: closedBy, note: nil))
    #expect(answer.isAccepted == isAllowed)
    #expect(answer.refusal == (isAllowed ? nil : .closingNotAllowed))
    #expect((bench.alert.state == .resolved) == isAllowed)
  }

  @Test("A refused action changes nothing and tells nobody anything")
  func refusedLeavesNoTrace() {
    var bench = Bench()
    bench.signal()
    let (commits, before) = (bench.commits.count, bench.core.openWork)
    bench.act(.resolve(bench.alert.id, cause: .test, action: .none, closedBy: .notNeeded, note: nil))
    bench.act(.settleSubject(bench.alert.id, ResidentID(high: 9, low: 9)))
    #expect(bench.commits.count == commits)
    #expect(bench.core.openWork == before)
  }

  @Test("A lease lapses without activity, and any activity of the holder keeps it")
  func lease() {
    var bench = Bench()
    bench.signal(.requestHelp)
    let id = bench.alert.id
    bench.act(.hold(id))
    #expect(bench.act(.hold(id), by: Bench.colleague).refusal == .heldByAnother)
    bench.wait(.minutes(4))
    bench.act(.note(id, text: "calling"))
    bench.wait(.minutes(4))
    #expect(bench.alert.state == .held)
    bench.wait(.minutes(1))
    #expect(bench.alert.state == .open && bench.alert.holder == nil)
    #expect(bench.events.contains { $0.kind == .alertReleased && $0.text == "leaseLapsed" })
    #expect(bench.act(.hold(id), by: Bench.colleague).isAccepted)
  }

  @Test("The desk is asked step by step, and the last step for ever")
  func deskTrack() {
    var bench = Bench()
    bench.signal(.requestHelp)
    bench.wait(.minutes(5))
    let asked = bench.events.filter { $0.kind == .alertEscalated }.compactMap(\.text)
    #expect(asked == ["shiftLeader", "dutyChief", "dutyChief", "dutyChief", "dutyChief"])
  }

  @Test("Steps with nobody on duty are skipped at once, the last never")
  func emptySteps() {
    var bench = Bench(onDuty: [])
    bench.signal(.requestHelp)
    #expect(bench.events.compactMap(\.text) == ["dutyChief"])
    #expect(bench.alert.nextDeadline != nil)
  }

  @Test("Somebody who presses again and again does not keep the alert from reaching the next step")
  func pressingDoesNotStall() {
    var bench = Bench(onDuty: [.desk, .shiftLeader, .dutyChief])
    for _ in 1...8 {
      bench.signal()
      bench.wait(.seconds(20))
    }
    let asked = bench.events.filter { $0.kind == .alertEscalated }.compactMap(\.text)
    #expect(asked.contains("shiftLeader") && asked.contains("dutyChief"))
  }

  @Test("A resolved alert of a key never hides the open one, in whatever order they are loaded")
  func keyLeadsToOpenAlert() {
    var bench = Bench()
    bench.signal()
    let first = bench.alert.id
    bench.act(.resolve(first, cause: .test, action: .none, closedBy: .seenBy, note: nil))
    let resolved = bench.alert
    bench.wait(.minutes(3))
    bench.signal()
    let open = bench.alert.id
    bench.step(.casesLoaded(CaseSnapshot(caseKeys: [resolved.caseKey], commitNumber: 0, alerts: [resolved])))
    #expect(bench.alerts.count == 2)
    bench.signal()
    #expect(bench.alerts.filter { $0.state != .resolved }.map(\.id) == [open])
    #expect(bench.act(.reopen(first, reason: "again")).refusal == .wrongState)
  }
}
