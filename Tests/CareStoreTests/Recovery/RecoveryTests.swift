import AlertEngine
import CareModel
import EngineHost
import PQ
import Testing

import CareStore

@Suite("Recovery", .timeLimit(.minutes(2)))
struct RecoveryTests {
  private let now = Sample.start + .minutes(1)

  /// A commit without a signal that changes what `change` says.
  private func commit(_ number: Int64, _ change: (inout Commit) -> Void) -> Commit {
    var commit = Commit(number: number, lineage: 0, input: Sample.input(number), at: Sample.time(number), district: 3)
    change(&commit)
    return commit
  }

  /// Writes with one store, and opens another as after a restart.
  private func restart(_ world: StoreWorld, after commits: [Commit], now: Timestamp) async throws -> CaseSnapshot {
    let log = EventLog()
    let store = world.store()
    _ = try await store.open(now: now, events: log.add)
    store.write(commits)
    if let last = commits.last { await log.waitForCommit(last.number) }
    await store.close(deadline: .seconds(5))
    let next = world.store(owner: 2)
    let state = try await next.open(now: now) { _ in }
    await next.close(deadline: .seconds(5))
    return state.snapshot
  }

  @Test("a restart finds every record exactly as it was written")
  func everything() async throws {
    let world = try await StoreWorld()
    let (open, stay) = (FullRecords.alert(1), FullRecords.stay(1))
    let reminders = Reminder.State.allCases.map { FullRecords.reminder(1, of: stay, state: $0) }
    let snapshot = try await restart(
      world,
      after: [
        commit(1) { commit in
          commit.alerts = [open, Sample.alert(2)]
          commit.tasks = [FullRecords.task(1), Sample.task(2, offers: [], alert: nil)]
          commit.stays = [stay]
          commit.reminders = reminders
          commit.notifications = FullRecords.notifications(1)
        }, Sample.alarm(2).changed { $0.alerts = [] },
      ], now: now)
    #expect(snapshot.caseKeys == nil)
    #expect(snapshot.commitNumber == 2)
    #expect(snapshot.alerts.sorted { $0.id < $1.id } == [open, Sample.alert(2)].sorted { $0.id < $1.id })
    let second = try #require(Sample.alarm(2).tasks.first)
    #expect(Set(snapshot.tasks.map(\.id)) == [FullRecords.task(1).id, second.id])
    #expect(snapshot.tasks.contains(FullRecords.task(1)) && snapshot.tasks.contains(second))
    #expect(snapshot.stays == [stay])
    #expect(snapshot.reminders.sorted { $0.id < $1.id } == reminders.sorted { $0.id < $1.id })
    let waiting = FullRecords.notifications(1) + Sample.alarm(2).notifications
    #expect(snapshot.notifications.sorted { $0.id < $1.id } == waiting.sorted { $0.id < $1.id })
    #expect(snapshot.repeats == [try #require(Sample.signal(2).remembered)])
  }

  @Test("what is done with is not loaded, and at its last moment it still is")
  func bounds() async throws {
    let world = try await StoreWorld()
    var resolved = Sample.alert(1)
    resolved.state = .resolved
    let end = Sample.start + .minutes(10)
    resolved.resolution = .init(cause: .test, action: .none, closedBy: .notNeeded, at: end, by: Sample.staff(1))
    var finished = Sample.task(1, offers: [], alert: nil)
    finished.state = .completed
    var notification = FullRecords.notifications(1)[0]
    notification.attempts = 3
    let mark = OutboxMark(district: 3, notification: notification.id, fate: .delivered, attempts: 3)
    let commits = [
      commit(1) { commit in
        commit.alerts = [resolved]
        commit.tasks = [finished]
        commit.notifications = [notification]
        commit.outboxMarks = [mark]
      },
      // Written again late: the mark stays.
      commit(2) { $0.notifications = [notification] },
      Sample.alarm(3).changed { commit in
        commit.alerts = []
        commit.tasks = []
        commit.notifications = []
      },
    ]
    let until = end + resolved.window
    let before = try await restart(world, after: commits, now: until - TimeSpan(microseconds: 1))
    #expect(before.alerts == [resolved])
    #expect(before.tasks.isEmpty)
    #expect(before.notifications.isEmpty)
    let remembered = try #require(Sample.signal(3).remembered)
    let after = try await restart(world, after: [], now: until)
    #expect(after.alerts.isEmpty)
    #expect(after.repeats == [remembered])
    #expect(try await restart(world, after: [], now: remembered.until - TimeSpan(microseconds: 1)).repeats.count == 1)
    #expect(try await restart(world, after: [], now: remembered.until).repeats.isEmpty)
  }

