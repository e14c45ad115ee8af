import CareJSON
import CareModel
import EngineHost
import PQ

extension PostgresHistory {
  private static let ofResident = Statement(
    name: "suspensions_of_resident",
    sql: """
      select from_at, id, body::text from suspension
      where resident_id = $4 and from_at <= $1 and (from_at < $1 or id > $2)
      order by from_at desc, id limit $3
      """, parameterTypes: [.timestamptz, .uuid, .int4, .uuid])

  private static let one = Statement(
    name: "suspension_by_id", sql: "select body::text from suspension where id = $1 order by district_id desc limit 1",
    parameterTypes: [.uuid])

  /// Suspensions of a person by their start, newest first; each as ``Suspension`` is written everywhere.
  package func suspensions(
    of resident: ResidentID, after cursor: String?, limit: Int
  ) async throws(StoreProblem) -> HistoryPage {
    let limit = try bounded(limit)
    let start = try HistoryCursor(cursor, orStart: HistoryCursor(at: HistoryCursor.latest, id: HistoryCursor.firstID))
    do {
      let rows = try await pool.query(
        Self.ofResident.bind(
          .timestamptz(start.at.microseconds), .uuid(start.id), .int4(limit + 1), .uuid(resident.stored)))
      return try page(rows, limit) { row in
        (try row.text(2), HistoryCursor(at: try row.time(0), id: try row.uuid(1)))
      }
    } catch { throw StoreProblem(error) }
  }

  /// The suspension of this id, whatever its state.
  package func recordedSuspension(_ id: SuspensionID) async throws(StoreProblem) -> Suspension? {
    do {
      let rows = try await pool.query(Self.one.bind(.uuid(id.stored)))
      return try rows.first.map { try Suspension(recordText: $0.text(0)) }
    } catch { throw StoreProblem(error) }
  }
}
