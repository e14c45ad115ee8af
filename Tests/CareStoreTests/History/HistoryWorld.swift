import AlertEngine
import CareModel
import CareStore
import EngineHost

/// A record that the commit store itself has written.
struct HistoryWorld {
  let world: StoreWorld
  let history: PostgresHistory

  /// A record of these commits, whose numbers count from 1.
  init(_ commits: [Commit]) async throws {
    world = try await StoreWorld()
    history = PostgresHistory(pool: world.pool())
    let log = EventLog()
    let store = world.store()
    _ = try await store.open(now: Sample.start) { log.add($0) }
    store.write(commits)
    if let last = commits.last { await log.waitForCommit(last.number) }
    await store.close(deadline: .seconds(10))
  }

  /// Alarms with the numbers from 1.
  static func alarms(_ count: Int64) -> [Commit] { (1...count).map { Sample.alarm($0) } }
}
