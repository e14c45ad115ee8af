import AlertEngine
import CareJSON
import CareModel
import PQ

/// A signal as a row of the partitioned table; written by groups and by telemetry.
enum SignalRow {
  static let table = RowTable(
    "signal",
    [
      .district(), .uuid("id"), .time("received_at"), .text("feed"), .text("sender"), .text("serial"),
      .text("kind"), .time("occurred_at"), .integer("battery_percent"), .text("zone"), .double("value"),
      .text("hospital"), .text("oddities"), .bytes("raw"), .uuid("resident_id"), .uuid("dwelling_id"),
      .uuid("alert_id"), .text("alert_class"), .text("reason"), .text("rule_set_hash"), .text("message_id"),
      .uuid("message_digest"), .time("repeat_until"),
    ], onConflict: .refuse)

  static func bind(_ rows: [StoredSignal]) -> BoundStatement {
    table.statement.bind(
      rows.districts { $0.district }, rows.uuids { $0.id }, rows.times { $0.receivedAt },
      rows.texts { $0.signal.source.feed.rawValue }, rows.texts { $0.signal.source.sender },
      rows.texts { $0.signal.source.serial }, rows.texts { $0.signal.kind.rawValue },
      rows.times { $0.signal.occurredAt }, rows.integers { $0.signal.batteryPercent },
      rows.texts { $0.signal.zone }, rows.doubles { $0.signal.value },
      rows.texts { $0.signal.hospital?.recordText }, rows.texts { oddities(of: $0) },
      rows.bytes { $0.signal.raw }, rows.uuids { $0.resident }, rows.uuids { $0.dwelling },
      rows.uuids { $0.alert }, rows.texts { $0.alertClass?.rawValue }, rows.texts { $0.reason },
      rows.texts { $0.ruleSetHash }, rows.texts { messageID(of: $0) }, rows.uuids { digest(of: $0) },
      rows.times { $0.remembered?.until })
  }

  static func oddities(of row: StoredSignal) -> String {
    row.signal.oddities.isEmpty ? "" : row.signal.oddities.map(\.rawValue).joined(separator: ",")
  }

  static func messageID(of row: StoredSignal) -> String? {
    if case .message(let id, _) = row.signal.repeatKey { id } else { nil }
  }

  static func digest(of row: StoredSignal) -> Identifier<MessageDigest>? {
    row.remembered.map { Identifier(high: $0.digest.high, low: $0.digest.low) }
  }
}
