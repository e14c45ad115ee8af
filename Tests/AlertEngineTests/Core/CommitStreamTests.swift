import AlertEngine
import CareModel
import Testing

@Suite("The commit stream")
struct CommitStreamTests {
  private let key = RepeatKey.message(id: "m1", window: .hours(24))

  @Test("Nothing is acknowledged, sent or published before its commit is durable")
  func release() {
    var bench = Bench()
    bench.confirms = false
    let outputs = bench.signal(.fall)
    #expect(outputs.count == 1 && outputs.commits.count == 1)
    let released = bench.step(.committed(1))
    #expect(released.acknowledgements.count == 1 && !released.notifications.isEmpty)
    #expect(bench.core.unconfirmedCount == 0)
  }

  @Test("A second copy of a message is the same signal, and its answer waits for the first copy's commit")
  func repeats() {
    var bench = Bench()
    bench.confirms = false
    bench.signal(key: key)
    #expect(bench.signal(key: key).isEmpty)
    let released = bench.step(.committed(1)).acknowledgements
    #expect(released.count == 2 && bench.commits.count == 1)
    #expect(released.map(\.isRepeat) == [false, true])
    #expect(bench.signal(key: key).acknowledgements.map(\.isRepeat) == [true])
    bench.confirms = true
    bench.wait(.hours(25))
    #expect(bench.signal(key: key).acknowledgements.map(\.isRepeat) == [false])
  }

  @Test("Without an id a copy is a repeat only while the first is unacknowledged, and for 30 s",
    arguments: [(30, false, true), (31, false, false), (5, true, false)])
  func whileUnacknowledged(seconds: Int, isDurable: Bool, isRepeat: Bool) {
    var bench = Bench(onDuty: [])
    bench.confirms = false
    bench.signal(key: .whileUnacknowledged(fingerprint: 7))
    if isDurable { bench.step(.committed(1)) }
    bench.now = bench.now + .seconds(seconds)
    let outputs = bench.signal(key: .whileUnacknowledged(fingerprint: 7))
    #expect(outputs.commits.isEmpty == isRepeat)
  }

  @Test("While the store is away every sender is told so at once, and the resend is recognised afterwards")
  func away() {
    var bench = Bench()
    bench.confirms = false
    bench.signal(key: key)
    #expect(bench.step(.storeLost).acknowledgements == [.unavailable])
    #expect(bench.signal(.fall, from: "other").acknowledgements == [.unavailable])
    #expect(bench.signal(key: key).acknowledgements == [.unavailable])
    #expect(bench.commits.count == 2)
    bench.step(.storeBack)
    #expect(bench.step(.committed(2)).acknowledgements.isEmpty)
    #expect(bench.signal(key: key).acknowledgements.map(\.isRepeat) == [true])
  }

  @Test("A store that goes away while cases are read anew keeps no sender waiting")
  func awayWhileReloading() {
    var bench = Bench()
    bench.confirms = false
    bench.signal()
    bench.step(.commitFailed(1, CommitFailure(code: "22021")))
    #expect(bench.signal(.fall).isEmpty)
    #expect(bench.step(.storeLost).acknowledgements == [.unavailable, .unavailable])
    #expect(bench.signal(.smoke).acknowledgements == [.unavailable])
  }

  @Test("The store refuses one signal: it is kept as unknown with a work item, and its neighbours are unharmed",
    arguments: [RepeatKey.message(id: "bad", window: .hours(1)), .whileUnacknowledged(fingerprint: 9)])
  func poison(key: RepeatKey) {
    var bench = Bench()
    bench.confirms = false
    bench.signal(.requestHelp, from: "before")
    bench.signal(.fall, key: key, raw: [1, 2, 3])
    #expect(bench.signal(.fall, key: key, raw: [1, 2, 3]).isEmpty)
    bench.signal(.smoke, from: "after")
    bench.step(.committed(1))
    let keys = bench.step(.commitFailed(2, CommitFailure(code: "22021"))).reloads.first
    let again = bench.step(.casesLoaded(CaseSnapshot(caseKeys: keys, commitNumber: 1)))
    #expect(again.commits.map(\.number) == [2, 3])
    #expect(again.commits.map(\.lineage) == [1, 1])
    #expect(again.commits.compactMap(\.signal?.signal.kind) == [.unknown, .smoke])
    #expect(again.commits.first?.signal?.signal.oddities.contains(.refusedByStore) == true)
    #expect(again.commits.first?.signal?.signal.raw == [1, 2, 3])
    #expect(again.commits.first?.alerts.count == 1)
    let released = bench.step(.committed(3)).acknowledgements
    #expect(released.map(\.isRepeat) == [false, true, false])
  }

