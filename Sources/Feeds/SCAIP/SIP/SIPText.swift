let lineFeed: UInt8 = 0x0A
let carriageReturn: UInt8 = 0x0D
let blank: UInt8 = 0x20

/// The letters, digits and marks of a token (RFC 3261 section 25.1).
func isTokenByte(_ byte: UInt8) -> Bool { isLetterOrDigit(byte) || "-.!%*_+`'~".utf8.contains(byte) }

func isLetterOrDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (0x41...0x5A).contains(byte & 0xDF) }

func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

func isControl(_ byte: UInt8) -> Bool { byte < blank || byte == 0x7F }

/// Blank, tab, CR or LF.
func isBlank(_ byte: UInt8?) -> Bool { byte == blank || byte == 9 || byte == carriageReturn || byte == lineFeed }

func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  let rest = bytes.drop { isBlank($0) }
  return rest.prefix((rest.lastIndex { !isBlank($0) } ?? rest.startIndex - 1) - rest.startIndex + 1)
}

func trimmed(_ text: some StringProtocol) -> String {
  String(decoding: trimmed(Array(text.utf8)[...]), as: UTF8.self)
}

func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

/// A number of nothing but digits; nil for anything else and for more than `maximumDigits`, at most 18.
func decimal(_ text: some StringProtocol, maximumDigits: Int) -> Int? {
  guard (1...min(maximumDigits, 18)).contains(text.utf8.count), text.utf8.allSatisfy(isDigit) else { return nil }
  return Int(text)
}

/// The places of `separators` outside quotation marks and angle brackets, up to `limit` of them.
func places(of separators: Set<UInt8>, in bytes: [UInt8], limit: Int = .max) -> [Int] {
  var found: [Int] = []
  var isQuoted = false
  var isBracketed = false
  var position = 0
  while position < bytes.count, found.count < limit {
    let byte = bytes[position]
    if isQuoted {
      if byte == UInt8(ascii: "\\") { position += 1 }
      if byte == UInt8(ascii: "\"") { isQuoted = false }
    } else if isBracketed {
      if byte == UInt8(ascii: ">") { isBracketed = false }
    } else if byte == UInt8(ascii: "\"") {
      isQuoted = true
    } else if byte == UInt8(ascii: "<") {
      isBracketed = true
    } else if separators.contains(byte) {
      found.append(position)
    }
    position += 1
  }
  return found
}

/// The name of a parameter (`name=value`) in lower case.
func parameterName(_ parameter: String) -> String { trimmed(parameter.prefix { $0 != "=" }).lowercased() }

/// The parts of a header value between the places of a separator.
func parts(of value: String, separator: Unicode.Scalar, limit: Int = .max) -> [String] {
  let bytes = Array(value.utf8)
  var start = 0
  var parts: [String] = []
  for place in places(of: [UInt8(truncatingIfNeeded: separator.value)], in: bytes, limit: limit) {
    parts.append(text(bytes[start..<place]))
    start = place + 1
  }
  parts.append(text(bytes[start...]))
  return parts
}
