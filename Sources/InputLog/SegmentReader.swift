/// What reading a log has found.
package struct LogFindings: Sendable, Equatable {
  /// A stretch of a file that holds no right record.
  package struct Damage: Sendable, Equatable {
    /// The file's name.
    package var file: String
    /// Where it begins.
    package var offset: Int
    /// How long it is.
    package var length: Int
    /// It is the end of its file: the write that a crash cut short.
    package var isTornTail: Bool
  }

  /// Right records.
  package var records = 0
  /// What is none.
  package var damages: [Damage] = []

  /// Nothing found yet.
  package init() {}
}

/// Goes through the bytes of one segment: whatever is damaged is passed over, and the rest is read.
struct SegmentReader {
  private let bytes: [UInt8]
  private let file: String
  private let maximumPayload: Int
  private var position: Int

  init(_ bytes: [UInt8], file: String, maximumPayload: Int) {
    self.bytes = bytes
    self.file = file
    self.maximumPayload = maximumPayload
    position = bytes.starts(with: SegmentFormat.header) ? SegmentFormat.header.count : 0
  }

  /// The payload of the next record; nil at the end.
  mutating func next(_ findings: inout LogFindings) -> ArraySlice<UInt8>? {
    let start = position
    while position < bytes.count {
      if let payload = SegmentFormat.payload(in: bytes, at: position, maximumPayload: maximumPayload) {
        note(from: start, to: position, isTornTail: false, &findings)
        position = payload.upperBound
        findings.records += 1
        return bytes[payload]
      }
      position = nextMark(after: position)
    }
    note(from: start, to: bytes.count, isTornTail: true, &findings)
    return nil
  }

  /// Where the next record may begin.
  private func nextMark(after start: Int) -> Int {
    var index = start + 1
    while index + SegmentFormat.mark.count <= bytes.count {
      if bytes[index] == SegmentFormat.mark[0], bytes[index..<index + 4].elementsEqual(SegmentFormat.mark) {
        return index
      }
      index += 1
    }
    return bytes.count
  }

  private func note(from start: Int, to end: Int, isTornTail: Bool, _ findings: inout LogFindings) {
    guard end > start else { return }
    findings.damages.append(.init(file: file, offset: start, length: end - start, isTornTail: isTornTail))
  }
}