  @Test("A signal that is refused even in its plainest form is given up; its sender keeps it, and may try again")
  func givenUp() {
    var bench = Bench()
    bench.confirms = false
    bench.signal(key: key)
    for _ in 1...2 {
      let keys = bench.step(.commitFailed(1, CommitFailure(code: "22021"))).reloads.first
      bench.step(.casesLoaded(CaseSnapshot(caseKeys: keys, commitNumber: 0)))
    }
    #expect(bench.outputs.acknowledgements == [.unavailable])
    #expect(bench.alerts.isEmpty)
    #expect(bench.signal(key: key).commits.count == 1)
  }

  @Test("A refused deadline rests and holds up no other")
  func refusedDeadline() {
    var bench = Bench()
    bench.signal(.requestHelp)
    bench.signal(.requestHelp, from: "other")
    bench.confirms = false
    let stored = bench.core.openWork
    bench.now = bench.now + .minutes(1)
    let refused = bench.step(.deadlineReached(bench.nextInput())).commits[0]
    bench.step(.deadlineReached(bench.nextInput()))
    let keys = bench.step(.commitFailed(refused.number, CommitFailure(code: "23505"))).reloads.first
    let loaded = CaseSnapshot(caseKeys: keys, commitNumber: refused.number - 1, alerts: stored.alerts)
    let again = bench.step(.casesLoaded(loaded)).commits
    #expect(again.count == 1 && again.first?.alerts.first?.id != refused.alerts[0].id)
    #expect(bench.core.nextDeadline == bench.now + .seconds(5))
  }

  @Test("A case read for one alert takes nothing back that memory knows better")
  func sideLoad() {
    var bench = Bench()
    bench.confirms = false
    bench.signal(.fall)
    let before = bench.core.openWork
    bench.step(.casesLoaded(CaseSnapshot(caseKeys: [bench.alert.caseKey], commitNumber: 0)))
    #expect(bench.core.openWork == before)
    bench.step(.commitFailed(1, CommitFailure(code: "22021")))
    bench.step(.casesLoaded(CaseSnapshot(caseKeys: [.source("other")], commitNumber: 0)))
    #expect(bench.core.isReloading)
  }

  @Test("An outbox mark that was not written is written when its commit is decided again")
  func lostMark() {
    var bench = Bench()
    bench.signal(.fall)
    let (stored, notification) = (bench.core.openWork, bench.core.openWork.notifications[0])
    bench.confirms = false
    let number = bench.step(.deliveryReported(bench.nextInput(), notification.id, .delivered)).commits[0].number
    let keys = bench.step(.commitFailed(number, CommitFailure(code: "22021"))).reloads.first
    #expect(keys == [notification.caseKey])
    var loaded = stored
    loaded.caseKeys = keys
    let again = bench.step(.casesLoaded(loaded)).commits
    #expect(again.flatMap(\.outboxMarks).map(\.notification) == [notification.id])
  }

  @Test("One input past the bound of those that wait is not taken, and its sender told so")
  func bound() {
    var settings = EngineSettings()
    settings.maximumUnconfirmed = 2
    var bench = Bench(onDuty: [], settings: settings)
    bench.confirms = false
    #expect(bench.signal(from: "1").acknowledgements.isEmpty && bench.signal(from: "2").acknowledgements.isEmpty)
    #expect(bench.signal(from: "3").acknowledgements == [.unavailable])
    #expect(bench.core.nextDeadline == nil)
    bench.step(.committed(1))
    #expect(bench.core.nextDeadline != nil)
  }

  @Test("One input past the bound of those that wait for a reload is not taken")
  func deferredBound() {
    var settings = EngineSettings()
    settings.maximumDeferred = 1
    var bench = Bench(settings: settings)
    bench.confirms = false
    bench.signal()
    bench.step(.commitFailed(1, CommitFailure(code: "22021")))
    #expect(bench.signal(from: "1").acknowledgements.isEmpty)
    #expect(bench.signal(from: "2").acknowledgements == [.unavailable])
  }
}
