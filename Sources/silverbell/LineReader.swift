import Foundation

/// The lines of a file, one after another, in bounded memory.
struct LineReader {
  /// Longest line.
  static let maximumLineBytes = 1 << 16
  private static let chunkBytes = 1 << 16

  /// A line is longer than ``maximumLineBytes``, or not UTF-8.
  struct Unreadable: Error, CustomStringConvertible {
    let description: String
  }

  private let handle: FileHandle
  private var buffer: [UInt8] = []
  private var position = 0
  private var isAtEnd = false

  init(_ handle: FileHandle) { self.handle = handle }

  /// The next line without its end; nil after the last.
  mutating func next() throws -> String? {
    while true {
      if let end = buffer[position...].firstIndex(of: 0x0A) {
        defer { position = end + 1 }
        return try text(buffer[position..<end])
      }
      guard buffer.count - position <= Self.maximumLineBytes else {
        throw Unreadable(description: "the line is longer than 64 KiB")
      }
      if isAtEnd {
        guard position < buffer.count else { return nil }
        defer { position = buffer.count }
        return try text(buffer[position...])
      }
      buffer.removeFirst(position)
      position = 0
      let chunk = try handle.read(upToCount: Self.chunkBytes) ?? Data()
      isAtEnd = chunk.isEmpty
      buffer.append(contentsOf: chunk)
    }
  }

  private func text(_ bytes: ArraySlice<UInt8>) throws -> String {
    guard bytes.count <= Self.maximumLineBytes else { throw Unreadable(description: "the line is longer than 64 KiB") }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw Unreadable(description: "it is not UTF-8") }
    return text
  }
}
