import AlertEngine
import CareJSON
import CareModel
import PQ

/// Alerts: those that are resolved come first, so that their key is free for the next.
package enum AlertRows {
  static let table = RowTable(
    "alert",
    [
      .district(), .uuid("id"), .text("case_key"), .text("key"), .text("class"), .text("kind"), .text("state"),
      .uuid("resident_id"), .uuid("dwelling_id"), .text("serial"), .time("opened_at"), .time("resolved_at"),
      .time("reopenable_until"), .time("deadline_at"), .text("body"),
    ], onConflict: .replace(key: districtKey))

  /// The statement that writes them.
  package static func bind(_ alerts: [Alert], texts: RecordTexts = RecordTexts()) -> BoundStatement {
    let rows = alerts.filter { $0.state == .resolved } + alerts.filter { $0.state != .resolved }
    return table.statement.bind(
      rows.districts { $0.district }, rows.uuids { $0.id }, rows.caseKeys { $0.caseKey },
      rows.texts { $0.key }, rows.texts { $0.alertClass.rawValue }, rows.texts { $0.kind.rawValue },
      rows.texts { $0.state.rawValue }, rows.uuids { $0.resident }, rows.uuids { $0.dwelling },
      rows.texts { $0.serial }, rows.times { $0.openedAt }, rows.times { $0.resolution?.at },
      rows.times { alert in alert.resolution.map { $0.at + alert.window } }, rows.times { $0.nextDeadline },
      rows.json { texts.write($0, to: &$1) })
  }
}

/// Tasks, each whole with its slots.
enum TaskRows {
  static let table = RowTable(
    "task",
    [
      .district(), .uuid("id"), .text("case_key"), .text("kind"), .text("state"), .flag("is_finished"),
      .uuid("alert_id"), .uuid("stay_id"), .uuid("resident_id"), .uuid("dwelling_id"), .time("created_at"),
      .time("starts_at"), .time("deadline_at"), .text("body"),
    ], onConflict: .replace(key: districtKey))

  static func bind(_ rows: [WorkTask], texts: RecordTexts) -> BoundStatement {
    table.statement.bind(
      rows.districts { $0.district }, rows.uuids { $0.id }, rows.caseKeys { $0.caseKey },
      rows.texts { $0.kind.rawValue }, rows.texts { $0.state.rawValue }, rows.flags { $0.state.isFinished },
      rows.uuids { $0.alert }, rows.uuids { $0.stay }, rows.uuids { $0.resident }, rows.uuids { $0.dwelling },
      rows.times { $0.createdAt }, rows.times { $0.startsAt }, rows.times { $0.nextDeadline },
      rows.json { texts.write($0, to: &$1) })
  }
}

/// Offers: those that leave `accepted` come before those that enter it.
package enum OfferRows {
  static let table = RowTable(
    "offer",
    [
      .district(), .uuid("id"), .uuid("task_id"), .integer("slot"), .uuid("staff_id"), .text("state"),
      .time("sent_at"), .time("expires_at"), .text("reason"),
    ], onConflict: .replace(key: districtKey))

  /// The statement that writes them.
  package static func bind(_ offers: [Offer]) -> BoundStatement {
    let rows = offers.filter { $0.state != .accepted } + offers.filter { $0.state == .accepted }
    return table.statement.bind(
      rows.districts { $0.district }, rows.uuids { $0.id }, rows.uuids { $0.task }, rows.integers { $0.slot },
      rows.uuids { $0.staff }, rows.texts { $0.state.rawValue }, rows.times { $0.sentAt },
      rows.times { $0.expiresAt }, rows.texts { $0.reason })
  }
}

/// Calls.
enum CallRows {
  static let table = RowTable(
    "call",
    [
      .district(), .uuid("id"), .uuid("alert_id"), .text("outcome"), .time("at"), .uuid("by_staff_id"),
      .text("body"),
    ], onConflict: .replace(key: districtKey))

  static func bind(_ rows: [Call]) -> BoundStatement {
    table.statement.bind(
      rows.districts { $0.district }, rows.uuids { $0.id }, rows.uuids { $0.alert },
      rows.texts { $0.outcome.rawValue }, rows.times { $0.at }, rows.uuids { $0.by },
      rows.json { $0.writeRecord(to: &$1) })
  }
}
