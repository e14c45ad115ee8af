import AlertEngine
import CareJSON
import CareModel
import CareStore
import EngineHost
import PQ
import Testing

@Suite("Suspensions in the database", .timeLimit(.minutes(2)))
struct SuspensionStoreTests {
  private func suspension(
    _ number: Int64, of person: Int64 = 1, _ state: Suspension.State = .active, _ holds: Suspension.Holds = .all
  ) -> Suspension {
    let from = Sample.time(number)
    var suspension = Suspension(
      id: .derived(from: Sample.input(number), .suspension, ordinal: 0), district: 3,
      resident: Sample.resident(person), holds: holds, reason: "去女儿家 \u{0}", owner: Sample.staff(1), from: from,
      until: from + .hours(48), remindAt: from + .hours(36))
    suspension.state = state
    if state == .ended {
      suspension.endedAt = from + .hours(1)
      suspension.endedBy = Sample.staff(2)
    }
    return suspension
  }

  private func commit(_ number: Int64, _ suspensions: [Suspension]) -> Commit {
    var commit = Commit(number: number, lineage: 0, input: Sample.input(number), at: Sample.time(number), district: 3)
    commit.suspensions = suspensions
    commit.events = suspensions.map { row in
      CareEvent(
        kind: .suspensionChanged, at: Sample.time(number), district: 3, caseKey: row.caseKey,
        subject: .suspension(row), text: "started")
    }
    return commit
  }

  @Test("unfinished ones come back equal after a restart and by their case; ended ones only in the record")
  func roundTrip() async throws {
    var changed = suspension(2, .scheduled)
    let rows = [suspension(1), changed, suspension(3, of: 2, .active, .technical), suspension(4, .ended, .absence)]
    changed.state = .active
    changed.remindAt = nil
    changed.until = changed.from + Suspension.longest
    let world = try await HistoryWorld([commit(1, rows), commit(2, [changed])])
    let store = world.world.store(owner: 2)
    let state = try await store.open(now: Sample.start) { _ in }
    let expected = [rows[0], changed, rows[2]].sorted { $0.id < $1.id }
    #expect(state.snapshot.suspensions.sorted { $0.id < $1.id } == expected)
    let keys = [2, 9].map { CaseKey.resident(Sample.resident($0)) }
    let reloaded = try await store.reload(keys, now: Sample.start)
    #expect(reloaded.suspensions == [rows[2]])
    await store.close(deadline: .seconds(5))
    for row in [rows[0], changed, rows[2], rows[3]] {
      #expect(try await world.history.recordedSuspension(row.id) == row)
    }
    #expect(try await world.history.recordedSuspension(SuspensionID(high: 1, low: 1)) == nil)
  }

  @Test("the record of one person comes newest first, page by page")
  func history() async throws {
    let rows = (1...5).map { suspension($0, $0 < 3 ? .ended : .active) }
    let world = try await HistoryWorld([commit(1, rows + [suspension(6, of: 2)])])
    var texts: [String] = []
    var sizes: [Int] = []
    var cursor: String?
    repeat {
      let page = try await world.history.suspensions(of: Sample.resident(1), after: cursor, limit: 2)
      texts += page.rows
      sizes.append(page.rows.count)
      cursor = page.next
    } while cursor != nil
    #expect(texts == rows.reversed().map(\.recordText))
    #expect(sizes == [2, 2, 1])
    await #expect(throws: StoreProblem.self) {
      try await world.history.suspensions(of: Sample.resident(1), after: "x", limit: 2)
    }
    let timeline = try await world.history.timeline(.resident(Sample.resident(2)), since: Sample.start, limit: 10)
    #expect(timeline.count == 1 && timeline[0].contains(#""type":"suspension.changed""#))
  }

  @Test(
    "the table refuses what must not be",
    arguments: [
      "state = 'active', deadline_at = null", "state = 'scheduled', deadline_at = null",
      "state = 'ended', ended_at = now(), deadline_at = now()", "state = 'ended', deadline_at = null",
      "state = 'active', ended_at = now()", "state = 'asleep'", "holds = 'life'", "until_at = from_at",
      "until_at = from_at + interval '4320 hours 1 microsecond'",
    ])
  func constraints(_ change: String) async throws {
    let world = try await HistoryWorld([commit(1, [suspension(1)])])
    let pool = world.world.pool()
    await #expect(throws: PQError.self) {
      try await pool.query(BoundStatement(sql: "update suspension set \(change)", values: []))
    }
    let longest = BoundStatement(
      sql: "update suspension set until_at = from_at + interval '4320 hours' returning id", values: [])
    #expect(try await pool.query(longest).count == 1)
  }
}
