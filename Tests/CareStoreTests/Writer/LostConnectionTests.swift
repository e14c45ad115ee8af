import AlertEngine
import CareModel
import EngineHost
import PQ
import TestSupport
import Testing

import CareStore

@Suite("Lost connections", .timeLimit(.minutes(3)))
struct LostConnectionTests {
  private static let terminate =
    "select count(pg_terminate_backend(pid)) from pg_stat_activity "
    + "where datname = current_database() and application_name like 'silverbell/%'"

  @Test("fifty killed backends under a stream of commits lose nothing and write nothing twice")
  func killedBackends() async throws {
    let world = try await StoreWorld()
    let store = world.store()
    let log = EventLog()
    _ = try await store.open(now: Sample.start, events: log.add)
    let killer = try await world.connect()
    var number: Int64 = 0
    for kill in 1...50 {
      for _ in 0..<20 {
        store.write((number + 1...number + 5).map { Sample.alarm($0) })
        number += 5
      }
      // Some kills hit the first group, some the last, some an idle connection.
      await log.waitForCommit(number - Int64(kill % 10) * 10)
      let reported = log.committed
      _ = try await killer.query(Self.terminate)
      #expect(try await killer.query("select seq from shard").row(0).int8(0) >= reported)
      await log.wait { $0.filter { $0 == .lost }.count >= kill && $0.filter { $0 == .back }.count >= kill }
    }
    await log.waitForCommit(number)
    killer.close()
    let written = try await world.numbers("select commit_number from applied_input order by 1")
    #expect(written == Array(1...number))
    for table in ["signal", "alert", "task", "offer", "outbox", "event"] {
      #expect(try await world.number("select count(*) from \(table)") == number, "\(table)")
    }
    #expect(try await world.number("select seq from shard") == number)
    #expect(try await world.number("select epoch from shard") == 51)
    let reports = log.events.compactMap { if case .committed(let number) = $0 { number } else { nil } }
    #expect(reports == reports.sorted() && Set(reports).count == reports.count)
    #expect(!log.events.contains(.leadershipLost(.taken)))
    await store.close(deadline: .seconds(5))
  }

  @Test("a database that is stopped is lost, and what was decided meanwhile is written when it is back")
  func stoppedDatabase() async throws {
    let server = try await PostgresServer.start()
    let world = try await StoreWorld(server: server)
    let store = world.store()
    let log = EventLog()
    _ = try await store.open(now: Sample.start, events: log.add)
    store.write((1...100).map { Sample.alarm($0) })
    await log.waitForCommit(100)
    try await server.stop()
    store.write((101...200).map { Sample.alarm($0) })
    await log.wait { $0.contains(.lost) }
    store.write((201...1300).map { Sample.alarm($0) })
    #expect(store.queueDepth == 1200)
    await #expect(throws: StoreProblem.self) { try await store.reload([Sample.caseKey(1)], now: Sample.start) }
    try await server.restart()
    await log.waitForCommit(1300)
    #expect(log.events.contains(.back))
    #expect(try await world.number("select count(*) from alert") == 1300)
    #expect(try await store.reload([Sample.caseKey(1)], now: Sample.start).alerts == [Sample.alert(1)])
    await store.close(deadline: .seconds(5))
  }

  @Test("a store that cannot reach its database closes at the deadline")
  func closingWhileAway() async throws {
    let server = try await PostgresServer.start()
    let world = try await StoreWorld(server: server)
    let store = world.store()
    let log = EventLog()
    _ = try await store.open(now: Sample.start, events: log.add)
    try await server.stop()
    store.write([Sample.alarm(1)])
    await log.wait { $0.contains(.lost) }
    await store.close(deadline: .milliseconds(50))
    #expect(log.committed == 0)
    await #expect(throws: StoreProblem.self) { try await store.open(now: Sample.start, events: log.add) }
  }

  @Test("a frozen database is lost at the deadline, and its late commit is not written twice")
  func frozenDatabase() async throws {
    let server = try await PostgresServer.start()
    let world = try await StoreWorld(server: server)
    var settings = StoreSettings()
    settings.statementSeconds = 2
    settings.connectSeconds = 5
    let store = world.store(settings: settings)
    let log = EventLog()
    _ = try await store.open(now: Sample.start, events: log.add)
    server.freeze()
    store.write([Sample.alarm(1), Sample.alarm(2)])
    await log.wait { $0.contains(.lost) }
    server.thaw()
    await log.waitForCommit(2)
    #expect(try await world.numbers("select commit_number from applied_input order by 1") == [1, 2])
    await store.close(deadline: .seconds(5))
  }

  @Test("a commit that came with a warning is looked up, not believed and not sent twice")
  func warning() async throws {
    let world = try await StoreWorld()
    let connection = try await world.connect()
    try await connection.script(
      """
      create function warn() returns trigger language plpgsql as
      $$ begin if new.commit_number = 2 then raise warning 'not replicated'; end if; return new; end $$;
      create trigger warn before insert on applied_input for each row execute function warn();
      """)
    connection.close()
    let store = world.store()
    let log = EventLog()
    _ = try await store.open(now: Sample.start, events: log.add)
    store.write([Sample.alarm(1)])
    await log.waitForCommit(1)
    store.write([Sample.alarm(2)])
    await log.waitForCommit(2)
    store.write([Sample.alarm(3)])
    await log.waitForCommit(3)
    #expect(log.events == [.committed(1), .lost, .committed(2), .back, .committed(3)])
    await store.close(deadline: .seconds(5))
  }

  @Test("a commit that the server refuses for no reason of its content fails in the end, and others go on")
  func poison() async throws {
    let world = try await StoreWorld()
    let connection = try await world.connect()
    try await connection.script(
      """
      create function refuse() returns trigger language plpgsql as
      $$ begin if new.sender = 'SB-2' then raise 'broken' using errcode = 'XX001'; end if; return new; end $$;
      create trigger refuse before insert on signal for each row execute function refuse();
      """)
    connection.close()
    var settings = StoreWorld.patient
    settings.backoff = .milliseconds(1)
    let (store, log) = (world.store(settings: settings), EventLog())
    _ = try await store.open(now: Sample.start, events: log.add)
    store.write((1...3).map { Sample.alarm($0) })
    await log.wait { $0.contains(.failed(2, CommitFailure(code: "XX001"))) }
    let losses = log.events.filter { $0 == .lost }.count
    #expect(losses >= settings.poisonAttempts)
    var other = Sample.alarm(3, lineage: 1)
    other.number = 2
    store.write([other])
    await log.waitForCommit(2)
    await store.close(deadline: .seconds(5))
  }

  @Test("the end of an idle connection is noticed before the next commit")
  func idle() async throws {
    let world = try await StoreWorld()
    let (store, log) = (world.store(), EventLog())
    _ = try await store.open(now: Sample.start, events: log.add)
    _ = try await world.numbers(Self.terminate)
    await log.wait { $0.contains(.back) }
    #expect(log.events == [.lost, .back])
    await store.close(deadline: .seconds(5))
  }
}
