import TextCodecs

/// A field or a part of one.
package struct HL7Value: Sendable {
  /// The bytes in UTF-8 as they stand in the message, escapes not decoded.
  package let bytes: ArraySlice<UInt8>
  private let delimiters: HL7Delimiters
  private let codec: TextCodec

  /// Most repetitions read of one field; more stay in the raw message.
  package static let maximumRepetitions = 64

  init(_ bytes: ArraySlice<UInt8>, _ delimiters: HL7Delimiters, _ codec: TextCodec) {
    self.bytes = bytes
    self.delimiters = delimiters
    self.codec = codec
  }

  /// Nothing was said: "no change" in an update.
  package var isEmpty: Bool { bytes.isEmpty }
  /// `""`: the sender deletes the value.
  package var isDeletion: Bool { bytes.elementsEqual("\"\"".utf8) }
  /// The text as it stands in the message.
  package var raw: String { String(decoding: bytes, as: UTF8.self) }

  /// The repetitions in order, at most ``maximumRepetitions``; one empty one for an empty field.
  package var repetitions: [HL7Value] {
    guard let separator = delimiters.repetition else { return [self] }
    let parts = bytes.split(
      separator: separator, maxSplits: Self.maximumRepetitions, omittingEmptySubsequences: false)
    return parts.prefix(Self.maximumRepetitions).map { HL7Value($0, delimiters, codec) }
  }

  /// A component by its number from 1, of the first repetition.
  package func component(_ number: Int) -> HL7Value {
    let first = part(0, of: bytes, at: delimiters.repetition)
    return HL7Value(part(number - 1, of: first, at: delimiters.component), delimiters, codec)
  }

  /// A subcomponent by its number from 1, of the first component.
  package func subcomponent(_ number: Int) -> HL7Value {
    HL7Value(part(number - 1, of: component(1).bytes, at: delimiters.subcomponent), delimiters, codec)
  }

  /// The text with its escapes decoded; to be asked of the smallest part only.
  package var text: String {
    guard let escape = delimiters.escape, bytes.contains(escape) else { return raw }
    return HL7Escapes(delimiters: delimiters, codec: codec).decode(bytes)
  }

  /// The decoded text without surrounding blanks and without control characters; nil when empty, `""`, or longer
  /// than `maximumBytes` in UTF-8 (then it stays in the raw message only).
  package func word(maximumBytes: Int) -> String? {
    guard !isEmpty, !isDeletion, bytes.count <= maximumBytes * 4 else { return nil }
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      scalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
    }
    let words = String(scalars).split(separator: " ").joined(separator: " ")
    return words.isEmpty || words.utf8.count > maximumBytes ? nil : words
  }
}
