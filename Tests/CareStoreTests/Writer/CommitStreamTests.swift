import AlertEngine
import CareModel
import EngineHost
import PQ
import TestSupport
import Testing

import CareStore

@Suite("Commit stream", .timeLimit(.minutes(2)))
struct CommitStreamTests {
  @Test("commits are reported in order, and each is in the database once")
  func inOrder() async throws {
    let world = try await StoreWorld()
    let store = world.store()
    let log = EventLog()
    let state = try await store.open(now: Sample.start, events: log.add)
    #expect(state.epoch == 1)
    #expect(state.shard == "s1")
    #expect(state.snapshot.commitNumber == 0)
    for start in stride(from: Int64(1), through: 1991, by: 10) {
      store.write((start..<start + 10).map { Sample.alarm($0) })
    }
    await log.waitForCommit(2000)
    let numbers = log.events.compactMap { if case .committed(let number) = $0 { number } else { nil } }
    #expect(numbers == numbers.sorted())
    #expect(numbers.count == log.events.count)
    let written = try await world.numbers("select commit_number from applied_input order by 1")
    #expect(written == Array(1...2000))
    await store.close(deadline: .seconds(5))
  }

  @Test("closing writes what is queued")
  func closing() async throws {
    let world = try await StoreWorld()
    let store = world.store()
    let log = EventLog()
    _ = try await store.open(now: Sample.start, events: log.add)
    store.write((1...1200).map { Sample.alarm($0) })
    await store.close(deadline: .seconds(30))
    #expect(log.committed == 1200)
    #expect(try await world.number("select seq from shard") == 1200)
  }

  @Test("within a group the last state wins, and keys, slots and people change hands")
  func changingHands() async throws {
    let world = try await StoreWorld()
    let store = world.store()
    let log = EventLog()
    _ = try await store.open(now: Sample.start, events: log.add)
    let task = TaskID(high: 1, low: 1)
    func commit(_ number: Int64, _ change: (inout Commit) -> Void) -> Commit {
      var commit = Commit(
        number: number, lineage: 0, input: Sample.input(number), at: Sample.time(number), district: 3)
      change(&commit)
      return commit
    }
    func alert(_ number: Int64, _ state: Alert.State) -> Alert {
      var alert = Sample.alert(number)
      alert.key = "same"
      alert.state = state
      return alert
    }
    func taken(_ offer: Int64, _ from: Int, _ until: Int?) -> StaffCommitment {
      StaffCommitment(
        staff: Sample.staff(1), offer: Sample.offer(offer, task: task).id, from: Sample.start + .hours(from),
        until: until.map { Sample.start + .hours($0) })
    }
    store.write([
      commit(1) { commit in
        commit.alerts = [alert(1, .open), alert(2, .resolved)]
        commit.offers = [Sample.offer(1, task: task, state: .accepted), Sample.offer(2, task: task)]
        commit.commitments = [taken(1, 0, 2), taken(2, 4, 6), taken(3, 8, nil)]
      }
    ])
    await log.waitForCommit(1)
    // The open alert resolves and the other reopens; the slot changes hands; times are swapped, the third one goes.
    store.write([
      commit(2) { commit in
        commit.alerts = [alert(2, .open), alert(1, .resolved)]
        commit.offers = [
          Sample.offer(2, task: task, state: .accepted), Sample.offer(1, task: task, state: .relinquished),
        ]
      },
      commit(3) { commit in
        commit.commitments = [taken(1, 4, 6), taken(2, 0, 2), taken(3, 8, 8)]
        var last = alert(2, .open)
        last.severity = 10
        commit.alerts = [last]
      },
    ])
    await log.waitForCommit(3)
    #expect(log.events.allSatisfy { if case .committed = $0 { true } else { false } })
    #expect(try await world.number("select count(*) from staff_commitment") == 2)
    #expect(try await world.number("select (body::json->>'severity')::bigint from alert where state = 'open'") == 10)
    await store.close(deadline: .seconds(5))
  }

