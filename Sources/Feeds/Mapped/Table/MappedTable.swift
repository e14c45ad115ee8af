import CareModel
import FeedSession
import JSONText
import TextCodecs

/// What one row of a table became.
package struct TableRow: Sendable, Equatable {
  /// Why a row could not be read by its columns.
  package enum Problem: String, Sendable, CaseIterable {
    /// Text of none of the mapping's character sets.
    case notText
    /// Something behind a closing quote, or a quote that is never closed.
    case quotes
    /// Fewer or more fields than columns, or more than ``MappedLimits/maximumColumns``.
    case columnCount
    /// More than ``MappedLimits/maximumRowBytes``; the rest of the row is not kept.
    case rowTooLong
    /// The header itself could not be read, so nobody knows what the fields are.
    case noHeader
    /// More than ``MappedLimits/maximumRows`` or ``MappedLimits/maximumTableBytes``; the rest is not read.
    case tableTooLarge
  }

  /// The line that the row begins at, from 1; 0 when it is about the table as a whole.
  package let line: Int
  /// At least one; of a row with a problem one of kind `unknown` with the row as it came.
  package let signals: [Signal]
  /// Nil when the row was read.
  package let problem: Problem?
}

/// Reads one table, piece by piece: bytes cut anywhere in, rows out. Memory is bounded by one row and one piece.
package struct MappedTable: Sendable {
  private enum Header {
    /// So many title rows are still skipped.
    case awaited(titles: Int)
    case columns([String])
    case unreadable
  }

  /// The columns that the mapping names and the header lacks; known once the header was read.
  package private(set) var missingColumns: [String] = []

  private let mapping: TableMapping
  private var framer: CSVFramer
  private var header: Header
  private var byteCount = 0
  private var rowCount = 0
  private var isOver = false

  /// A reader at the beginning of a table.
  package init(mapping: TableMapping) {
    self.mapping = mapping
    framer = CSVFramer(separator: mapping.separator)
    header = .awaited(titles: mapping.titleRows)
  }

  /// Reads a whole table.
  package static func decode(_ bytes: [UInt8], mapping: TableMapping) -> [TableRow] {
    var table = Self(mapping: mapping)
    return table.receive(bytes) + table.finish()
  }

  /// Takes the next bytes; the rows that are complete with them.
  package mutating func receive(_ bytes: [UInt8]) -> [TableRow] {
    guard !isOver else { return [] }
    let room = MappedLimits.maximumTableBytes - byteCount
    byteCount += min(bytes.count, room)
    framer.append(bytes.count > room ? Array(bytes.prefix(room)) : bytes)
    var rows = rows(isEnd: false)
    if bytes.count > room, !isOver { rows += tooLarge() }
    return rows
  }

  /// Says that the table is complete; its last row, when that has no line break.
  package mutating func finish() -> [TableRow] {
    let rows = isOver ? [] : rows(isEnd: true)
    isOver = true
    return rows
  }

  private mutating func rows(isEnd: Bool) -> [TableRow] {
    var rows: [TableRow] = []
    while !isOver, let row = framer.next(isEnd: isEnd) {
      guard row.problem != nil || !isEmpty(row.bytes), let read = read(row) else { continue }
      rowCount += 1
      if rowCount > MappedLimits.maximumRows { return rows + tooLarge() }
      rows.append(read)
    }
    return rows
  }

  /// Rows of nothing but separators, as spreadsheets leave them behind, say nothing.
  private func isEmpty(_ row: [UInt8]) -> Bool { row.allSatisfy { isBlank($0) || $0 == mapping.separator } }

  private mutating func tooLarge() -> [TableRow] {
    isOver = true
    let signal = Signal(
      source: SignalSource(feed: .mapped, sender: mapping.name), kind: .unknown, oddities: [.tooLarge])
    return [TableRow(line: 0, signals: [signal], problem: .tableTooLarge)]
  }

  // MARK: rows

  /// Nil for lines above the data.
  private mutating func read(_ row: CSVFramer.Row) -> TableRow? {
    switch header {
    case .awaited(let titles) where titles > 0:
      header = .awaited(titles: titles - 1)
      return nil
    case .awaited:
      if let columns = mapping.columns {
        adopt(columns)
        return read(row, columns: columns)
      }
      guard row.problem == nil, let fields = fields(of: row), fields.count <= MappedLimits.maximumColumns else {
        header = .unreadable
        return unreadable(row, .noHeader)
      }
      adopt(fields.map(trimmed))
      return nil
    case .columns(let columns): return read(row, columns: columns)
    case .unreadable: return unreadable(row, .noHeader)
    }
  }

  /// Separators behind the last name, as spreadsheets leave them, make no columns.
  private mutating func adopt(_ names: [String]) {
    let columns = Array(names.prefix((names.lastIndex { !$0.isEmpty } ?? -1) + 1))
    header = .columns(columns)
    missingColumns = mapping.mappedColumns.filter { !columns.contains($0) }
  }

  private func read(_ row: CSVFramer.Row, columns: [String]) -> TableRow {
    switch row.problem {
    case .quotes: return unreadable(row, .quotes)
    case .tooLong: return unreadable(row, .rowTooLong)
    case nil: break
    }
    guard let fields = fields(of: row) else { return unreadable(row, .notText) }
    let isWhole = fields.count >= columns.count || mapping.mayBeShort
    guard isWhole, fields.dropFirst(columns.count).allSatisfy({ trimmed($0).isEmpty }) else {
      return unreadable(row, .columnCount)
    }
    let members = zip(columns, fields).filter { !$0.0.isEmpty }.map { JSONMember(key: $0, value: .string($1)) }
    let reader = ItemReader(mapping: mapping.row, sender: mapping.name)
    let signals = reader.signals(of: .object(members), body: nil, raw: row.bytes) { without in
      digest(of: members, without: without)
    }
    return TableRow(line: row.line, signals: signals, problem: nil)
  }

  /// What the row says, whatever its quotes, blanks and character set are.
  private func digest(of members: [JSONMember], without: [String]) -> String {
    var text: [UInt8] = []
    for member in members where !without.contains(member.key) {
      let value = trimmed(member.value.string ?? "")
      text += "\(member.key.utf8.count):\(member.key)\(value.utf8.count):\(value)".utf8
    }
    return contentDigest(text)
  }

  private func fields(of row: CSVFramer.Row) -> [String]? {
    for codec in mapping.encodings {
      guard let text = try? codec.decode(row.bytes) else { continue }
      return csvFields(Array(text.utf8), separator: mapping.separator)
    }
    return nil
  }

  private func unreadable(_ row: CSVFramer.Row, _ problem: TableRow.Problem) -> TableRow {
    let oddity: SignalOddity =
      switch problem {
      case .notText: .notText
      case .rowTooLong, .tableTooLarge: .tooLarge
      case .quotes, .columnCount, .noHeader: .missingField
      }
    let signal = Signal(
      source: SignalSource(feed: .mapped, sender: mapping.name), kind: .unknown,
      repeatKey: .message(id: "row|" + contentDigest(row.bytes), window: IdentitySource.repeatWindow),
      oddities: [oddity], raw: row.bytes)
    return TableRow(line: row.line, signals: [signal], problem: problem)
  }
}
