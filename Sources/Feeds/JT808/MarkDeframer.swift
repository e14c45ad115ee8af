/// A frame grew past its limit.
struct FrameTooLarge: Error {}

/// Cuts bytes at their marks (`7E`).
///
/// Every mark ends a frame and may begin one, so that a lost or extra mark costs one frame and no more; what comes
/// before the first mark is skipped.
struct MarkDeframer: Sendable {
  static let mark: UInt8 = 0x7E
  /// Fewer bytes than this are not worth moving.
  private static let compactionBytes = 4096

  let maximumFrameBytes: Int
  private var buffer: [UInt8] = []
  private var start = 0
  private var scanned = 0
  private var hasMark = false

  init(maximumFrameBytes: Int) { self.maximumFrameBytes = maximumFrameBytes }

  /// Bytes that wait, those of an unfinished frame among them.
  var heldBytes: Int { buffer.count - start }

  mutating func append(_ bytes: [UInt8]) { buffer.append(contentsOf: bytes) }

  /// What stands between the next two marks, as sent; empty between the end of one frame and the beginning of another.
  /// Nil when more bytes are needed.
  mutating func next() throws(FrameTooLarge) -> ArraySlice<UInt8>? {
    while let index = buffer[scanned...].firstIndex(of: Self.mark) {
      let content = buffer[start..<index]
      let isPiece = hasMark
      hasMark = true
      start = index + 1
      scanned = start
      guard isPiece else { continue }
      guard content.count <= maximumFrameBytes else { throw FrameTooLarge() }
      return content
    }
    scanned = buffer.count
    if !hasMark { start = buffer.count }
    guard heldBytes <= maximumFrameBytes else { throw FrameTooLarge() }
    compact()
    return nil
  }

  private mutating func compact() {
    guard start == buffer.count || start >= Self.compactionBytes else { return }
    buffer.removeFirst(start)
    scanned -= start
    start = 0
  }
}
