import CareModel
import EngineHost
import PQ

/// The record in PostgreSQL: timelines, the event stream, alerts and signals, read only.
package struct PostgresHistory: HistoryStore {
  /// Most rows of a page.
  package static let maximumPage = 500
  /// How far back the event stream can be resumed.
  package static let streamMemory = TimeSpan.hours(24)

  private static let timeline = Statement(
    name: "timeline",
    sql: """
      select \(StoredEntry.columns) from event where case_key = $1 and at >= $2
      order by at fetch first $3 rows with ties
      """, parameterTypes: [.text, .timestamptz, .int4])

  let pool: PQPool

  /// A record over a pool that the engine does not use.
  package init(pool: PQPool) { self.pool = pool }

  /// Entries of one case from `since` on, oldest first.
  package func timeline(
    _ caseKey: CaseKey, since: Timestamp, limit: Int
  ) async throws(StoreProblem) -> [String] {
    let rowLimit = try bounded(limit)
    let since = max(since, Self.earliest)
    do {
      let rows = try await pool.query(
        Self.timeline.bind(.text(caseKey.description), .timestamptz(since.microseconds), .int4(rowLimit)))
      let entries = try StoredEntry.entries(rows).sorted {
        ($0.at, $0.shard, $0.commit, $0.ordinal) < ($1.at, $1.shard, $1.commit, $1.ordinal)
      }
      return entries.prefix(limit).map(\.text)
    } catch { throw StoreProblem(error) }
  }

  /// Earlier than anything that is kept, and a moment that PostgreSQL has.
  static let earliest = Timestamp(microseconds: 0)

  /// A page's limit as the database takes it.
  func bounded(_ limit: Int) throws(StoreProblem) -> Int32 {
    guard (1...Self.maximumPage).contains(limit) else {
      throw StoreProblem(code: .invalid, description: "A page has 1 to \(Self.maximumPage) rows.")
    }
    return Int32(limit)
  }
}
