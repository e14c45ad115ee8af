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

  /// A packet identifier; 0 is not one (3.1.1 section 2.3.1).
  mutating func packetID() throws(DecodeFailure) -> PacketID {
    guard let id = PacketID(rawValue: try twoBytes()) else { throw .malformed }
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
private func isAllowedText(_ bytes: ArraySlice<UInt8>) -> Bool {
  guard bytes.contains(where: { $0 < 0x20 || $0 >= 0x7F }) else { return true }
  guard let text = String(validating: bytes, as: UTF8.self) else { return false }
  return !text.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
}
