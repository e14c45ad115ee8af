import AlertEngine
import CareJSON
import CareModel
import PQ

/// Rows of telemetry as the bytes of a COPY, straight from the signals.
enum TelemetryRows {
  /// About what a row takes; the buffer grows where it takes more.
  private static let bytesPerRow = 384
  private static let columns = SignalRow.table.columns.map(\.name)

  /// Where the rows of a month go.
  static func target(_ partition: String) -> PQCopyTarget { PQCopyTarget(table: partition, columns: columns) }

  /// The rows, in the order of ``SignalRow``'s columns.
  static func encode(_ entries: [TelemetryQueue.Entry]) -> PQCopyBuffer {
    var buffer = PQCopyBuffer(columnCount: columns.count, capacity: (entries.count + 1) * bytesPerRow)
    for entry in entries { append(entry.signal, to: &buffer) }
    return buffer
  }

  private static func append(_ row: StoredSignal, to buffer: inout PQCopyBuffer) {
    let signal = row.signal
    buffer.beginRow()
    buffer.int4(row.district)
    buffer.uuid(row.id.stored)
    buffer.timestamptz(row.receivedAt.microseconds)
    buffer.text(signal.source.feed.rawValue)
    buffer.text(signal.source.sender)
    buffer.text(signal.source.serial)
    buffer.text(signal.kind.rawValue)
    buffer.timestamptz(signal.occurredAt?.microseconds)
    buffer.int4(signal.batteryPercent.map(Int32.init(clamping:)))
    buffer.text(signal.zone)
    buffer.double(signal.value)
    buffer.text(signal.hospital?.recordText)
    buffer.text(SignalRow.oddities(of: row))
    buffer.bytea(signal.raw)
    buffer.uuid(row.resident?.stored)
    buffer.uuid(row.dwelling?.stored)
    buffer.uuid(row.alert?.stored)
    buffer.text(row.alertClass?.rawValue)
    buffer.text(row.reason)
    buffer.text(row.ruleSetHash)
    buffer.text(SignalRow.messageID(of: row))
    buffer.uuid(SignalRow.digest(of: row)?.stored)
    buffer.timestamptz(row.remembered?.until.microseconds)
  }
}

/// Rows that go to the database together.
struct TelemetryPortion {
  /// How they go there.
  enum Way: Equatable {
    /// By COPY into a month's partition: fails as a whole when one row is there already.
    case copy(partition: String)
    /// By INSERT, which passes over rows that are there already.
    case insert
  }

  var way: Way
  var entries: [TelemetryQueue.Entry]

  /// The portions of a batch: one a month for what is new, and one for what may be there already.
  static func split(_ batch: [TelemetryQueue.Entry]) -> [TelemetryPortion] {
    var portions: [TelemetryPortion] = []
    var months = MonthNames()
    for entry in batch {
      let way: Way =
        entry.isPossibleRepeat ? .insert : .copy(partition: months.partition(at: entry.signal.receivedAt))
      if let index = portions.firstIndex(where: { $0.way == way }) {
        portions[index].entries.append(entry)
      } else {
        portions.append(TelemetryPortion(way: way, entries: [entry]))
      }
    }
    return portions
  }
}

/// Names of the partitions as `ensure_partitions` makes them; remembers the last day asked for.
private struct MonthNames {
  private var day: Int64?
  private var name = ""

  mutating func partition(at moment: Timestamp) -> String {
    let asked = moment.daySince1970
    if asked != day {
      day = asked
      name = MonthPartition.name(of: moment)
    }
    return name
  }
}

/// The partition of the table of signals that holds a moment.
enum MonthPartition {
  static func name(of moment: Timestamp) -> String {
    let (year, month, _) = civilDate(daysSince1970: moment.daySince1970)
    let digits = String(year)
    return "signal_" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
      + (month < 10 ? "0" : "") + String(month)
  }
}

extension Timestamp {
  /// The UTC day, counted from 1970.
  fileprivate var daySince1970: Int64 {
    let day: Int64 = 86_400_000_000
    return microseconds / day - (microseconds % day < 0 ? 1 : 0)
  }
}
