import CareJSON
import CareModel
import PQ

/// Suspensions, each whole.
package enum SuspensionRows {
  static let table = RowTable(
    "suspension",
    [
      .district(), .uuid("id"), .text("case_key"), .uuid("resident_id"), .uuid("owner_id"), .text("holds"),
      .text("state"), .time("from_at"), .time("until_at"), .time("ended_at"), .time("deadline_at"), .text("body"),
    ], onConflict: .replace(key: districtKey))

  /// The statement that writes them.
  package static func bind(_ rows: [Suspension]) -> BoundStatement {
    table.statement.bind(
      rows.districts { $0.district }, rows.uuids { $0.id }, rows.caseKeys { $0.caseKey },
      rows.uuids { $0.resident }, rows.uuids { $0.owner }, rows.texts { $0.holds.rawValue },
      rows.texts { $0.state.rawValue }, rows.times { $0.from }, rows.times { $0.until }, rows.times { $0.endedAt },
      rows.times { $0.nextDeadline }, rows.json { $0.writeRecord(to: &$1) })
  }
}
