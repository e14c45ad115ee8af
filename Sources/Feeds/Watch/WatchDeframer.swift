/// A frame says that it is larger than its limit, or grew past it.
struct FrameTooLarge: Error {}

/// Finds frames in bytes cut anywhere.
///
/// A content ends where the head says, when there is a `]`: it may hold `]` and `*` itself. Some makers count wrong;
/// their content ends at the first `]`. What stands between frames is skipped.
struct WatchDeframer: Sendable {
  /// What is found.
  enum Found: Sendable, Equatable {
    case frame(WatchFrame)
    /// A voice message (TK), another recording or a picture; its bytes are not kept.
    case skipped(WatchHeader, command: String)
  }

  /// Commands whose content is binary and may be large.
  private static let binaryCommands = ["TK", "JXTK", "IMG", "img"]
  /// A shorter content of these commands is an answer to the server (`TK,1`).
  private static let minimumBinaryBytes = 8
  /// A longer command is none that we know.
  private static let maximumCommandBytes = 16
  /// Fewer bytes than this are not worth moving.
  private static let compactionBytes = 4096
  private static let open = UInt8(ascii: "[")
  private static let end = UInt8(ascii: "]")

  let maximumContentBytes: Int
  private var buffer: [UInt8] = []
  private var start = 0
  private var skipping: (header: WatchHeader, command: String, left: Int)?

  init(maximumContentBytes: Int) { self.maximumContentBytes = maximumContentBytes }

  /// Bytes that wait, those of an unfinished frame among them.
  var heldBytes: Int { buffer.count - start }

  mutating func append(_ bytes: [UInt8]) { buffer.append(contentsOf: bytes) }

  /// The next frame; nil when more bytes are needed.
  mutating func next() throws(FrameTooLarge) -> Found? {
    defer { compact() }
    while true {
      if let (header, command, left) = skipping {
        let taken = min(left, heldBytes)
        start += taken
        skipping = left == taken ? nil : (header, command, left - taken)
        return left == taken ? .skipped(header, command: command) : nil
      }
      guard let header = nextHeader(), let command = command(header) else { return nil }
      if Self.binaryCommands.contains(command), header.length >= Self.minimumBinaryBytes {
        start += header.byteCount
        skipping = (header, command, header.length)
        continue
      }
      guard header.length <= maximumContentBytes else { throw FrameTooLarge() }
      return try textFrame(header)
    }
  }

  /// Something waits that ends like a frame.
  var endsLikeAFrame: Bool { skipping == nil && heldBytes > 0 && buffer.last == Self.end }

  /// Takes what waits as a frame that is shorter than it says: up to where another begins, else all of it.
  mutating func takeShort() -> WatchFrame? {
    guard endsLikeAFrame, let header = nextHeader() else { return nil }
    let content = buffer[(start + header.byteCount)...]
    let boundary = zip(content, content.dropFirst()).enumerated().first { $0.element == (Self.end, Self.open) }
    let length = boundary?.offset ?? content.count - 1
    guard length >= 0 else { return nil }
    return take(header, contentLength: length)
  }

  /// The head at the next `[`; what is before it and what is no head is skipped.
  private mutating func nextHeader() -> WatchHeader? {
    while let open = buffer[start...].firstIndex(of: Self.open) {
      start = open
      switch WatchHeader.read(buffer[open...]) {
      case .header(let header): return header
      case .unfinished: return nil
      case .noHeader: start += 1
      }
    }
    start = buffer.count
    return nil
  }

  /// The beginning of the content up to the first comma; nil when it is not whole yet.
  private func command(_ header: WatchHeader) -> String? {
    let beginning = buffer[(start + header.byteCount)...].prefix(Self.maximumCommandBytes)
    let command = beginning.prefix { $0 != UInt8(ascii: ",") && $0 != Self.end }
    guard command.count < beginning.count || beginning.count == Self.maximumCommandBytes else { return nil }
    return String(decoding: command, as: UTF8.self)
  }

  private mutating func textFrame(_ header: WatchHeader) throws(FrameTooLarge) -> Found? {
    let content = buffer[(start + header.byteCount)...]
    guard content.count > header.length else { return nil }
    if content[content.startIndex + header.length] == Self.end {
      return .frame(take(header, contentLength: header.length))
    }
    if let end = content.prefix(maximumContentBytes + 1).firstIndex(of: Self.end) {
      return .frame(take(header, contentLength: end - content.startIndex))
    }
    guard content.count <= maximumContentBytes else { throw FrameTooLarge() }
    return nil
  }

  private mutating func take(_ header: WatchHeader, contentLength: Int) -> WatchFrame {
    let contentStart = start + header.byteCount
    let end = contentStart + contentLength
    let frame = WatchFrame(
      header: header, content: buffer[contentStart..<end], raw: buffer[start...end])
    start = end + 1
    return frame
  }

  private mutating func compact() {
    guard start == buffer.count || start >= Self.compactionBytes else { return }
    buffer.removeFirst(start)
    start = 0
  }
}
