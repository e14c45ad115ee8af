/// Finds where the values of one JSON text begin and end; by descent, the depth is bounded by the limits.
struct JSONScanner {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let limits: JSONLimits
  private var position: Int
  private var depth = 0
  private var values = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>, _ limits: JSONLimits) {
    self.bytes = bytes
    self.limits = limits
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  mutating func document(into nodes: inout [JSONDocument.Node]) throws(JSONError) {
    skipSpace()
    try value(into: &nodes)
    skipSpace()
    guard position == bytes.count else { throw JSONError(.trailingBytes, at: position) }
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func value(into nodes: inout [JSONDocument.Node]) throws(JSONError) {
    values += 1
    guard values <= limits.maximumNodes else { throw JSONError(.tooManyNodes, at: position) }
    guard let first = current else { throw JSONError(.endOfText, at: position) }
    switch first {
    case UInt8(ascii: "{"): try container(.object, UInt8(ascii: "}"), into: &nodes)
    case UInt8(ascii: "["): try container(.array, UInt8(ascii: "]"), into: &nodes)
    case UInt8(ascii: "\""): try text(into: &nodes)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number(into: &nodes)
    case UInt8(ascii: "t"): try word("true", .yes, into: &nodes)
    case UInt8(ascii: "f"): try word("false", .no, into: &nodes)
    case UInt8(ascii: "n"): try word("null", .null, into: &nodes)
    default: throw JSONError(.unexpectedByte, at: position)
    }
  }

  private mutating func container(
    _ kind: JSONDocument.Kind, _ closing: UInt8, into nodes: inout [JSONDocument.Node]
  ) throws(JSONError) {
    depth += 1
    guard depth <= limits.maximumDepth else { throw JSONError(.tooDeep, at: position) }
    let own = nodes.count
    nodes.append(.init(kind: kind, start: UInt32(position), end: 0, next: 0))
    position += 1
    skipSpace()
    if current != closing {
      while true {
        skipSpace()
        if kind == .object {
          guard current == UInt8(ascii: "\"") else { throw unexpected() }
          try text(into: &nodes)
          skipSpace()
          try expect(UInt8(ascii: ":"))
          skipSpace()
        }
        try value(into: &nodes)
        skipSpace()
        if current == closing { break }
        try expect(UInt8(ascii: ","))
      }
    }
    position += 1
    depth -= 1
    nodes[own].end = UInt32(position)
    nodes[own].next = UInt32(nodes.count)
  }

  private mutating func text(into nodes: inout [JSONDocument.Node]) throws(JSONError) {
    position += 1
    let start = position
    var kind = JSONDocument.Kind.text
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        nodes.append(
          .init(kind: kind, start: UInt32(start), end: UInt32(position), next: UInt32(nodes.count + 1)))
        position += 1
        return
      }
      guard byte >= 0x20 else { throw JSONError(.controlCharacter, at: position) }
      if byte == UInt8(ascii: "\\") {
        kind = .escapedText
        position += 1
      }
      position += 1
    }
    throw JSONError(.endOfText, at: bytes.count)
  }

  /// RFC 8259 section 6.
  private mutating func number(into nodes: inout [JSONDocument.Node]) throws(JSONError) {
    let start = position
    if current == UInt8(ascii: "-") { position += 1 }
    let firstDigit = position
    try digits(from: start)
    guard bytes[firstDigit] != UInt8(ascii: "0") || position == firstDigit + 1 else {
      throw JSONError(.invalidNumber, at: start)
    }
    if current == UInt8(ascii: ".") {
      position += 1
      try digits(from: start)
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      try digits(from: start)
    }
    nodes.append(
      .init(kind: .number, start: UInt32(start), end: UInt32(position), next: UInt32(nodes.count + 1)))
  }

  private mutating func digits(from start: Int) throws(JSONError) {
    let first = position
    while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    guard position > first else { throw JSONError(.invalidNumber, at: start) }
  }

  private mutating func word(
    _ word: StaticString, _ kind: JSONDocument.Kind, into nodes: inout [JSONDocument.Node]
  ) throws(JSONError) {
    let start = position
    for index in 0..<word.utf8CodeUnitCount { try expect(word.utf8Start[index]) }
    nodes.append(.init(kind: kind, start: UInt32(start), end: UInt32(position), next: UInt32(nodes.count + 1)))
  }

  private mutating func expect(_ byte: UInt8) throws(JSONError) {
    guard current == byte else { throw unexpected() }
    position += 1
  }

  private func unexpected() -> JSONError {
    JSONError(position >= bytes.count ? .endOfText : .unexpectedByte, at: min(position, bytes.count))
  }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }
}