  @Test("closed stays are remembered for the stay memory, with all their reminders; open ones for ever")
  func stayMemory() async throws {
    let world = try await StoreWorld()
    var open = FullRecords.stay(1)
    open.admissionEventAt = open.cancelledAt.map { $0 + .hours(1) }
    #expect(open.isOpen)
    var closed = FullRecords.stay(2)
    closed.dischargeEventAt = closed.dischargeCancelledAt.map { $0 + .hours(1) }
    #expect(!closed.isOpen)
    let reminders = [
      FullRecords.reminder(1, of: open, state: .withdrawn), FullRecords.reminder(2, of: closed, state: .confirmed),
      FullRecords.reminder(3, of: closed, state: .due),
    ]
    let write = commit(1) { commit in
      commit.stays = [open, closed]
      commit.reminders = reminders
    }
    let end = write.at + StoreSettings().stayMemory
    let inside = try await restart(world, after: [write], now: end - TimeSpan(microseconds: 1))
    #expect(inside.stays == [open, closed])
    #expect(inside.reminders.sorted { $0.id < $1.id } == reminders.sorted { $0.id < $1.id })
    let outside = try await restart(world, after: [], now: end)
    #expect(outside.stays == [open])
    #expect(outside.reminders.sorted { $0.id < $1.id } == [reminders[0], reminders[2]].sorted { $0.id < $1.id })
  }

  @Test("a reload has the cases asked for and no other")
  func reload() async throws {
    let world = try await StoreWorld()
    let (store, log) = (world.store(), EventLog())
    _ = try await store.open(now: now, events: log.add)
    store.write((1...20).map { Sample.alarm($0) })
    await log.waitForCommit(20)
    let keys = [Sample.caseKey(4), Sample.caseKey(9), Sample.caseKey(99)]
    let snapshot = try await store.reload(keys, now: now)
    #expect(snapshot.caseKeys == keys)
    #expect(snapshot.commitNumber == 20)
    #expect(snapshot.alerts == [Sample.alert(4), Sample.alert(9)])
    #expect(snapshot.tasks == [4, 9].flatMap { Sample.alarm($0).tasks })
    #expect(snapshot.notifications == [4, 9].flatMap { Sample.alarm($0).notifications })
    #expect(snapshot.repeats.isEmpty)
    #expect(try await store.reload([], now: now).alerts.isEmpty)
    await store.close(deadline: .seconds(5))
  }

  @Test("an alert that was resolved long ago is loaded by its id, with the open work of its case")
  func oldAlert() async throws {
    let world = try await StoreWorld()
    let (store, log) = (world.store(), EventLog())
    _ = try await store.open(now: now, events: log.add)
    var old = Sample.alert(1)
    old.state = .resolved
    old.resolution = .init(cause: .test, action: .none, closedBy: .notNeeded, at: Sample.start, by: Sample.staff(1))
    var open = Sample.alert(2)
    open.caseKey = old.caseKey
    store.write([commit(1) { $0.alerts = [old, open] }])
    await log.waitForCommit(1)
    let later = Sample.start + .hours(1000)
    let snapshot = try #require(try await store.loadCase(of: old.id, now: later))
    #expect(snapshot.caseKeys == [old.caseKey])
    #expect(snapshot.alerts == [open, old])
    #expect(try await store.loadCase(of: open.id, now: later)?.alerts == [open])
    #expect(try await store.loadCase(of: AlertID(high: 1, low: 1), now: later) == nil)
    await store.close(deadline: .seconds(5))
  }

  /// The number of hospitals that a part of start-up sees.
  private static func hospitals(_ moment: RecoverySnapshot) async throws -> Int64 {
    try await moment.read("hospitals") { reader in
      var count: Int64 = -1
      try await reader.rows(of: BoundStatement(sql: "select count(*) from hospital")) { count = try $0.int8(0) }
      return (count, rows: 1)
    }
  }

  @Test("all parts see one moment, whenever each begins")
  func oneMoment() async throws {
    let world = try await StoreWorld()
    let hospital = RegisterChange.hospital(Hospital(code: "H1", name: "一院", population: .whole))
    let store = PostgresCommitStore(
      hosts: world.hosts, shard: "s1", owner: (1, 1), settings: StoreWorld.patient
    ) { moment in
      let before = try await Self.hospitals(moment)
      let another = try await world.connect()
      defer { another.close() }
      try await another.query("insert into hospital values ('H2', '二院', 'whole')")
      let after = try await Self.hospitals(moment)
      let there = try await world.number("select count(*) from hospital")
      return before == 0 && after == 0 && there == 1 ? RegisterBook([hospital]) : RegisterBook()
    }
    let state = try await store.open(now: now) { _ in }
    #expect(state.register.rows == [hospital])
    #expect(state.parts.filter { $0.name == "hospitals" }.map(\.rows) == [1, 1])
    await store.close(deadline: .seconds(5))
  }

  @Test("a register that cannot be read keeps the shard closed")
  func brokenRegister() async throws {
    let world = try await StoreWorld()
    let broken = PostgresCommitStore(
      hosts: world.hosts, shard: "s1", owner: (2, 2), settings: StoreWorld.patient
    ) { moment in
      try await moment.read("nothing") { reader in
        try await reader.rows(of: BoundStatement(sql: "select 1 from no_such_table")) { _ in }
        return (RegisterBook(), rows: 0)
      }
    }
    await #expect(throws: StoreProblem.self) { try await broken.open(now: now) { _ in } }
  }
}

extension Commit {
  /// The same commit, changed.
  func changed(_ change: (inout Commit) -> Void) -> Commit {
    var commit = self
    change(&commit)
    return commit
  }
}
