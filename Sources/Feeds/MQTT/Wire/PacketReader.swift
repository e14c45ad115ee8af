/// Walks over a packet's body; never past its end.
struct PacketReader {
  private var rest: ArraySlice<UInt8>

  init(_ body: ArraySlice<UInt8>) { rest = body }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func byte() throws(DecodeFailure) -> UInt8 {
    guard let byte = rest.popFirst() else { throw .malformed }
    return byte
  }

  mutating func twoBytes() throws(DecodeFailure) -> UInt16 {
    let high = try byte()
    let low = try byte()
    return UInt16(high) << 8 | UInt16(low)
  }

  mutating func fourBytes() throws(DecodeFailure) -> UInt32 {
    let high = try twoBytes()
    let low = try twoBytes()
    return UInt32(high) << 16 | UInt32(low)
  }

  /// A variable byte integer in its shortest form, 0 to 268,435,455 (5.0 section 1.5.5).
  mutating func variable() throws(DecodeFailure) -> UInt32 {
    var value: UInt32 = 0
    for shift in stride(from: UInt32(0), through: 21, by: 7) {
      let byte = try byte()
      value |= UInt32(byte & 0x7F) << shift
      guard byte & 0x80 == 0 else { continue }
      guard byte != 0 || shift == 0 else { throw .malformed }
      return value
    }
    throw .malformed
  }

  /// A reader for a part that begins with its length, such as the properties (5.0 section 2.2.2).
  mutating func section() throws(DecodeFailure) -> PacketReader {
    let count = Int(try variable())
    guard count <= rest.count else { throw .malformed }
    defer { rest = rest.dropFirst(count) }
    return PacketReader(rest.prefix(count))
  }

  /// A packet identifier; 0 is not one (3.1.1 section 2.3.1).
  mutating func packetID(zeroIs failure: DecodeFailure = .malformed) throws(DecodeFailure) -> PacketID {
    guard let id = PacketID(rawValue: try twoBytes()) else { throw failure }
    return id
  }

  /// Length and bytes (3.1.1 section 3.1.3.3 and others).
  mutating func binary() throws(DecodeFailure) -> ArraySlice<UInt8> {
    let count = Int(try twoBytes())
    guard count <= rest.count else { throw .malformed }
    let bytes = rest.prefix(count)
    rest = rest.dropFirst(count)
    return bytes
  }

  /// A text as its bytes, checked but not copied (3.1.1 section 1.5.3).
  mutating func text() throws(DecodeFailure) -> ArraySlice<UInt8> {
    let bytes = try binary()
    guard isAllowedText(bytes) else { throw .malformed }
    return bytes
  }

  mutating func string() throws(DecodeFailure) -> String {
    String(decoding: try text(), as: UTF8.self)
  }

  /// Everything that is left.
  mutating func remainder() -> ArraySlice<UInt8> {
    defer { rest = [] }
    return rest
  }

  func expectEnd() throws(DecodeFailure) {
    guard rest.isEmpty else { throw .malformed }
  }
}

/// Whether bytes are UTF-8 without U+0000 and without control characters, for which 3.1.1 section 1.5.3 lets the server
/// close.
func isAllowedText(_ bytes: ArraySlice<UInt8>) -> Bool {
  guard bytes.contains(where: { $0 < 0x20 || $0 >= 0x7F }) else { return true }
  guard let text = String(validating: bytes, as: UTF8.self) else { return false }
  return !text.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
}
