/// Finds frames in bytes cut anywhere, those of terminals that forget to escape a mark among them.
///
/// A piece between marks whose check byte is right is a frame, always. One whose check byte is wrong and that is
/// shorter than its head says is tried together with the pieces behind it.
struct FrameReader: Sendable {
  /// What is found.
  enum Found: Sendable, Equatable {
    case frame(JT808Frame)
    /// A wrong check byte; the head is what it reads like.
    case damaged(JT808Header, raw: [UInt8])
    /// Too short for a frame.
    case junk
  }

  private var deframer: MarkDeframer
  /// A frame without its end so far, as sent; within the limit of a frame.
  private var unfinished: [UInt8] = []
  /// Found behind an unfinished one that is told first.
  private var following: JT808Frame?

  init(maximumFrameBytes: Int) { deframer = MarkDeframer(maximumFrameBytes: maximumFrameBytes) }

  /// Bytes that wait between marks or for their first look.
  var heldBytes: Int { deframer.heldBytes }

  mutating func append(_ bytes: [UInt8]) { deframer.append(bytes) }

  /// The next find; nil when more bytes are needed.
  mutating func next() throws(FrameTooLarge) -> Found? {
    if let frame = following {
      following = nil
      return .frame(frame)
    }
    while let piece = try deframer.next() {
      if let found = judge(piece) { return found }
    }
    return nil
  }

  /// Gives up waiting for the end of a frame; nil when none is unfinished.
  mutating func takeUnfinished() -> Found? {
    guard !unfinished.isEmpty else { return nil }
    defer { unfinished = [] }
    return Self.read(unfinished[...])
  }

  private mutating func judge(_ piece: ArraySlice<UInt8>) -> Found? {
    guard !piece.isEmpty else { return takeUnfinished() }
    if let frame = try? JT808Frame(piece) {
      guard let damaged = takeUnfinished() else { return .frame(frame) }
      following = frame
      return damaged
    }
    let whole = unfinished.isEmpty ? Array(piece) : unfinished + [MarkDeframer.mark] + piece
    if whole.count <= deframer.maximumFrameBytes, JT808Frame.isCutShort(whole[...]) {
      unfinished = whole
      return nil
    }
    unfinished = []
    return Self.read(whole[...])
  }

  private static func read(_ content: ArraySlice<UInt8>) -> Found {
    do throws(JT808Frame.Failure) {
      return .frame(try JT808Frame(content))
    } catch {
      switch error {
      case .tooShort: return .junk
      case .wrongCheck(let header): return .damaged(header, raw: marked(content))
      }
    }
  }
}
