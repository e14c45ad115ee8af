import CareJSON
import CareModel
import PQ

/// Stays, each with the time of the commit that changed it last.
enum StayRows {
  static let table = RowTable(
    "stay",
    [
      .district(), .uuid("id"), .text("case_key"), .uuid("resident_id"), .text("hospital_code"),
      .text("visit_number"), .flag("is_open"), .time("known_at"), .time("changed_at"), .text("body"),
    ], onConflict: .replace(key: districtKey))

  static func bind(_ rows: [(stay: Stay, changedAt: Timestamp)]) -> BoundStatement {
    table.statement.bind(
      rows.districts { $0.stay.district }, rows.uuids { $0.stay.id }, rows.caseKeys { $0.stay.caseKey },
      rows.uuids { $0.stay.resident }, rows.texts { $0.stay.hospitalCode }, rows.texts { $0.stay.visitNumber },
      rows.flags { $0.stay.isOpen }, rows.times { $0.stay.knownAt }, rows.times { $0.changedAt },
      rows.json { $0.stay.writeRecord(to: &$1) })
  }
}

/// Reminders.
enum ReminderRows {
  static let table = RowTable(
    "reminder",
    [
      .district(), .uuid("id"), .text("case_key"), .uuid("stay_id"), .text("audience"), .text("state"),
      .time("deadline"), .text("body"),
    ], onConflict: .replace(key: districtKey))

  static func bind(_ rows: [Reminder]) -> BoundStatement {
    table.statement.bind(
      rows.districts { $0.district }, rows.uuids { $0.id }, rows.caseKeys { $0.caseKey },
      rows.uuids { $0.stay }, rows.texts { $0.audience.rawValue }, rows.texts { $0.state.rawValue },
      rows.times { $0.deadline }, rows.json { $0.writeRecord(to: &$1) })
  }
}
