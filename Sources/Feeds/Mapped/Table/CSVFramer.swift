/// Cuts a table into rows (RFC 4180): a line break within quotes belongs to the row.
///
/// Quotes, separators and line breaks are never part of another character, neither in UTF-8 nor in GB 18030, so the
/// bytes are cut before they are decoded. A row that breaks the rules ends at its first line break, so that one stray
/// quote takes no other row with it. At most one row and the last piece are kept.
struct CSVFramer {
  /// One row as it came, without its line break.
  struct Row: Equatable {
    enum Problem: Equatable { case quotes, tooLong }

    var bytes: [UInt8]
    /// The line that it begins at, from 1.
    var line: Int
    var problem: Problem?
  }

  private enum State {
    case beforeTable, fieldStart, plain, quoted
    /// A quote within quotes: the end of the field or the first of two.
    case quoteInQuotes
    /// The field is over, but for a CR.
    case afterQuotes
    /// Something stood behind the closing quote: the row ends at the line break, whatever quotes come.
    case broken
    /// The rest of a row that was too long.
    case skipping
  }

  private let separator: UInt8
  private var state = State.beforeTable
  private var buffer: [UInt8] = []
  /// Where the row begins, and the next byte to be looked at.
  private var start = 0
  private var position = 0
  private var line = 1

  init(separator: UInt8) { self.separator = separator }

  /// Takes the next bytes of the table, cut anywhere.
  mutating func append(_ bytes: [UInt8]) {
    buffer.removeFirst(start)
    position -= start
    start = 0
    buffer += bytes
  }

  /// The next row; nil when more bytes are needed, or none is left.
  ///
  /// - Parameter isEnd: no more bytes will come.
  mutating func next(isEnd: Bool) -> Row? {
    if state == .beforeTable, !skipByteOrderMark(isEnd: isEnd) { return nil }
    while position < buffer.count {
      let byte = buffer[position]
      position += 1
      if state == .skipping {
        start = position
        if byte == 0x0A { beginRow() }
        continue
      }
      if byte == 0x0A, state != .quoted { return row(to: position - 1) }
      let before = state
      state = state(after: byte)
      // Looked for once: the row ends at the next line break anyway.
      if state == .broken, before != .broken, let row = firstLine() { return row }
      if position - start > MappedLimits.maximumRowBytes { return tooLongRow() }
    }
    guard isEnd, start < buffer.count else { return nil }
    if state == .quoted { return firstLine() ?? row(to: buffer.count, .quotes) }
    return row(to: buffer.count)
  }

  private func state(after byte: UInt8) -> State {
    switch state {
    case .fieldStart where byte == UInt8(ascii: "\""): .quoted
    case .fieldStart, .plain: byte == separator ? .fieldStart : .plain
    case .quoted: byte == UInt8(ascii: "\"") ? .quoteInQuotes : .quoted
    case .quoteInQuotes where byte == UInt8(ascii: "\""): .quoted
    case .quoteInQuotes, .afterQuotes:
      byte == separator ? .fieldStart : byte == 0x0D && state == .quoteInQuotes ? .afterQuotes : .broken
    case .broken, .skipping, .beforeTable: state
    }
  }

  /// Whether the table may be read on.
  private mutating func skipByteOrderMark(isEnd: Bool) -> Bool {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    if !isEnd, buffer.count < mark.count, mark.starts(with: buffer) { return false }
    if buffer.starts(with: mark) { start = mark.count }
    position = start
    state = .fieldStart
    return true
  }

  private mutating func beginRow() {
    start = position
    line += 1
    state = .fieldStart
  }

  /// The row that ends before `end`, and the beginning of the next.
  private mutating func row(to end: Int, _ problem: Row.Problem? = nil) -> Row {
    let bytes = Array(buffer[start..<end])
    let row = Row(
      bytes: bytes.last == 0x0D ? bytes.dropLast() : bytes, line: line,
      problem: state == .broken ? .quotes : problem)
    line += bytes.count { $0 == 0x0A }
    position = min(end + 1, buffer.count)
    beginRow()
    return row
  }

  /// The first line of a row that breaks the rules and has further ones, which are rows of their own.
  private mutating func firstLine() -> Row? {
    guard let end = buffer[start..<position].firstIndex(of: 0x0A) else { return nil }
    return row(to: end, .quotes)
  }

  private mutating func tooLongRow() -> Row {
    if state == .quoted || state == .quoteInQuotes || state == .afterQuotes, let row = firstLine() { return row }
    let row = Row(
      bytes: Array(buffer[start..<start + MappedLimits.maximumRowBytes]), line: line, problem: .tooLong)
    start = position
    state = .skipping
    return row
  }
}

/// The fields of one well-formed row in UTF-8.
func csvFields(_ row: [UInt8], separator: UInt8) -> [String] {
  var fields: [String] = []
  var field: [UInt8] = []
  var isQuoted = false
  var wasQuote = false
  func finished() -> String { String(decoding: field, as: UTF8.self) }
  for byte in row {
    let isQuote = byte == UInt8(ascii: "\"")
    if isQuoted, isQuote {
      isQuoted = false
      wasQuote = true
    } else if !isQuoted, isQuote, wasQuote {
      field.append(byte)
      isQuoted = true
      wasQuote = false
    } else if !isQuoted, isQuote, field.isEmpty {
      isQuoted = true
    } else if !isQuoted, byte == separator {
      fields.append(finished())
      field = []
      wasQuote = false
    } else {
      field.append(byte)
    }
  }
  fields.append(finished())
  return fields
}
