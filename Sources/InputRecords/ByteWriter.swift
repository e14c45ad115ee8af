import CareModel

/// Appends values in little-endian order; texts and bytes with their length in front.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  mutating func put(_ value: UInt8) { bytes.append(value) }

  mutating func put(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func put<Entity>(_ id: Identifier<Entity>) {
    put(id.high)
    put(id.low)
  }

  mutating func put(_ moment: Timestamp) { put(moment.microseconds) }

  mutating func put(_ number: Double) { put(number.bitPattern) }

  mutating func put(_ flag: Bool) { put(flag ? 1 as UInt8 : 0) }

  mutating func put(_ data: [UInt8]) {
    put(UInt32(clamping: data.count))
    bytes.append(contentsOf: data)
  }

  mutating func put(_ text: String) {
    var text = text
    text.withUTF8 { utf8 in
      put(UInt32(clamping: utf8.count))
      bytes.append(contentsOf: utf8)
    }
  }

  /// A word of a vocabulary, by its name: numbers would change with the order of the cases.
  mutating func put(_ word: some RawRepresentable<String>) { put(word.rawValue) }

  /// Whether there is a value, then the value.
  mutating func put<Value>(_ value: Value?, _ write: (inout Self, Value) -> Void) {
    put(value != nil)
    if let value { write(&self, value) }
  }
}

/// Why a record cannot be read: it was not written by this version, or not by us.
package enum InputRecordError: Error, Sendable, Equatable {
  /// It ends before its last value.
  case truncated
  /// It has bytes behind its last value.
  case tooLong
  /// A tag, word or text in it is unknown.
  case unknownWord
}

/// Reads what ``ByteWriter`` has written; never beyond the end.
struct ByteReader {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// Nothing is left.
  var isAtEnd: Bool { position == bytes.endIndex }

  mutating func integer<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(InputRecordError) -> Value {
    let size = MemoryLayout<Value>.size
    guard bytes.endIndex - position >= size else { throw .truncated }
    var value: Value = 0
    for offset in (0..<size).reversed() {
      value = (size == 1 ? 0 : value << 8) | Value(truncatingIfNeeded: bytes[position + offset])
    }
    position += size
    return value
  }

  mutating func id<Entity>() throws(InputRecordError) -> Identifier<Entity> {
    let high: UInt64 = try integer()
    return Identifier(high: high, low: try integer())
  }

  mutating func moment() throws(InputRecordError) -> Timestamp { Timestamp(microseconds: try integer()) }

  mutating func double() throws(InputRecordError) -> Double { Double(bitPattern: try integer()) }

  mutating func flag() throws(InputRecordError) -> Bool {
    switch try integer(UInt8.self) {
    case 0: return false
    case 1: return true
    default: throw .unknownWord
    }
  }

  mutating func data() throws(InputRecordError) -> [UInt8] {
    let count = Int(try integer(UInt32.self))
    guard bytes.endIndex - position >= count else { throw .truncated }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  mutating func text() throws(InputRecordError) -> String {
    let utf8 = try data()
    guard let text = String(validating: utf8, as: UTF8.self) else { throw .unknownWord }
    return text
  }

  mutating func word<Word: RawRepresentable<String>>() throws(InputRecordError) -> Word {
    guard let word = Word(rawValue: try text()) else { throw .unknownWord }
    return word
  }

  mutating func optional<Value>(
    _ read: (inout Self) throws(InputRecordError) -> Value
  ) throws(InputRecordError) -> Value? {
    try flag() ? try read(&self) : nil
  }

  /// A count, at most as many as there are bytes left: no memory is taken on the word of a damaged record.
  mutating func count() throws(InputRecordError) -> Int {
    let count = Int(try integer(UInt32.self))
    guard count <= bytes.endIndex - position else { throw .truncated }
    return count
  }
}
