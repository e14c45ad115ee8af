/// Finds the text of a member in JSON without reading all of it; for messages whose form is known.
package enum JSONPeek {
  /// The text after `"name":"`, up to the next quote; nil when it is not there.
  package static func text(_ name: String, in bytes: UnsafeRawBufferPointer) -> String? {
    guard let range = range(of: Array("\"\(name)\":\"".utf8), in: bytes, from: 0) else { return nil }
    guard let end = bytes[range.upperBound...].firstIndex(of: UInt8(ascii: "\"")) else { return nil }
    return String(decoding: bytes[range.upperBound..<end], as: UTF8.self)
  }

  /// The first place of `needle` at or after `start`.
  package static func range(of needle: [UInt8], in bytes: UnsafeRawBufferPointer, from start: Int) -> Range<Int>? {
    guard let first = needle.first, bytes.count >= needle.count else { return nil }
    var position = start
    while position + needle.count <= bytes.count {
      guard let next = bytes[position...].firstIndex(of: first), next + needle.count <= bytes.count else { return nil }
      if UnsafeRawBufferPointer(rebasing: bytes[next..<(next + needle.count)]).elementsEqual(needle) {
        return next..<(next + needle.count)
      }
      position = next + 1
    }
    return nil
  }
}
