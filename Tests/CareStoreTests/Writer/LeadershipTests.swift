import AlertEngine
import CareModel
import EngineHost
import PQ
import Testing

import CareStore

@Suite("Leadership", .timeLimit(.minutes(1)))
struct LeadershipTests {
  @Test("a second engine takes the shard over; the first is told and writes nothing more")
  func takeover() async throws {
    let world = try await StoreWorld()
    let (old, new) = (world.store(owner: 1), world.store(owner: 2))
    let (oldLog, newLog) = (EventLog(), EventLog())
    _ = try await old.open(now: Sample.start, events: oldLog.add)
    old.write([Sample.alarm(1)])
    await oldLog.waitForCommit(1)
    let state = try await new.open(now: Sample.start, events: newLog.add)
    // The old engine may have come back once between being ended and being outrun.
    #expect(state.epoch >= 2)
    #expect(state.snapshot.commitNumber == 1)
    #expect(state.snapshot.alerts == [Sample.alert(1)])
    old.write([Sample.alarm(2), Sample.alarm(3)])
    await oldLog.wait { $0.contains(.leadershipLost(.taken)) }
    new.write([Sample.alarm(2)])
    await newLog.waitForCommit(2)
    old.write([Sample.alarm(4)])
    #expect(oldLog.committed == 1)
    #expect(old.queueDepth == 0)
    #expect(try await world.numbers("select commit_number from applied_input order by 1") == [1, 2])
    #expect(newLog.events == [.committed(2)])
    for store in [old, new] { await store.close(deadline: .seconds(5)) }
  }

  @Test("an engine whose connection still lives is stopped by the fence alone")
  func fence() async throws {
    let world = try await StoreWorld()
    let store = world.store()
    let log = EventLog()
    _ = try await store.open(now: Sample.start, events: log.add)
    _ = try await world.numbers("update shard set epoch = epoch + 1 returning epoch")
    store.write([Sample.alarm(1)])
    await log.wait { !$0.isEmpty }
    #expect(log.events == [.leadershipLost(.taken)])
    #expect(try await world.number("select count(*) from applied_input") == 0)
    await store.close(deadline: .seconds(5))
  }

  @Test("a database restored to before this engine's time is not called another engine's")
  func restored() async throws {
    let world = try await StoreWorld()
    let store = world.store()
    let log = EventLog()
    _ = try await store.open(now: Sample.start, events: log.add)
    _ = try await world.numbers(
      "update shard set epoch = epoch - 1, owner = '00000000-0000-0000-0000-00000000000a' returning epoch")
    _ = try await world.numbers(
      "select count(*) from (select pg_terminate_backend(pid) from pg_stat_activity "
        + "where datname = current_database() and pid <> pg_backend_pid()) ended")
    await log.wait { $0.contains(.leadershipLost(.wentBack)) }
    #expect(log.events.last == .leadershipLost(.wentBack))
    await store.close(deadline: .seconds(5))
  }

  @Test("a database that went back behind what it had confirmed is not written on")
  func backInTime() async throws {
    let world = try await StoreWorld()
    let store = world.store()
    let log = EventLog()
    _ = try await store.open(now: Sample.start, events: log.add)
    store.write([Sample.alarm(1), Sample.alarm(2)])
    await log.waitForCommit(2)
    _ = try await world.numbers("update shard set seq = 1 returning seq")
    store.write([Sample.alarm(3)])
    await log.wait { $0.contains(.leadershipLost(.wentBack)) }
    #expect(try await world.number("select seq from shard") == 1)
    await store.close(deadline: .seconds(5))
  }

  @Test("of many engines that start at once one has the shard in the end")
  func startingAtOnce() async throws {
    let world = try await StoreWorld()
    let stores = (1...4).map { world.store(owner: $0) }
    let logs = stores.map { _ in EventLog() }
    let epochs = await withTaskGroup(of: Int64?.self) { group in
      for (store, log) in zip(stores, logs) {
        group.addTask { try? await store.open(now: Sample.start, events: log.add).epoch }
      }
      return await group.reduce(into: [Int64]()) { if let epoch = $1 { $0.append(epoch) } }
    }
    #expect(!epochs.isEmpty)
    #expect(Set(epochs).count == epochs.count)
    for store in stores { store.write([Sample.alarm(1)]) }
    for store in stores { await store.close(deadline: .seconds(5)) }
    #expect(logs.filter { $0.committed == 1 }.count <= 1)
    #expect(try await world.number("select count(*) from applied_input") <= 1)
  }

  @Test("a database without schema says what to do")
  func noSchema() async throws {
    let world = try await StoreWorld()
    _ = try await world.connect().script("drop table shard")
    await #expect {
      try await world.store().open(now: Sample.start) { _ in }
    } throws: {
      "\($0)".contains("silverbell migrate")
    }
  }
}
