import CareModel

/// Writes what the database keeps of an instance: whole numbers of eight bytes, texts with their length before them.
package struct StateWriter: Sendable {
  /// What was written.
  package private(set) var bytes: [UInt8] = []

  /// A writer of nothing yet.
  package init() {}

  /// Appends a byte.
  package mutating func byte(_ value: UInt8) { bytes.append(value) }

  /// Appends a number.
  package mutating func number(_ value: some FixedWidthInteger) {
    let bits = UInt64(truncatingIfNeeded: value)
    for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: bits >> (8 * UInt64(place)))) }
  }

  /// Appends a text; of longer ones the first 65,535 bytes.
  package mutating func text(_ text: String) {
    let utf8 = text.utf8.prefix(Int(UInt16.max))
    bytes.append(UInt8(truncatingIfNeeded: utf8.count))
    bytes.append(UInt8(truncatingIfNeeded: utf8.count >> 8))
    bytes.append(contentsOf: utf8)
  }

  /// Appends something that may be missing.
  package mutating func optional<Value>(_ value: Value?, _ write: (inout Self, Value) -> Void) {
    byte(value == nil ? 0 : 1)
    if let value { write(&self, value) }
  }
}

/// The bytes of an instance cannot be read: cut, or of another version.
package struct StateUnreadable: Error, Equatable {
  /// An error without particulars: what the bytes say is nobody's business.
  package init() {}
}

/// Reads what ``StateWriter`` wrote.
package struct StateReader: Sendable {
  private var rest: ArraySlice<UInt8>

  /// A reader of these bytes.
  package init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// Everything was read.
  package var isAtEnd: Bool { rest.isEmpty }

  /// The next byte.
  package mutating func byte() throws(StateUnreadable) -> UInt8 {
    guard let byte = rest.popFirst() else { throw StateUnreadable() }
    return byte
  }

  /// The next number.
  package mutating func number() throws(StateUnreadable) -> Int64 {
    var bits: UInt64 = 0
    for place in 0..<8 { bits |= UInt64(try byte()) << (8 * UInt64(place)) }
    return Int64(bitPattern: bits)
  }

  /// The next text.
  package mutating func text() throws(StateUnreadable) -> String {
    let count = Int(try byte()) | Int(try byte()) << 8
    guard rest.count >= count, let text = String(validating: rest.prefix(count), as: UTF8.self) else {
      throw StateUnreadable()
    }
    rest = rest.dropFirst(count)
    return text
  }

  /// Something that may be missing.
  package mutating func optional<Value>(
    _ read: (inout Self) throws(StateUnreadable) -> Value
  ) throws(StateUnreadable) -> Value? {
    switch try byte() {
    case 0: return nil
    case 1: return try read(&self)
    default: throw StateUnreadable()
    }
  }
}
