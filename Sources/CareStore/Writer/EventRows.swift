import AlertEngine
import CareJSON
import CareModel
import JSONText
import PQ

/// The timeline and event stream: one row a commit, case and district.
package enum EventRows {
  static let table = RowTable(
    "event",
    [
      .text("shard"), .long("commit_number"), .district(), .text("case_key"), .time("at"), .text("entries"),
    ], onConflict: .refuse)

  /// One row.
  package struct Row {
    var number: Int64
    var at: Timestamp
    /// The district whose people may see the entries.
    package var district: DistrictID
    /// The case whose timeline they belong to.
    package var caseKey: CaseKey
    /// Entries with their ordinals in the commit.
    package var entries: [(ordinal: Int, event: CareEvent)] = []
  }

  /// The rows of a commit in the order in which their cases first occur; an entry keeps its ordinal in the commit.
  package static func rows(of commit: Commit) -> [Row] {
    var rows: [Row] = []
    for (ordinal, event) in commit.events.enumerated() {
      var index = rows.firstIndex { $0.caseKey == event.caseKey && $0.district == event.district }
      if index == nil {
        rows.append(Row(number: commit.number, at: commit.at, district: event.district, caseKey: event.caseKey))
        index = rows.count - 1
      }
      if let index { rows[index].entries.append((ordinal, event)) }
    }
    return rows
  }

  static func bind(_ rows: [Row], shard: String, texts: RecordTexts) -> BoundStatement {
    table.statement.bind(
      rows.texts { _ in shard }, rows.longs { $0.number }, rows.districts { $0.district },
      rows.caseKeys { $0.caseKey }, rows.times { $0.at },
      rows.json(bytesEach: 4096) { $0.write(to: &$1, texts: texts) })
  }
}

extension EventRows.Row {
  /// An array of arrays of ordinal and JSON object.
  fileprivate func write(to writer: inout JSONWriter, texts: RecordTexts) {
    writer.beginArray()
    for (ordinal, event) in entries {
      writer.beginArray()
      writer.value(ordinal)
      texts.write(event, to: &writer)
      writer.endArray()
    }
    writer.endArray()
  }
}
