import TextCodecs

/// A document's bytes as UTF-8.
struct XMLText: Sendable, Equatable {
  let utf8: [UInt8]
  /// The bytes are not what they are said to be; letters beyond ASCII may be wrong, the structure is not.
  let isGuess: Bool

  /// Decodes by byte order mark, by the XML declaration, by `charset`, else as UTF-8. A text that is in none of them
  /// is read as ISO 8859-1: an alarm is not refused for an umlaut.
  init(_ bytes: [UInt8], charset: String?) {
    // Some devices count the end of their C string.
    let body = bytes.prefix((bytes.lastIndex { $0 != 0 } ?? -1) + 1)
    let isUTF16 = body.starts(with: [0xFE, 0xFF]) || body.starts(with: [0xFF, 0xFE])
    let name = isUTF16 ? "utf-16" : declaredEncoding(body) ?? charset ?? "utf-8"
    let named: TextCodec? =
      switch name.lowercased() {
      case "utf-8", "utf8", "us-ascii", "ascii": .utf8
      // An even count of bytes: the zero of the last letter is no end of a string.
      case "utf-16": .unicode
      case "iso-8859-1", "iso8859-1", "latin1", "windows-1252": .latin1
      case "gb2312", "gbk", "gb18030": .gb18030
      default: nil
      }
    if let decoded = try? named?.decode(isUTF16 ? bytes[...] : body) {
      utf8 = Array(decoded.utf8)
      isGuess = false
    } else {
      utf8 = Array(((try? TextCodec.utf8.decode(body)) ?? (try? TextCodec.latin1.decode(body)) ?? "").utf8)
      isGuess = body.contains { $0 >= 0x80 }
    }
  }
}

/// What `<?xml … encoding="…"?>` says; nil without it.
private func declaredEncoding(_ body: ArraySlice<UInt8>) -> String? {
  let start = body.starts(with: [0xEF, 0xBB, 0xBF]) ? body.dropFirst(3) : body
  guard start.starts(with: "<?xml".utf8) else { return nil }
  let declaration = text(start.prefix(200).prefix { $0 != UInt8(ascii: ">") })
  let words = declaration.split(whereSeparator: { " \t\r\n=\"'?".contains($0) })
  guard let index = words.firstIndex(of: "encoding"), index + 1 < words.count else { return nil }
  return String(words[index + 1])
}
