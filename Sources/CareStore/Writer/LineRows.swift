import AlertEngine
import CareModel
import PQ

/// How the lines to devices stand.
enum LineRows {
  static let table = RowTable(
    "device_line", [.text("serial"), .text("state"), .time("since")], onConflict: .replace(key: ["serial"]))

  static func bind(_ rows: [DeviceLine]) -> BoundStatement {
    table.statement.bind(rows.texts { $0.serial }, rows.texts { $0.state.rawValue }, rows.times { $0.since })
  }

  /// Every device that was heard or whose line has changed.
  static let all = """
    select coalesce(heard.serial, line.serial) as serial, heard.heard_at, line.state, line.since
    from device_supervision heard full join device_line line on heard.serial = line.serial order by 1
    """

  /// Reads a row of ``all``; of a state that this version does not know the deadline runs anew.
  static func known(_ row: PQRow) throws -> KnownLine {
    let serial = try row.text(0)
    let heardAt = try row.timestamptzOrNil(1).map { Timestamp(microseconds: $0) }
    guard let state = try row.textOrNil(2) else { return KnownLine(serial: serial, heardAt: heardAt) }
    let since = Timestamp(microseconds: try row.timestamptz(3))
    let line = DeviceLine(serial: serial, state: DeviceLine.State(rawValue: state) ?? .present, since: since)
    return KnownLine(serial: serial, heardAt: heardAt, line: line)
  }
}
