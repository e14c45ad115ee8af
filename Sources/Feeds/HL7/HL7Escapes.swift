import TextCodecs

/// Escape sequences (HL7 2.5.1 section 2.7).
struct HL7Escapes {
  let delimiters: HL7Delimiters
  let codec: TextCodec

  /// Decodes the sequences of one slice; unknown ones stay as they are.
  func decode(_ bytes: ArraySlice<UInt8>) -> String {
    guard let escape = delimiters.escape else { return String(decoding: bytes, as: UTF8.self) }
    var decoded: [UInt8] = []
    var rest = bytes
    while let start = rest.firstIndex(of: escape) {
      decoded += rest[..<start]
      guard let end = rest[(start + 1)...].firstIndex(of: escape) else {
        rest = rest[start...]
        break
      }
      decoded += meaning(of: rest[(start + 1)..<end]) ?? Array(rest[start...end])
      rest = rest[(end + 1)...]
    }
    return String(decoding: decoded + rest, as: UTF8.self)
  }

  private func meaning(of sequence: ArraySlice<UInt8>) -> [UInt8]? {
    switch String(decoding: sequence.prefix(4), as: UTF8.self) {
    case "F": [delimiters.field]
    case "S": delimiters.component.map { [$0] }
    case "T": delimiters.subcomponent.map { [$0] }
    case "R": delimiters.repetition.map { [$0] }
    case "E": delimiters.escape.map { [$0] }
    case "P": delimiters.truncation.map { [$0] }
    case "H", "N": []
    case ".br", ".sp": sequence.count == 3 ? [0x0A] : nil
    default: sequence.first == UInt8(ascii: "X") ? hexadecimal(sequence.dropFirst()) : nil
    }
  }

  /// `\Xhh..\`: bytes in the character set of the message.
  private func hexadecimal(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
    guard !digits.isEmpty, digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    var index = digits.startIndex
    while index < digits.endIndex {
      guard let high = Character(Unicode.Scalar(digits[index])).hexDigitValue,
        let low = Character(Unicode.Scalar(digits[index + 1])).hexDigitValue
      else { return nil }
      bytes.append(UInt8(truncatingIfNeeded: high << 4 | low))
      index += 2
    }
    guard let text = try? codec.decode(bytes) else { return nil }
    return Array(text.utf8)
  }
}
