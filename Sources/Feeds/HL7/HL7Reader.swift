import TextCodecs

/// What one block turned out to be.
package enum HL7Block: Sendable {
  /// Text with an MSH segment.
  case message(HL7Message)
  /// An MSH segment, but the rest is not text of any set it may be in; the header is read as ISO 8859-1, whose
  /// bytes come back unchanged in an answer.
  case notText(header: HL7Message)
  /// No MSH segment: nothing says whom to answer.
  case noHeader
}

/// Turns a block's bytes into text and finds its delimiters (protocols page, section 3.3).
///
/// The whole block is decoded before it is split: the second byte of a GB 18030 character may be a delimiter.
package struct HL7Reader: Sendable {
  /// Sets tried, in this order, where MSH-18 names none or the block is in none of those that it names.
  package var fallbackCodecs: [TextCodec]

  /// A reader.
  package init(fallbackCodecs: [TextCodec]) { self.fallbackCodecs = fallbackCodecs }

  /// Most character sets of MSH-18 that are tried.
  package static let maximumCharacterSets = 8

  /// Reads one block.
  package func read(_ block: [UInt8]) -> HL7Block {
    let body = block.starts(with: [0xEF, 0xBB, 0xBF]) ? block[3...] : block[...]
    let start = body.firstIndex { !isBlank($0) } ?? body.endIndex
    let line = Array(body[start...].prefix { $0 != 0x0D && $0 != 0x0A })
    guard let header = headerAsBytes(line) else { return .noHeader }
    var codecs = declaredCodecs(header)
    if line.contains(where: { $0 >= 0x80 }), let text = try? TextCodec.gb18030.decode(line),
      let message = HL7Message(text, codec: .gb18030), declaredCodecs(message).contains(.gb18030)
    {
      // A second byte in MSH-3 to MSH-6 may have passed for a separator and moved MSH-18.
      codecs.insert(.gb18030, at: 0)
    }
    for codec in codecs + fallbackCodecs {
      if let text = try? codec.decode(body), let message = HL7Message(text, codec: codec) {
        return .message(message)
      }
    }
    return .notText(header: header)
  }

  private func headerAsBytes(_ line: [UInt8]) -> HL7Message? {
    guard HL7Delimiters(messageHeader: line) != nil, let text = try? TextCodec.latin1.decode(line) else { return nil }
    return HL7Message(text, codec: .latin1)
  }

  private func declaredCodecs(_ message: HL7Message) -> [TextCodec] {
    let field = message.header.field(18)
    guard !field.isEmpty else { return [] }
    return field.repetitions.prefix(Self.maximumCharacterSets).compactMap { TextCodec(hl7Name: $0.component(1).raw) }
  }
}
