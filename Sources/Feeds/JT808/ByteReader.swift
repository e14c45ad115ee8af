/// Fewer bytes are there than the format says.
package struct EndOfBytes: Error, Equatable {}

/// Walks over bytes, high byte first as everywhere in JT/T 808; never past their end.
struct ByteReader {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func byte() throws(EndOfBytes) -> UInt8 {
    guard let byte = rest.popFirst() else { throw EndOfBytes() }
    return byte
  }

  mutating func twoBytes() throws(EndOfBytes) -> UInt16 {
    let high = try byte()
    return UInt16(high) << 8 | UInt16(try byte())
  }

  mutating func fourBytes() throws(EndOfBytes) -> UInt32 {
    let high = try twoBytes()
    return UInt32(high) << 16 | UInt32(try twoBytes())
  }

  mutating func bytes(_ count: Int) throws(EndOfBytes) -> ArraySlice<UInt8> {
    guard count >= 0, count <= rest.count else { throw EndOfBytes() }
    let taken = rest.prefix(count)
    rest = rest.dropFirst(count)
    return taken
  }
}
