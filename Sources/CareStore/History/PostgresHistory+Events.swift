import CareModel
import EngineHost
import PQ

extension PostgresHistory {
  private static let lastCommit = Statement(
    name: "stream_end", sql: "select seq from shard where name = $1", parameterTypes: [.text])

  /// The id's own commit, then later ones; each whole, so that no ordinal is skipped.
  private static let from = Statement(
    name: "stream_from",
    sql: """
      select \(StoredEntry.columns) from event where shard = $1 and commit_number = $2
      union all
      (select \(StoredEntry.columns) from event where shard = $1 and commit_number > $2
      order by commit_number fetch first $3 rows with ties)
      """, parameterTypes: [.text, .int8, .int4])

  /// Entries after an id in their order, cut at `limit`; nil when the first of them is older than ``streamMemory``, or
  /// the id is none of this record: of another shard, ahead of it, or no entry of a commit that has entries. The
  /// ordinal `Int.max` is the end of every commit.
  package func events(
    after id: EventID, limit: Int, now: Timestamp
  ) async throws(StoreProblem) -> [StoredEvent]? {
    let rowLimit = try bounded(limit)
    guard id.commit >= 0, id.ordinal >= 0, !id.shard.utf8.contains(0) else { return nil }
    do {
      let shard = try await pool.query(Self.lastCommit.bind(.text(id.shard)))
      guard shard.count > 0, id.commit <= (try shard.first.int8(0)) else { return nil }
      let rows = try await pool.query(Self.from.bind(.text(id.shard), .int8(id.commit), .int4(rowLimit)))
      let entries = try StoredEntry.entries(rows)
      let own = entries.filter { $0.commit == id.commit }
      let isKnown = own.isEmpty || id.ordinal == .max || own.contains { $0.ordinal == id.ordinal }
      guard isKnown else { return nil }
      let later = entries.filter { $0.position > (id.commit, id.ordinal) }.sorted { $0.position < $1.position }
      if let first = later.first, first.at < now - Self.streamMemory { return nil }
      return later.prefix(limit).map { entry in
        StoredEvent(
          id: EventID(shard: entry.shard, commit: entry.commit, ordinal: entry.ordinal), district: entry.district,
          type: entry.type, json: entry.text)
      }
    } catch { throw StoreProblem(error) }
  }
}
