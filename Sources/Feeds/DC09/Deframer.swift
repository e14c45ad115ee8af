/// A frame whose check and length are right (protocols page, section 2.1).
package struct RawFrame: Sendable, Equatable {
  /// From the first `"` to the byte before CR.
  package var body: [UInt8]
  /// All of it, from LF to CR.
  package var bytes: [UInt8]
  /// The check came as two raw bytes instead of four digits (Lupusec); the answer's does too.
  package var isCheckBinary: Bool
}

/// Finds frames in bytes cut anywhere.
///
/// What is no frame is skipped without a trace: junk, frames that another LF interrupts, frames with a wrong check or
/// length. Their senders hear nothing and repeat (section 2.5).
package struct Deframer: Sendable {
  /// Why nothing more is read.
  package enum Failure: Error, Equatable {
    /// No CR within the largest frame.
    case frameTooLarge
    /// Too many bytes in a row without a right frame.
    case onlyJunk
  }

  private enum Head {
    case none
    case unfinished
    /// The frame's body begins this many bytes after its LF.
    case body(offset: Int, isCheckBinary: Bool)
  }

  private let maximumFrameBytes: Int
  private let maximumSkippedBytes: Int
  private var buffer: [UInt8] = []
  /// Everything before has been dealt with.
  private var position = 0
  /// Everything before holds no end of the frame at `position`.
  private var searched = 0
  private var skippedInARow = 0

  /// A deframer with its bounds.
  package init(maximumFrameBytes: Int, maximumSkippedBytes: Int) {
    self.maximumFrameBytes = maximumFrameBytes
    self.maximumSkippedBytes = maximumSkippedBytes
  }

  /// A deframer with the bounds of a listener.
  package init(_ configuration: DC09Configuration) {
    self.init(
      maximumFrameBytes: configuration.maximumFrameBytes, maximumSkippedBytes: configuration.maximumSkippedBytes)
  }

  /// Bytes that wait.
  package var heldBytes: Int { buffer.count - position }

  /// Takes what has come.
  package mutating func append(_ bytes: [UInt8]) {
    if position > 0 {
      buffer.removeFirst(position)
      searched = max(0, searched - position)
      position = 0
    }
    buffer += bytes
  }

  /// The next right frame; nil when more bytes are needed.
  package mutating func next() throws(Failure) -> RawFrame? {
    while position < buffer.count {
      let start = buffer[position...].firstIndex(of: lineFeed) ?? buffer.count
      try skip(to: start)
      guard start < buffer.count else { return nil }
      switch head(at: start) {
      case .unfinished: return nil
      case .none: try skip(to: start + 1)
      case .body(let offset, let isCheckBinary):
        let limit = min(buffer.count, start + maximumFrameBytes)
        let from = min(max(start + offset, searched), limit)
        guard let end = buffer[from..<limit].firstIndex(where: { $0 == carriageReturn || $0 == lineFeed }) else {
          if limit - start >= maximumFrameBytes { throw .frameTooLarge }
          searched = limit
          return nil
        }
        guard buffer[end] == carriageReturn,
          let frame = frame(start, start + offset, end, isCheckBinary: isCheckBinary)
        else {
          try skip(to: buffer[end] == carriageReturn ? end + 1 : end)
          continue
        }
        position = end + 1
        skippedInARow = 0
        return frame
      }
    }
    return nil
  }

  private mutating func skip(to end: Int) throws(Failure) {
    skippedInARow += end - position
    position = end
    if skippedInARow > maximumSkippedBytes { throw .onlyJunk }
  }

  /// Looks for the quotation mark that stands after check and length.
  private func head(at start: Int) -> Head {
    let available = buffer.count - start
    guard available >= 8 else { return .unfinished }
    if buffer[start + 7] == quotationMark, areHexadecimal(start + 3..<start + 7) {
      return .body(offset: 7, isCheckBinary: true)
    }
    guard available >= 10 else { return .unfinished }
    let isHead = buffer[start + 9] == quotationMark && areHexadecimal(start + 1..<start + 9)
    return isHead ? .body(offset: 9, isCheckBinary: false) : .none
  }

  private func areHexadecimal(_ range: Range<Int>) -> Bool { buffer[range].allSatisfy { $0.hexValue != nil } }

  private func frame(_ start: Int, _ bodyStart: Int, _ end: Int, isCheckBinary: Bool) -> RawFrame? {
    let body = Array(buffer[bodyStart..<end])
    let check = buffer[start + 1..<bodyStart - 4]
    let sent = isCheckBinary ? number(hexadecimal(check), base: 16) : number(check, base: 16)
    let length = buffer[bodyStart - 4..<bodyStart]
    // Some senders write the length in decimal.
    guard sent == Int(checksum(body)), number(length, base: 16) == body.count || number(length, base: 10) == body.count
    else { return nil }
    return RawFrame(body: body, bytes: Array(buffer[start...end]), isCheckBinary: isCheckBinary)
  }
}

let lineFeed: UInt8 = 0x0A
let carriageReturn: UInt8 = 0x0D
/// `"`, which stands around the name of a frame's format.
package let quotationMark = UInt8(ascii: "\"")
