import CareModel
import CareStore
import PQ
import Testing

@Suite("Partitions of signal", .timeLimit(.minutes(1)))
struct PartitionTests {
  @Test("the month before to three months after exist, in UTC, also over the end of a year")
  func months() async throws {
    let world = try await StoreWorld()
    let connection = try await world.connect()
    defer { connection.close() }
    // A session's zone must not move the bounds.
    try await connection.query("set timezone to 'Asia/Shanghai'")
    let now = try #require(Timestamp(rfc3339: "2030-11-30T23:59:59.999999Z"))
    try await Migrator.ensurePartitions(on: connection, now: now)
    try await Migrator.ensurePartitions(on: connection, now: now)
    let rows = try await connection.query(
      """
      select relname::text from pg_class join pg_inherits on inhrelid = pg_class.oid
      where inhparent = 'signal'::regclass and relname >= 'signal_2030' order by 1
      """)
    #expect(
      try rows.map { try $0.text(0) } == [
        "signal_203010", "signal_203011", "signal_203012", "signal_203101", "signal_203102",
      ])
    let row = try await connection.query(
      """
      select pg_get_expr(relpartbound, oid) = 'FOR VALUES FROM (''2030-11-01 08:00:00+08'') '
        || 'TO (''2030-12-01 08:00:00+08'')' from pg_class where relname = 'signal_203011'
      """).row(0)
    #expect(try row.bool(0))
  }

  @Test("how far the partitions reach is known without asking again, and shrinks month by month", arguments: [
    ("2030-11-30T23:59:59.999999Z", 3), ("2030-12-01T00:00:00Z", 2), ("2031-01-15T00:00:00Z", 1),
    ("2031-02-28T23:59:59Z", 0), ("2031-03-01T00:00:00Z", -1), ("2030-10-31T23:59:59Z", 4),
  ])
  func horizon(_ time: String, _ expected: Int64) async throws {
    let world = try await StoreWorld()
    let connection = try await world.connect()
    defer { connection.close() }
    let now = try #require(Timestamp(rfc3339: "2030-11-30T23:59:59.999999Z"))
    let later = try #require(Timestamp(rfc3339: time))
    let horizon = PartitionHorizon()
    #expect(horizon.monthsAhead(of: later) == 0)
    #expect(try await PartitionHorizon.look(on: connection, now: now) == 0)
    horizon.reaches(try await Migrator.ensurePartitions(on: connection, now: now), after: now)
    #expect(horizon.monthsAhead(of: later) == expected)
    #expect(try await PartitionHorizon.look(on: connection, now: later) == min(max(expected, 0), 3))
  }

  @Test("the last microsecond of a month lies in its partition, a month without one is refused")
  func bounds() async throws {
    let world = try await StoreWorld()
    let connection = try await world.connect()
    defer { connection.close() }
    func insert(_ time: String) async throws -> String {
      let rows = try await connection.query(
        """
        insert into signal (district_id, id, received_at, feed, sender, kind, oddities, raw, rule_set_hash)
        values (1, gen_random_uuid(), '\(time)', 'mqtt', 's', 'panic', '', '', '') returning tableoid::regclass::text
        """)
      return try rows.row(0).text(0)
    }
    #expect(try await insert("2026-11-30 23:59:59.999999+00") == "signal_202611")
    #expect(try await insert("2026-12-01 00:00:00+00") == "signal_202612")
    await #expect {
      _ = try await insert("2027-03-01 00:00:00+00")
    } throws: {
      ($0 as? PQError)?.sqlState == "23514"
    }
  }
}
