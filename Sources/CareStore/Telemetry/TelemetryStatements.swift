import AlertEngine
import CareModel
import PQ

/// The statements of telemetry; both can be repeated without harm.
enum TelemetryStatements {
  private static let rows = Statement(
    name: "write_telemetry", sql: SignalRow.table.statement.sql + " on conflict do nothing",
    parameterTypes: SignalRow.table.statement.parameterTypes)

  private static let heard = Statement(
    name: "write_heard",
    sql: """
      insert into device_supervision as s (serial, heard_at, battery_percent)
      select * from unnest($1, $2, $3)
      on conflict (serial) do update set heard_at = greatest(s.heard_at, excluded.heard_at),
        battery_percent = coalesce(excluded.battery_percent, s.battery_percent)
      """, parameterTypes: [.textArray, .timestamptzArray, .int4Array])

  /// Inserts rows; one that is there already stays as it is.
  static func insert(_ entries: [TelemetryQueue.Entry]) -> BoundStatement {
    rows.bind(SignalRow.bind(entries.map { writable($0.signal) }).values)
  }

  /// Notes when devices were heard.
  static func note(_ devices: ArraySlice<(serial: String, heard: TelemetryQueue.Heard)>) -> BoundStatement {
    let devices = Array(devices)
    return heard.bind(
      devices.texts { $0.serial }, devices.times { $0.heard.at }, devices.integers { $0.heard.batteryPercent })
  }

  /// The signal without U+0000 in its texts, which the database does not keep; the raw bytes stay as they came.
  private static func writable(_ row: StoredSignal) -> StoredSignal {
    var row = row
    row.signal.zone = row.signal.zone.map(writable)
    row.signal.source.sender = writable(row.signal.source.sender)
    row.signal.source.serial = row.signal.source.serial.map(writable)
    if case .message(let id, let window) = row.signal.repeatKey {
      row.signal.repeatKey = .message(id: writable(id), window: window)
    }
    return row
  }

  static func writable(_ text: String) -> String {
    guard text.utf8.contains(0) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value == 0 ? "\u{FFFD}" : $0 }))
  }
}
