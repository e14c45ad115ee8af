/// How bytes are written as text inside a message.
package enum ByteText: String, Sendable, CaseIterable {
  /// RFC 4648, either alphabet, with or without padding.
  case base64
  /// Two digits a byte, either case; blanks between are skipped.
  case hex
  /// The text's own bytes in UTF-8.
  case text

  /// The bytes that a text stands for; nil when it is none, or they are more than `maximumBytes`.
  package func decode(_ text: String, maximumBytes: Int = MappedLimits.maximumPayloadBytes) -> [UInt8]? {
    // Twice the size and a line break now and then is the longest that can be right.
    guard maximumBytes >= 0, text.utf8.count / 4 <= maximumBytes else { return nil }
    let bytes: [UInt8]? =
      switch self {
      case .base64: decodeBase64(text)
      case .hex: decodeHexadecimal(text)
      case .text: Array(text.utf8)
      }
    return bytes.flatMap { $0.count <= maximumBytes ? $0 : nil }
  }
}

private func decodeBase64(_ text: String) -> [UInt8]? {
  var bytes: [UInt8] = []
  var bits: UInt32 = 0
  var count = 0
  var characters = 0
  var isPadding = false
  for byte in text.utf8 where !isBlank(byte) {
    if byte == UInt8(ascii: "=") {
      isPadding = true
      continue
    }
    guard !isPadding, let digit = base64Digit(byte) else { return nil }
    bits = bits << 6 | digit
    count += 6
    characters += 1
    if count >= 8 {
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
  }
  return characters % 4 == 1 ? nil : bytes
}

private func base64Digit(_ byte: UInt8) -> UInt32? {
  switch byte {
  case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
  case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a") + 26)
  case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0") + 52)
  case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
  case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
  default: nil
  }
}

private func decodeHexadecimal(_ text: String) -> [UInt8]? {
  var bytes: [UInt8] = []
  var high: UInt8?
  for byte in text.utf8 where !isBlank(byte) {
    guard let digit = hexadecimalDigit(byte) else { return nil }
    if let first = high {
      bytes.append(first << 4 | digit)
      high = nil
    } else {
      high = digit
    }
  }
  return high == nil ? bytes : nil
}

/// The value of one hexadecimal digit.
func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}

/// Lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  func digit(_ half: UInt8) -> UInt8 { half < 10 ? UInt8(ascii: "0") + half : UInt8(ascii: "a") + half - 10 }
  return String(decoding: bytes.flatMap { [digit($0 >> 4), digit($0 & 0xF)] }, as: UTF8.self)
}

/// RFC 4648 section 4, with padding.
func base64(_ bytes: [UInt8]) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var text: [UInt8] = []
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let group = bytes[start..<min(start + 3, bytes.count)]
    let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
    for place in 0..<4 {
      let digit = Int(bits >> UInt32(18 - 6 * place) & 0x3F)
      text.append(place <= group.count ? alphabet[digit] : UInt8(ascii: "="))
    }
  }
  return String(decoding: text, as: UTF8.self)
}

/// White space of ASCII.
func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
