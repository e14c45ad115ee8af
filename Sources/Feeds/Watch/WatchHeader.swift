/// The head of a frame: `[vendor*id*length*`, with some makers `[vendor*id*index*length*`.
package struct WatchHeader: Sendable, Equatable {
  /// The maker's two characters.
  package let vendor: String
  /// The watch's id, as sent.
  package let id: String
  /// Four digits that count frames, as sent; nil with makers that have none.
  package let index: String?
  /// Bytes of the content, as the head says.
  package let length: Int
  /// Bytes of the head, the last `*` included.
  let byteCount: Int

  /// Longest id: 15 digits of an IMEI, with room.
  static let maximumIDBytes = 20
  /// The longest head; what is longer is none.
  static let maximumBytes = 1 + 2 + 1 + maximumIDBytes + 1 + 5 + 5

  /// What bytes that begin with `[` begin with.
  package enum Reading: Sendable, Equatable {
    /// A whole head.
    case header(WatchHeader)
    /// Nothing speaks against a head yet.
    case unfinished
    /// No head of a frame.
    case noHeader
  }

  /// Reads the head at the beginning of `bytes`, the first of which is `[`.
  package static func read(_ bytes: ArraySlice<UInt8>) -> Reading {
    var reader = HeaderReader(bytes.dropFirst().prefix(maximumBytes))
    guard let vendor = reader.field(2...2, where: isWordByte),
      let id = reader.field(1...maximumIDBytes, where: isWordByte),
      let number = reader.field(4...4, where: isHexadecimal)
    else { return reader.isUnfinished ? .unfinished : .noHeader }
    var afterIndex = reader
    let second = afterIndex.field(4...4, where: isHexadecimal)
    // Content may begin like a length until the `*` behind four digits decides.
    if second == nil, afterIndex.isUnfinished { return .unfinished }
    let length = second ?? number
    return .header(
      WatchHeader(
        vendor: vendor, id: id, index: second == nil ? nil : number, length: Int(length, radix: 16) ?? 0,
        byteCount: 1 + (second == nil ? reader : afterIndex).consumed))
  }
}

/// Reads fields that end in `*`.
private struct HeaderReader {
  private let bytes: ArraySlice<UInt8>
  private(set) var consumed = 0
  /// The last field was cut off by the end of the bytes.
  private(set) var isUnfinished = false

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  mutating func field(_ lengths: ClosedRange<Int>, where isAllowed: (UInt8) -> Bool) -> String? {
    let rest = bytes.dropFirst(consumed)
    let word = rest.prefix { isAllowed($0) }
    guard word.count <= lengths.upperBound else { return nil }
    guard let end = rest.dropFirst(word.count).first else {
      isUnfinished = true
      return nil
    }
    guard end == UInt8(ascii: "*"), lengths.contains(word.count) else { return nil }
    consumed += word.count + 1
    return String(decoding: word, as: UTF8.self)
  }
}

private func isWordByte(_ byte: UInt8) -> Bool {
  isHexadecimal(byte) || (UInt8(ascii: "G")...UInt8(ascii: "Z")).contains(byte)
    || (UInt8(ascii: "g")...UInt8(ascii: "z")).contains(byte)
}

private func isHexadecimal(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
}