  @Test(
    "a bad commit among good ones fails alone, its lineage is dropped, and a higher one goes on",
    arguments: [(1, 1), (7, 20), (20, 20), (700, 1200)])
  func badCommit(position: Int64, count: Int64) async throws {
    let world = try await StoreWorld()
    let store = world.store()
    let log = EventLog()
    _ = try await store.open(now: Sample.start, events: log.add)
    // An open alert of the key that the bad commit wants for itself.
    store.write([Sample.alarm(1, key: "taken")])
    await log.waitForCommit(1)
    let bad = position + 1
    store.write((2...count + 1).map { Sample.alarm($0, key: $0 == bad ? "taken" : nil) })
    let failure = StoreEvent.failed(bad, CommitFailure(code: "23505"))
    await log.wait { $0.contains(failure) }
    #expect(log.events.last == failure)
    #expect(log.committed == bad - 1)
    // An engine that has not heard of it yet, then one that has.
    store.write([Sample.alarm(count + 2)])
    store.write([Sample.alarm(bad, lineage: 1), Sample.alarm(bad + 1, lineage: 1)])
    await log.waitForCommit(bad + 1)
    let written = try await world.numbers("select commit_number from applied_input order by 1")
    #expect(written == Array(1...bad + 1))
    #expect(!log.events.contains(.lost))
    await store.close(deadline: .seconds(5))
  }

  @Test("what is refused before it is sent is a failure of that commit too")
  func refusedHere() async throws {
    let world = try await StoreWorld()
    let store = world.store()
    let log = EventLog()
    _ = try await store.open(now: Sample.start, events: log.add)
    var text = Sample.alarm(2)
    text.signal?.signal.zone = "a\u{0}b"
    store.write([Sample.alarm(1), text, Sample.alarm(3)])
    await log.wait { $0.contains(.failed(2, CommitFailure(code: "22021"))) }
    var time = Sample.alarm(3, lineage: 1)
    time.signal?.signal.occurredAt = .distantPast
    store.write([Sample.alarm(2, lineage: 1), time])
    await log.wait { $0.contains(.failed(3, CommitFailure(code: "22021"))) }
    #expect(log.committed == 2)
    await store.close(deadline: .seconds(5))
  }

  @Test("a group is written whole or not at all")
  func whole() async throws {
    let world = try await StoreWorld()
    let store = world.store()
    let log = EventLog()
    _ = try await store.open(now: Sample.start, events: log.add)
    var bad = Sample.alarm(1)
    // Comes late in the group: the same person at two places.
    let offers = [OfferID(high: 1, low: 1), OfferID(high: 1, low: 2)]
    bad.commitments = offers.map {
      StaffCommitment(staff: Sample.staff(1), offer: $0, from: Sample.start, until: nil)
    }
    store.write([bad])
    await log.wait { $0.contains(.failed(1, CommitFailure(code: "23P01"))) }
    for table in ["signal", "alert", "task", "offer", "event", "outbox", "applied_input", "staff_commitment"] {
      #expect(try await world.number("select count(*) from \(table)") == 0, "\(table)")
    }
    #expect(try await world.number("select seq from shard") == 0)
    await store.close(deadline: .seconds(5))
  }

  @Test("an input that was applied is not applied again")
  func appliedTwice() async throws {
    let world = try await StoreWorld()
    let store = world.store()
    let log = EventLog()
    _ = try await store.open(now: Sample.start, events: log.add)
    var again = Commit(number: 2, lineage: 0, input: Sample.input(1), at: Sample.time(2), district: 3)
    again.events = []
    store.write([Sample.alarm(1), again])
    await log.wait { $0.contains(.failed(2, CommitFailure(code: "23505"))) }
    let asked = (1...3).map { Sample.input($0) }
    #expect(try await store.appliedInputs(among: asked) == [Sample.input(1)])
    #expect(try await store.appliedInputs(among: []) == [])
    await store.close(deadline: .seconds(5))
  }
}
