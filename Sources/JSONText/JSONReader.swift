extension JSONValue {
  /// Reads one JSON text: strict RFC 8259, a byte order mark in front is skipped.
  ///
  /// - Parameters:
  ///   - bytes: the whole text; anything but white space after the value is an error.
  ///   - limits: how much is taken.
  package init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
    guard bytes.count <= limits.maximumBytes else { throw JSONError(.tooLarge, at: limits.maximumBytes) }
    var reader = JSONReader(bytes, limits)
    self = try reader.document()
  }
}

/// Reads by descent; the depth is bounded by the limits.
struct JSONReader {
  let bytes: [UInt8]
  var position: Int
  private let limits: JSONLimits
  private var depth = 0
  private var nodes = 0

  init(_ bytes: [UInt8], _ limits: JSONLimits) {
    self.bytes = bytes
    self.limits = limits
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  mutating func document() throws(JSONError) -> JSONValue {
    skipSpace()
    let value = try value()
    skipSpace()
    guard position == bytes.count else { throw JSONError(.trailingBytes, at: position) }
    return value
  }

  var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func value() throws(JSONError) -> JSONValue {
    nodes += 1
    guard nodes <= limits.maximumNodes else { throw JSONError(.tooManyNodes, at: position) }
    guard let first = current else { throw JSONError(.endOfText, at: position) }
    switch first {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw JSONError(.unexpectedByte, at: position)
    }
  }

  private mutating func object() throws(JSONError) -> JSONValue {
    try enter()
    var members: [JSONMember] = []
    if takes(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipSpace()
      guard current == UInt8(ascii: "\"") else { throw unexpected() }
      let key = try string()
      skipSpace()
      try expect(UInt8(ascii: ":"))
      skipSpace()
      members.append(JSONMember(key: key, value: try value()))
      if takes(UInt8(ascii: "}")) { return .object(members) }
      try expect(UInt8(ascii: ","))
    }
  }

  private mutating func array() throws(JSONError) -> JSONValue {
    try enter()
    var elements: [JSONValue] = []
    if takes(UInt8(ascii: "]")) { return .array(elements) }
    while true {
      skipSpace()
      elements.append(try value())
      if takes(UInt8(ascii: "]")) { return .array(elements) }
      try expect(UInt8(ascii: ","))
    }
  }

  private mutating func enter() throws(JSONError) {
    depth += 1
    guard depth <= limits.maximumDepth else { throw JSONError(.tooDeep, at: position) }
    position += 1
  }

  /// Skips space and takes the closing bracket if it is next.
  private mutating func takes(_ closing: UInt8) -> Bool {
    skipSpace()
    guard current == closing else { return false }
    position += 1
    depth -= 1
    return true
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    for index in 0..<word.utf8CodeUnitCount {
      try expect(word.utf8Start[index])
    }
    return value
  }

  private mutating func expect(_ byte: UInt8) throws(JSONError) {
    guard current == byte else { throw unexpected() }
    position += 1
  }

  private func unexpected() -> JSONError {
    JSONError(position == bytes.count ? .endOfText : .unexpectedByte, at: position)
  }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }
}
