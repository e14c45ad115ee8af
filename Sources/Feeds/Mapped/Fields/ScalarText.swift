import JSONText

/// A scalar as the text that mappings compare and look up, so that `1` and `"1"` are the same; nil for lists, objects
/// and null. Texts lose white space at both ends.
func scalarText(_ value: JSONValue) -> String? {
  switch value {
  case .null, .array, .object: nil
  case .bool(let flag): flag ? "true" : "false"
  case .int(let number): String(number)
  case .double(let number): value.int.map { String($0) } ?? number.description
  case .string(let text): trimmed(text)
  }
}

/// The number that a scalar is or, as text, shows in plain decimal notation; always finite.
func scalarNumber(_ value: JSONValue) -> Double? {
  if let number = value.double { return number.isFinite ? number : nil }
  guard let text = value.string.map(trimmed), text.utf8.count <= 64, text.utf8.contains(where: isDigit),
    text.utf8.allSatisfy({ isDigit($0) || "+-.eE".utf8.contains($0) }),
    let number = Double(text), number.isFinite
  else { return nil }
  return number
}

/// `text` without white space, byte order marks and U+0000 at both ends.
func trimmed(_ text: String) -> String {
  let scalars = text.unicodeScalars
  func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || scalar == "\u{FEFF}" || scalar == "\0"
  }
  guard let first = scalars.firstIndex(where: { !isBlank($0) }), let last = scalars.lastIndex(where: { !isBlank($0) })
  else { return "" }
  return String(scalars[first...last])
}

/// An ASCII digit.
func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
