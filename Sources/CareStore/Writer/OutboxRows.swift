import AlertEngine
import CareJSON
import CareModel
import PQ

/// Notifications that wait, and the marks of those that are done with.
enum OutboxRows {
  /// A mark stays when its notification is written again: `fate` is not among the columns.
  static let table = RowTable(
    "outbox",
    [
      .district(), .uuid("id"), .text("case_key"), .text("class"), .time("created_at"), .time("expires_at"),
      .integer("attempts"), .text("body"),
    ], onConflict: .replace(key: districtKey))

  static let mark = Statement(
    name: "mark_outbox",
    sql: """
      update outbox set fate = marks.fate, attempts = marks.attempts
      from unnest($1, $2, $3, $4) as marks(district_id, id, fate, attempts)
      where outbox.district_id = marks.district_id and outbox.id = marks.id
      """, parameterTypes: [.int4Array, .uuidArray, .textArray, .int4Array])

  static func bind(_ rows: [Notification]) -> BoundStatement {
    table.statement.bind(
      rows.districts { $0.district }, rows.uuids { $0.id }, rows.caseKeys { $0.caseKey },
      rows.texts { $0.alertClass.rawValue }, rows.times { $0.createdAt }, rows.times { $0.expiresAt },
      rows.integers { $0.attempts }, rows.json { $0.writeRecord(to: &$1) })
  }

  static func bind(_ marks: [OutboxMark]) -> BoundStatement {
    mark.bind(
      marks.districts { $0.district }, marks.uuids { $0.notification }, marks.texts { $0.fate.rawValue },
      marks.integers { $0.attempts })
  }
}
