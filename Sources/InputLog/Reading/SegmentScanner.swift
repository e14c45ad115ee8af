/// Goes through one segment: whatever is damaged is passed over up to the next right record.
struct SegmentScanner: Sendable {
  /// Most bytes that are checked in search of the next record behind damage, beside the search for its mark; only
  /// chance can bring up a false mark.
  static let searchBudget = 256 << 20

  private let name: String
  private let number: UInt64
  private let format: RecordFormat
  /// How much of it was synced, where the next segment tells.
  private let synced: Int?
  private var window: ByteWindow
  private var position = SegmentHeader.blockBytes
  private var budget = SegmentScanner.searchBudget

  init(
    _ window: ByteWindow, name: String, number: UInt64, salt: UInt64, synced: Int?, maximumPayload: Int
  ) {
    self.window = window
    self.name = name
    self.number = number
    self.synced = synced
    format = RecordFormat(salt: salt, maximumPayload: maximumPayload)
  }

  /// The next record or finding; nil at the end.
  mutating func next() -> InputLogItem? {
    let item = step()
    guard let bad = window.bad else { return item }
    window.clearBad()
    // The place itself comes as damage with the next step.
    if case .record(_, _, let offset) = item { position = offset }
    if case .finding(let finding) = item { position = finding.offset }
    return .finding(
      InputLogFinding(kind: .unreadable(errno: bad.errno), file: name, offset: bad.offset, length: bad.length))
  }

  private mutating func step() -> InputLogItem? {
    if let (record, size) = record(at: position) {
      defer { position += size }
      return .record(record, segment: number, offset: position)
    }
    let start = position
    let (end, isZero) = search(from: start)
    position = end
    if end < window.length { return finding(isSynced(start) || synced == nil ? .damaged : .tornTail, start, end) }
    let missing = max(end, synced ?? 0)
    guard missing > start else { return nil }
    position = missing
    if isSynced(start) { return finding(.damaged, start, missing) }
    return isZero ? nil : finding(.tornTail, start, end)
  }

  private func isSynced(_ offset: Int) -> Bool { synced.map { offset < $0 } ?? false }

  private func finding(_ kind: InputLogFinding.Kind, _ start: Int, _ end: Int) -> InputLogItem {
    .finding(InputLogFinding(kind: kind, file: name, offset: start, length: end - start))
  }

  /// The record that begins at an offset, and its size.
  private mutating func record(at offset: Int) -> (InputLogRecord, Int)? {
    let format = format
    let prefix = window.load(offset, RecordFormat.prefixBytes)
    guard prefix == RecordFormat.prefixBytes,
      let size = window.withBytes(offset, prefix, { format.size(prefix: $0) }),
      window.load(offset, size) == size, let record = window.withBytes(offset, size, { format.decode($0) })
    else { return nil }
    return (record, size)
  }

  /// Where the next right record begins behind one that is not, or the file's end; and whether all between is zero.
  private mutating func search(from start: Int) -> (end: Int, isZero: Bool) {
    var isZero = true
    var offset = start
    while offset < window.length {
      let count = window.load(offset, ByteWindow.chunkBytes)
      let mark = format.mark
      let found = window.withBytes(offset, count) { bytes -> Int? in
        for index in 0..<count {
          if offset + index > start, count - index >= 4, bytes.number(at: index) == mark { return index }
          if isZero, bytes[index] != 0 { isZero = false }
        }
        return nil
      }
      if let found {
        if isRecord(at: offset + found) { return (offset + found, isZero) }
        isZero = false
        offset += found + 1
      } else {
        // A mark may lie across the end of what was looked at.
        offset += offset + count < window.length ? max(1, count - 3) : count
      }
    }
    return (window.length, isZero)
  }

  private mutating func isRecord(at offset: Int) -> Bool {
    guard budget > 0 else { return false }
    let format = format
    let prefix = window.load(offset, RecordFormat.prefixBytes)
    budget -= window.withBytes(offset, prefix) { format.size(prefix: $0) } ?? RecordFormat.prefixBytes
    return record(at: offset) != nil
  }
}
