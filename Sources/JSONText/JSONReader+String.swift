extension JSONReader {
  /// A text from its opening quote on (RFC 8259 section 7).
  mutating func string() throws(JSONError) -> String {
    let start = position
    position += 1
    var run = position
    var unescaped: [UInt8]?
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        let last = bytes[run..<position]
        position += 1
        if var unescaped {
          unescaped.append(contentsOf: last)
          return try text(of: unescaped[...], from: start)
        }
        return try text(of: last, from: start)
      case UInt8(ascii: "\\"):
        var buffer = unescaped.take() ?? []
        buffer.append(contentsOf: bytes[run..<position])
        try escape(into: &buffer)
        unescaped = buffer
        run = position
      case 0..<0x20: throw JSONError(.controlCharacter, at: position)
      default: position += 1
      }
    }
    throw JSONError(.endOfText, at: position)
  }

  private func text(of slice: ArraySlice<UInt8>, from start: Int) throws(JSONError) -> String {
    guard let text = String(validating: slice, as: UTF8.self) else { throw JSONError(.invalidUTF8, at: start) }
    return text
  }

  private mutating func escape(into buffer: inout [UInt8]) throws(JSONError) {
    let start = position
    position += 1
    guard let letter = current else { throw JSONError(.endOfText, at: position) }
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(letter)
    case UInt8(ascii: "b"): buffer.append(0x08)
    case UInt8(ascii: "f"): buffer.append(0x0C)
    case UInt8(ascii: "n"): buffer.append(0x0A)
    case UInt8(ascii: "r"): buffer.append(0x0D)
    case UInt8(ascii: "t"): buffer.append(0x09)
    case UInt8(ascii: "u"): try appendScalar(into: &buffer, from: start)
    default: throw JSONError(.invalidEscape, at: start)
    }
  }

  private mutating func appendScalar(into buffer: inout [UInt8], from start: Int) throws(JSONError) {
    var code = try fourHexadecimalDigits(from: start)
    if (0xD800...0xDBFF).contains(code) {
      guard current == UInt8(ascii: "\\"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "u") else {
        throw JSONError(.loneSurrogate, at: start)
      }
      position += 2
      let low = try fourHexadecimalDigits(from: start)
      guard (0xDC00...0xDFFF).contains(low) else { throw JSONError(.loneSurrogate, at: start) }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw JSONError(.loneSurrogate, at: start) }
    buffer.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  private mutating func fourHexadecimalDigits(from start: Int) throws(JSONError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = current else { throw JSONError(.endOfText, at: position) }
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: throw JSONError(.invalidEscape, at: start)
      }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }
}
