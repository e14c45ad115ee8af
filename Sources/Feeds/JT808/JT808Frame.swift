import CareModel

/// One frame whose check byte is right.
package struct JT808Frame: Sendable, Equatable {
  /// Why bytes between marks are no frame.
  package enum Failure: Error, Sendable, Equatable {
    /// Shorter than a head and a check byte.
    case tooShort
    /// The check byte differs; the head is what it reads like.
    case wrongCheck(JT808Header)
  }

  /// The head.
  package let header: JT808Header
  /// Everything between head and check byte, whatever length the head says.
  package let body: [UInt8]
  /// The frame as sent, marks included.
  package let raw: [UInt8]

  /// The head's length is that of the body.
  package var isLengthRight: Bool { body.count == header.bodyLength }

  /// Reads what stood between two marks, as sent.
  package init(_ content: ArraySlice<UInt8>) throws(Failure) {
    let bytes = unescaped(content)[...]
    var reader = ByteReader(bytes.dropLast())
    do throws(EndOfBytes) {
      header = try JT808Header(&reader)
    } catch {
      throw .tooShort
    }
    // The exclusive or of everything, the check byte included, is zero.
    guard bytes.reduce(0, ^) == 0 else { throw .wrongCheck(header) }
    body = Array(reader.rest)
    raw = marked(content)
  }

  /// Whether a content is shorter than its head says.
  static func isCutShort(_ content: ArraySlice<UInt8>) -> Bool {
    var reader = ByteReader(unescaped(content)[...])
    guard let header = try? JT808Header(&reader) else { return false }
    return reader.rest.count < header.bodyLength + 1
  }
}

/// Bytes as sent, with their marks.
func marked(_ content: some Collection<UInt8>) -> [UInt8] {
  [MarkDeframer.mark] + content + [MarkDeframer.mark]
}

/// Takes out the escapes (`7D 01` = 7D, `7D 02` = 7E). Another byte after 7D is left alone: the check byte judges.
private func unescaped(_ content: ArraySlice<UInt8>) -> [UInt8] {
  guard content.contains(0x7D) else { return Array(content) }
  var bytes: [UInt8] = []
  var rest = content
  while let byte = rest.popFirst() {
    guard byte == 0x7D, let next = rest.first, next == 1 || next == 2 else {
      bytes.append(byte)
      continue
    }
    bytes.append(next == 1 ? 0x7D : MarkDeframer.mark)
    rest.removeFirst()
  }
  return bytes
}

/// A message, put together from its frames.
struct JT808Message: Sendable, Equatable {
  /// The frames in the order of their parts; never empty.
  private let first: JT808Frame
  private let others: [JT808Frame]

  init(_ frame: JT808Frame) {
    first = frame
    others = []
  }

  /// Nil without a frame.
  init?(parts: [JT808Frame]) {
    guard let first = parts.first else { return nil }
    self.first = first
    others = Array(parts.dropFirst())
  }

  var header: JT808Header { first.header }
  var headers: [JT808Header] { [first.header] + others.map(\.header) }
  var body: [UInt8] { others.isEmpty ? first.body : first.body + others.flatMap(\.body) }
  var raw: [UInt8] { others.isEmpty ? first.raw : first.raw + others.flatMap(\.raw) }
  var isLengthRight: Bool { first.isLengthRight && others.allSatisfy(\.isLengthRight) }
}
