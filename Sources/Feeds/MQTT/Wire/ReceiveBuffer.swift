/// Bytes that were received and not yet taken; they are moved rarely, and not at all when every chunk holds whole
/// packets.
struct ReceiveBuffer: Sendable {
  private var bytes: [UInt8] = []
  private var start = 0

  /// Bytes below this are not worth moving.
  private static let compactionBytes = 4096

  /// How many bytes wait.
  var count: Int { bytes.count - start }

  /// What waits.
  var unread: ArraySlice<UInt8> { bytes[start...] }

  mutating func append(_ chunk: [UInt8]) {
    if start == bytes.count {
      bytes = chunk
      start = 0
      return
    }
    if start >= Self.compactionBytes, start > bytes.count / 2 {
      bytes.removeFirst(start)
      start = 0
    }
    bytes.append(contentsOf: chunk)
  }

  mutating func consume(_ count: Int) {
    start += min(count, self.count)
  }

  mutating func removeAll() {
    bytes = []
    start = 0
  }
}
