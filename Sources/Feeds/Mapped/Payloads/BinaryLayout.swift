import JSONText

/// One field of a binary payload.
struct LayoutField: Sendable, Equatable {
  /// How the bytes are read.
  enum Form: Sendable, Equatable {
    /// A whole number of 1-8 bytes.
    case unsigned
    /// The same in two's complement.
    case signed
    /// `count` bits of a number of 1-8 bytes, from bit `first` on; bit 0 is the lowest.
    case bits(first: Int, count: Int)
    /// Two decimal digits a byte, as text; digits of all ones at the end are filling.
    case bcd
    /// Printable characters up to the first zero byte.
    case ascii
    /// The bytes as hexadecimal digits.
    case hex
  }

  var name: String
  /// From the first byte, or, when negative, from the end.
  var offset: Int
  /// In bytes; nil is to the end.
  var length: Int?
  var form: Form
  /// Whether the first byte is the lowest.
  var isLittleEndian = false
  var scale = 1.0
  var plus = 0.0

  /// Longest number in bytes.
  static let maximumNumberBytes = 8

  /// What the field says; nil when the payload ends before it or its bytes are nothing of this form.
  func value(in payload: [UInt8]) -> JSONValue? {
    let start = offset < 0 ? payload.count + offset : offset
    guard start >= 0, start < payload.count else { return nil }
    let end = length.map { start + $0 } ?? payload.count
    guard end > start, end <= payload.count else { return nil }
    let bytes = isLittleEndian ? Array(payload[start..<end].reversed()) : Array(payload[start..<end])
    guard let value = plain(bytes) else { return nil }
    guard scale != 1 || plus != 0 else { return value }
    return scalarNumber(value).map { .double($0 * scale + plus) }
  }

  private func plain(_ bytes: [UInt8]) -> JSONValue? {
    switch form {
    case .unsigned: return number(bytes).map(whole)
    case .signed:
      guard let number = number(bytes) else { return nil }
      let unused = UInt64(64 - 8 * bytes.count)
      return .int(Int64(bitPattern: number << unused) >> Int64(unused))
    case .bits(let first, let count):
      guard let number = number(bytes) else { return nil }
      let mask = count >= 64 ? UInt64.max : (1 << UInt64(count)) - 1
      return whole(number >> UInt64(first) & mask)
    case .bcd: return decimalDigits(bytes).map { .string($0) }
    case .ascii:
      let text = bytes.prefix { $0 != 0 }
      guard !text.isEmpty, text.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
      return .string(String(decoding: text, as: UTF8.self))
    case .hex: return .string(hexadecimal(bytes))
    }
  }

  private func number(_ bytes: [UInt8]) -> UInt64? {
    bytes.count <= Self.maximumNumberBytes ? bytes.reduce(0) { $0 << 8 | UInt64($1) } : nil
  }

  /// Text beyond 63 bits, so that no digit of a device number is lost.
  private func whole(_ number: UInt64) -> JSONValue {
    Int64(exactly: number).map { .int($0) } ?? .string(String(number))
  }

  private func decimalDigits(_ bytes: [UInt8]) -> String? {
    var halves = bytes.flatMap { [$0 >> 4, $0 & 0xF] }
    while halves.last == 0xF { halves.removeLast() }
    guard !halves.isEmpty, halves.allSatisfy({ $0 < 10 }) else { return nil }
    return String(decoding: halves.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
  }
}
