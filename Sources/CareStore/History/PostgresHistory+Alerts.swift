import CareModel
import EngineHost
import PQ

extension PostgresHistory {
  private static let unresolved = alerts("unresolved_alerts", where: "state <> 'resolved'")
  private static let resolved = alerts("resolved_alerts", where: "state = 'resolved'")

  private static let one = Statement(
    name: "alert_by_id",
    sql: """
      select district_id, case_key, opened_at, body::text from alert where id = $1 order by district_id desc limit 1
      """, parameterTypes: [.uuid])

  private static func alerts(_ name: String, where condition: String) -> Statement {
    Statement(
      name: name,
      sql: """
        select opened_at, id, body::text from alert
        where \(condition) and opened_at <= $1 and (opened_at < $1 or id > $2)
        order by opened_at desc, id limit $3
        """, parameterTypes: [.timestamptz, .uuid, .int4])
  }

  /// Alerts by the time they were opened, newest first; each as ``Alert`` is written everywhere.
  package func alerts(
    resolved: Bool, after cursor: String?, limit: Int
  ) async throws(StoreProblem) -> HistoryPage {
    let limit = try bounded(limit)
    let start = try HistoryCursor(cursor, orStart: HistoryCursor(at: HistoryCursor.latest, id: HistoryCursor.firstID))
    let statement = resolved ? Self.resolved : Self.unresolved
    do {
      let rows = try await pool.query(
        statement.bind(.timestamptz(start.at.microseconds), .uuid(start.id), .int4(limit + 1)))
      return try page(rows, limit) { row in
        (try row.text(2), HistoryCursor(at: try row.time(0), id: try row.uuid(1)))
      }
    } catch { throw StoreProblem(error) }
  }

  /// The alert of this id, whatever its state.
  package func recordedAlert(_ id: AlertID) async throws(StoreProblem) -> RecordedAlert? {
    do {
      let rows = try await pool.query(Self.one.bind(.uuid(id.stored)))
      guard rows.count > 0 else { return nil }
      let row = try rows.first
      guard let caseKey = CaseKey(try row.text(1)) else {
        throw StoreProblem(code: .conflict, description: "The alert's case is none that this version knows.")
      }
      return RecordedAlert(
        json: try row.text(3), district: try row.int4(0), caseKey: caseKey, openedAt: try row.time(2))
    } catch { throw StoreProblem(error) }
  }

  /// A page from `limit + 1` rows: the one too many says that there is a next page.
  func page(
    _ rows: PQRows, _ limit: Int32, _ read: (PQRow) throws -> (json: String, cursor: HistoryCursor)
  ) throws -> HistoryPage {
    var page = HistoryPage(rows: [], next: nil)
    var last: HistoryCursor?
    for row in rows.prefix(Int(limit)) {
      let entry = try read(row)
      page.rows.append(entry.json)
      last = entry.cursor
    }
    if rows.count > Int(limit) { page.next = last?.text }
    return page
  }
}

/// Where a page ends: the time and id of its last row; opaque outside.
struct HistoryCursor: Equatable {
  /// The time of the row.
  var at: Timestamp
  /// Its id.
  var id: PQUUID

  /// Later than anything that is kept, and a moment that PostgreSQL has.
  static let latest = Timestamp(seconds: 253_402_300_799)
  /// Before all ids.
  static let firstID = PQUUID(high: 0, low: 0)
  /// After all ids.
  static let lastID = PQUUID(high: .max, low: .max)

  /// A cursor.
  init(at: Timestamp, id: PQUUID) {
    self.at = at
    self.id = id
  }

  /// Reads a cursor's text; `start` when there is none.
  init(_ text: String?, orStart start: HistoryCursor) throws(StoreProblem) {
    guard let text else {
      self = start
      return
    }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let microseconds = Int64(parts[0]), let id = SignalID(parts[1]),
      (0...HistoryCursor.latest.microseconds).contains(microseconds)
    else { throw StoreProblem(code: .invalid, description: "The cursor is none of this list.") }
    self.init(at: Timestamp(microseconds: microseconds), id: id.stored)
  }

  /// The text that a client gives back.
  var text: String { "\(at.microseconds).\(SignalID(stored: id))" }
}
