import TextCodecs

/// One message as text, sliced only where somebody looks.
package struct HL7Message: Sendable {
  /// The text in UTF-8.
  package let bytes: [UInt8]
  /// The delimiters that the message declares.
  package let delimiters: HL7Delimiters
  /// The character set it came in; answers use the same.
  package let codec: TextCodec

  /// A message from decoded text; nil when it does not start with an MSH segment (line ends and blanks before it
  /// are skipped).
  package init?(_ text: String, codec: TextCodec) {
    let bytes = Array(text.utf8)
    let start = bytes.firstIndex { !isBlank($0) } ?? bytes.count
    guard let delimiters = HL7Delimiters(messageHeader: bytes[start...]) else { return nil }
    self.bytes = start == 0 ? bytes : Array(bytes[start...])
    self.delimiters = delimiters
    self.codec = codec
  }

  /// The MSH segment.
  package var header: HL7Segment { HL7Segment(segments.first { _ in true } ?? bytes[0..<0], in: self) }

  /// The segments in order; CR, LF and CRLF end a segment, empty ones are left out.
  package var segments: HL7Segments { HL7Segments(bytes: bytes) }

  /// The first segment of that name; nil when there is none.
  package func first(_ name: String) -> HL7Segment? { named(name).first { _ in true } }

  /// All segments of that name, in order.
  package func all(_ name: String) -> [HL7Segment] { Array(named(name)) }

  private func named(_ name: String) -> some Sequence<HL7Segment> {
    segments.lazy.map { HL7Segment($0, in: self) }.filter { $0.name.elementsEqual(name.utf8) }
  }
}

/// Blank, CR or LF.
func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0D || byte == 0x0A || byte == 0x09 }

/// The segments of a message, found one by one.
package struct HL7Segments: Sequence, IteratorProtocol, Sendable {
  private let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// The bytes of the next segment without its end; nil after the last.
  package mutating func next() -> ArraySlice<UInt8>? {
    while position < bytes.count {
      let rest = bytes[position...]
      let end = rest.firstIndex { $0 == 0x0D || $0 == 0x0A } ?? bytes.count
      position = end + 1
      if rest.startIndex < end { return rest[..<end] }
    }
    return nil
  }
}

/// One segment.
package struct HL7Segment: Sendable {
  /// The bytes before the first field separator.
  package let name: ArraySlice<UInt8>
  private let content: ArraySlice<UInt8>
  private let delimiters: HL7Delimiters
  private let codec: TextCodec

  init(_ slice: ArraySlice<UInt8>, in message: HL7Message) {
    let separator = message.delimiters.field
    name = slice.prefix { $0 != separator }
    content = slice.dropFirst(name.count)
    delimiters = message.delimiters
    codec = message.codec
  }

  /// A field by its number in the standard, from 1; empty when the segment is shorter.
  ///
  /// MSH-1 is the separator itself and MSH-2 the encoding characters, as the standard counts.
  package func field(_ number: Int) -> HL7Value {
    let isHeader = name.elementsEqual("MSH".utf8)
    if isHeader, number == 1 { return HL7Value(content.prefix(1), delimiters, codec) }
    let index = isHeader ? number - 1 : number
    // The content begins with a separator, so part 0 is empty and part 1 the first field.
    return HL7Value(part(index, of: content, at: delimiters.field), delimiters, codec)
  }
}

/// The part with an index from 0 of a slice cut at a separator; empty when there is none.
func part(_ index: Int, of slice: ArraySlice<UInt8>, at separator: UInt8?) -> ArraySlice<UInt8> {
  guard index >= 0 else { return slice.prefix(0) }
  guard let separator else { return index == 0 ? slice : slice.prefix(0) }
  var rest = slice
  for _ in 0..<index {
    guard let cut = rest.firstIndex(of: separator) else { return rest.suffix(0) }
    rest = rest[(cut + 1)...]
  }
  return rest.prefix { $0 != separator }
}
