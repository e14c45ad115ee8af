/// Reads the small XML documents of SCAIP: one root with elements of text. A bounded subset of XML 1.0.
///
/// Attributes, comments, processing instructions and deeper elements are read over. There is no document type and no
/// entity but the five of XML and numbers of characters, so a document never grows and never leads anywhere.
package struct XMLScanner {
  /// What is wrong with a document.
  package enum Problem: Error, Sendable, Equatable {
    case tooLarge, tooDeep, tooManyElements, documentType, unknownEntity, malformed
  }

  /// Largest document in bytes (protocols page, section 5).
  package static let maximumBytes = 65_536
  /// Most elements within each other, the root included.
  package static let maximumDepth = 8
  /// Most elements of a document.
  package static let maximumElements = 256
  /// Most bytes kept of the text of one element.
  package static let maximumTextBytes = 1024

  private let bytes: [UInt8]
  private var position = 0
  private var open: [ArraySlice<UInt8>] = []
  private var elementCount = 0
  private var current: [UInt8] = []
  /// The local name of the root; empty until it was seen.
  package private(set) var root = ""
  /// The elements right below the root with their text, in order; kept as far as a bad document could be read.
  package private(set) var fields: [(name: String, text: String)] = []

  /// - Parameter bytes: UTF-8.
  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads all of the document.
  package mutating func scan() throws(Problem) {
    while position < bytes.count {
      if bytes[position] == lessThan {
        try readMarkup()
      } else {
        try readText()
      }
    }
    guard open.isEmpty, elementCount > 0 else { throw .malformed }
  }

  private mutating func readMarkup() throws(Problem) {
    if take("<?") {
      try skip(past: "?>")
    } else if take("<!--") {
      try skip(past: "-->")
    } else if take("<![CDATA[") {
      guard !open.isEmpty else { throw .malformed }
      let start = position
      try skip(past: "]]>")
      try keep(bytes[start..<position - 3])
    } else if startsWith("<!") {
      throw .documentType
    } else if take("</") {
      try readEndTag()
    } else {
      position += 1
      try readStartTag()
    }
  }

  private mutating func readStartTag() throws(Problem) {
    let name = try readName()
    guard open.count < Self.maximumDepth else { throw .tooDeep }
    guard elementCount < Self.maximumElements else { throw .tooManyElements }
    guard !open.isEmpty || elementCount == 0 else { throw .malformed }
    elementCount += 1
    open.append(name)
    if open.count == 1 { root = localName(name) }
    if open.count == 2 { current = [] }
    while true {
      let hadBlank = skipBlanks()
      if take("/>") { return close() }
      if take(">") { return }
      guard hadBlank else { throw .malformed }
      try readAttribute()
    }
  }

  private mutating func readAttribute() throws(Problem) {
    _ = try readName()
    _ = skipBlanks()
    guard take("=") else { throw .malformed }
    _ = skipBlanks()
    guard let quote = next, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { throw .malformed }
    position += 1
    guard let end = bytes[position...].firstIndex(of: quote), !bytes[position..<end].contains(lessThan) else {
      throw .malformed
    }
    position = end + 1
  }

  private mutating func readEndTag() throws(Problem) {
    let name = try readName()
    _ = skipBlanks()
    guard take(">"), open.last == name else { throw .malformed }
    close()
  }

  private mutating func close() {
    if open.count == 2 { fields.append((localName(open[1]), trimmed(text(current)))) }
    open.removeLast()
  }

  private mutating func readText() throws(Problem) {
    if bytes[position] == UInt8(ascii: "&") {
      let character = try readReference()
      return try keep(Array(String(character).utf8)[...])
    }
    let end = bytes[position...].firstIndex { $0 == lessThan || $0 == UInt8(ascii: "&") } ?? bytes.count
    try keep(bytes[position..<end])
    position = end
  }

  /// A reference to a character: the only ones that a document without a type has.
  private mutating func readReference() throws(Problem) -> Unicode.Scalar {
    // The longest is `&#x0010FFFF;`.
    guard let end = bytes[position...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else { throw .unknownEntity }
    let name = text(bytes[position + 1..<end])
    position = end + 1
    if let scalar = namedCharacters[name] { return scalar }
    guard name.hasPrefix("#") else { throw .unknownEntity }
    let digits = name.dropFirst()
    let isHexadecimal = digits.hasPrefix("x")
    let number = isHexadecimal ? digits.dropFirst() : digits
    guard number.utf8.allSatisfy(isLetterOrDigit), let value = UInt32(number, radix: isHexadecimal ? 16 : 10),
      let scalar = Unicode.Scalar(value), isCharacter(scalar)
    else { throw .malformed }
    return scalar
  }

  private func isCharacter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0x20 && scalar.value & 0xFFFE != 0xFFFE || [9, 10, 13].contains(scalar.value)
  }

  /// Takes text into the element right below the root; elsewhere it only has to be text.
  private mutating func keep(_ piece: ArraySlice<UInt8>) throws(Problem) {
    guard piece.allSatisfy({ $0 >= 0x20 || $0 == 9 || $0 == 10 || $0 == 13 }) else { throw .malformed }
    guard !open.isEmpty || piece.allSatisfy({ isBlank($0) }) else { throw .malformed }
    if open.count == 2 { current += piece.prefix(Self.maximumTextBytes - current.count) }
  }
}

/// The smallest pieces.
extension XMLScanner {
  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func startsWith(_ word: StaticString) -> Bool {
    let end = position + word.utf8CodeUnitCount
    guard end <= bytes.count else { return false }
    return word.withUTF8Buffer { bytes[position..<end].elementsEqual($0) }
  }

  private mutating func take(_ word: StaticString) -> Bool {
    guard startsWith(word) else { return false }
    position += word.utf8CodeUnitCount
    return true
  }

  private mutating func skip(past word: StaticString) throws(Problem) {
    while position < bytes.count {
      if take(word) { return }
      position += 1
    }
    throw .malformed
  }

  /// True when there were blanks.
  private mutating func skipBlanks() -> Bool {
    let start = position
    while position < bytes.count, isBlank(bytes[position]) { position += 1 }
    return position > start
  }

  private mutating func readName() throws(Problem) -> ArraySlice<UInt8> {
    let rest = bytes[position...]
    guard let first = rest.first, !isDigit(first), first != UInt8(ascii: "-"), first != UInt8(ascii: ".") else {
      throw .malformed
    }
    let name = rest.prefix { isLetterOrDigit($0) || $0 >= 0x80 || "_:.-".utf8.contains($0) }
    guard !name.isEmpty else { throw .malformed }
    position = name.endIndex
    return name
  }

  /// The name without its namespace's prefix.
  private func localName(_ name: ArraySlice<UInt8>) -> String {
    text(name[(name.lastIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? name.startIndex)...])
  }
}

private let lessThan = UInt8(ascii: "<")

private let namedCharacters: [String: Unicode.Scalar] = ["lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'"]
