/// Appends JSON (RFC 8259) to a byte buffer; commas and escapes are its own business, no text is built in between.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.object { object in
///   object.member("state", "taken")
///   object.arrayMember("crew") { $0.value(1) }
/// }
/// ```
package struct JSONWriter: Sendable {
  /// What was written so far.
  package private(set) var bytes: [UInt8]
  private var needsComma = false

  /// An empty writer.
  ///
  /// - Parameter capacity: bytes to reserve.
  package init(capacity: Int = 256) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// Lets `body` write at the end of a buffer, without a copy of what is there.
  package static func append(to buffer: inout [UInt8], _ body: (inout JSONWriter) -> Void) {
    var writer = JSONWriter(continuing: buffer)
    buffer = []
    body(&writer)
    buffer = writer.bytes
  }

  private init(continuing bytes: [UInt8]) { self.bytes = bytes }

  /// Writes an object; `body` writes its members.
  package mutating func object(_ body: (inout JSONWriter) -> Void) {
    beginObject()
    body(&self)
    endObject()
  }

  /// Writes an array; `body` writes its elements.
  package mutating func array(_ body: (inout JSONWriter) -> Void) {
    beginArray()
    body(&self)
    endArray()
  }

  /// Opens an object; the caller closes it with ``endObject()``.
  package mutating func beginObject() { open(UInt8(ascii: "{")) }
  /// Closes the innermost object.
  package mutating func endObject() { close(UInt8(ascii: "}")) }
  /// Opens an array; the caller closes it with ``endArray()``.
  package mutating func beginArray() { open(UInt8(ascii: "[")) }
  /// Closes the innermost array.
  package mutating func endArray() { close(UInt8(ascii: "]")) }

  /// The name of the member whose value is written next; it has nothing to escape.
  package mutating func key(_ name: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    if name.hasPointerRepresentation {
      bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    } else {
      bytes.append(contentsOf: String(name.unicodeScalar).utf8)
    }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// The name, not known when compiling, of the member whose value is written next.
  package mutating func key(text name: String) {
    separate()
    appendQuoted(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes a text of ASCII that has nothing to escape; `body` appends it.
  package mutating func plainText(_ body: (inout [UInt8]) -> Void) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    body(&bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes a text.
  package mutating func value(_ text: String) {
    separate()
    appendQuoted(text)
  }

  /// Writes a whole number.
  package mutating func value(_ number: some FixedWidthInteger & SignedInteger) {
    separate()
    appendDecimal(UInt64(number.magnitude), isNegative: number < 0)
  }

  /// Writes a number with the fewest digits that read back the same; `null` when it is not finite.
  package mutating func value(_ number: Double) {
    guard number.isFinite else { return null() }
    separate()
    bytes.append(contentsOf: number.description.utf8)
  }

  /// Writes a truth value.
  package mutating func value(_ flag: Bool) {
    separate()
    bytes.append(contentsOf: (flag ? "true" : "false").utf8)
  }

  /// Writes `null`.
  package mutating func null() {
    separate()
    bytes.append(contentsOf: "null".utf8)
  }

  /// Writes bytes that are one JSON value already; the caller vouches for them.
  package mutating func raw(_ json: some Collection<UInt8>) {
    separate()
    bytes.append(contentsOf: json)
  }

  /// Writes a value that was read or built; its depth is the caller's (32 for everything that was read).
  package mutating func value(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let flag): self.value(flag)
    case .int(let number): self.value(number)
    case .double(let number): self.value(number)
    case .string(let text): self.value(text)
    case .array(let elements):
      beginArray()
      for element in elements { self.value(element) }
      endArray()
    case .object(let members):
      beginObject()
      for member in members {
        key(text: member.key)
        self.value(member.value)
      }
      endObject()
    }
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func appendDecimal(_ magnitude: UInt64, isNegative: Bool) {
    if isNegative { bytes.append(UInt8(ascii: "-")) }
    guard magnitude >= 10 else { return bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude)) }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var start = 20
      var rest = magnitude
      while rest > 0 {
        start -= 1
        digits.initializeElement(at: start, to: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
        rest /= 10
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
    }
  }

  private mutating func appendQuoted(_ text: String) {
    var text = text
    bytes.append(UInt8(ascii: "\""))
    text.withUTF8 { buffer in
      guard buffer.contains(where: needsEscape) else { return bytes.append(contentsOf: buffer) }
      var run = 0
      for index in buffer.indices where needsEscape(buffer[index]) {
        bytes.append(contentsOf: buffer[run..<index])
        appendEscape(of: buffer[index])
        run = index + 1
      }
      bytes.append(contentsOf: buffer[run...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func appendEscape(of byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    default:
      bytes.append(contentsOf: "u00".utf8)
      bytes.append(hexadecimalDigit(byte >> 4))
      bytes.append(hexadecimalDigit(byte & 0xF))
    }
  }
}

private func needsEscape(_ byte: UInt8) -> Bool {
  byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
}

private func hexadecimalDigit(_ half: UInt8) -> UInt8 {
  half < 10 ? UInt8(ascii: "0") + half : UInt8(ascii: "a") + half - 10
}
