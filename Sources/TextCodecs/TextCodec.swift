/// A character set that the feeds can read and write.
///
/// Every function is a pure function of its input and bounded by ``maximumBytes``.
package enum TextCodec: String, Sendable, CaseIterable {
  /// Seven bits; a byte above 0x7F does not decode.
  case ascii
  /// UTF-8, strictly; a byte order mark at the start is taken off.
  case utf8
  /// HL7's bare `UNICODE`: UTF-16 when a byte order mark says so, else UTF-8 (what senders mean). Written as UTF-8.
  case unicode
  /// ISO 8859-1; every byte decodes.
  case latin1
  /// GB 18030-2000 with one, two and four bytes a character; reads GBK and GB 2312 too.
  case gb18030

  /// Longest input of either direction in bytes (of UTF-8 when encoding).
  package static let maximumBytes = 4 << 20

  /// The set that HL7 table 0211 names (MSH-18), in the spellings seen in the field; nil for every other name.
  package init?(hl7Name name: some StringProtocol) {
    guard name.utf8.count <= 32 else { return nil }
    let separators: Set<Character> = [" ", "-", "_", "/"]
    switch String(name.uppercased().filter { !separators.contains($0) }) {
    case "", "ASCII", "USASCII", "ISOIR6": self = .ascii
    case "UNICODEUTF8", "UTF8": self = .utf8
    case "UNICODE": self = .unicode
    case "88591", "ISO88591", "ISOIR100": self = .latin1
    case "GB180302000", "GB18030", "GBK", "GB2312": self = .gb18030
    default: return nil
    }
  }

  /// Decodes all of `bytes`.
  ///
  /// - Throws: ``TextCodecError``; never replaces a character.
  package func decode(_ bytes: some Collection<UInt8>) throws(TextCodecError) -> String {
    guard bytes.count <= Self.maximumBytes else { throw .tooLong }
    switch self {
    case .ascii:
      guard bytes.allSatisfy({ $0 < 0x80 }) else { throw .notDecodable }
      return String(decoding: bytes, as: UTF8.self)
    case .utf8: return try decodeUTF8(bytes)
    case .unicode: return try decodeUnicode(bytes)
    case .latin1: return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    case .gb18030:
      if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
      let decoded = try convertWithIconv(Array(bytes), from: "GB18030", to: "UTF-8", failure: .notDecodable)
      return try decodeUTF8(decoded)
    }
  }

  /// Encodes all of `text`.
  ///
  /// - Throws: ``TextCodecError``; never replaces a character.
  package func encode(_ text: String) throws(TextCodecError) -> [UInt8] {
    guard text.utf8.count <= Self.maximumBytes else { throw .tooLong }
    switch self {
    case .ascii:
      guard text.utf8.allSatisfy({ $0 < 0x80 }) else { throw .notEncodable }
      return Array(text.utf8)
    case .utf8, .unicode: return Array(text.utf8)
    case .latin1:
      var bytes: [UInt8] = []
      for scalar in text.unicodeScalars {
        guard scalar.value < 0x100 else { throw .notEncodable }
        bytes.append(UInt8(truncatingIfNeeded: scalar.value))
      }
      return bytes
    case .gb18030:
      if text.utf8.allSatisfy({ $0 < 0x80 }) { return Array(text.utf8) }
      return try convertWithIconv(Array(text.utf8), from: "UTF-8", to: "GB18030", failure: .notEncodable)
    }
  }
}

/// Why text could not be converted.
package enum TextCodecError: Error, Sendable, Equatable {
  /// The bytes are not text of this set.
  case notDecodable
  /// The text has a character that the set lacks.
  case notEncodable
  /// Longer than ``TextCodec/maximumBytes``.
  case tooLong
  /// The C library of this machine lacks the conversion.
  case conversionMissing
}

private func decodeUTF8(_ bytes: some Collection<UInt8>) throws(TextCodecError) -> String {
  let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes.dropFirst(0)
  guard let text = String(validating: body, as: UTF8.self) else { throw .notDecodable }
  return text
}

private func decodeUnicode(_ bytes: some Collection<UInt8>) throws(TextCodecError) -> String {
  let isBigEndian = bytes.starts(with: [0xFE, 0xFF])
  guard isBigEndian || bytes.starts(with: [0xFF, 0xFE]) else { return try decodeUTF8(bytes) }
  let body = Array(bytes.dropFirst(2))
  guard body.count.isMultiple(of: 2) else { throw .notDecodable }
  let units = stride(from: 0, to: body.count, by: 2).map { index in
    let pair = (UInt16(body[index]), UInt16(body[index + 1]))
    return isBigEndian ? pair.0 << 8 | pair.1 : pair.1 << 8 | pair.0
  }
  guard let text = String(validating: units, as: UTF16.self) else { throw .notDecodable }
  return text
}
