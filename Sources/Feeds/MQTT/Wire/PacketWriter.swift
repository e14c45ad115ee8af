/// Writes one packet into a buffer.
struct PacketWriter {
  private(set) var bytes: [UInt8] = []

  /// Starts a packet whose body has exactly `bodyBytes` bytes, all of them appended next.
  init(_ type: PacketType, flags: UInt8 = 0, bodyBytes: Int) {
    bytes.reserveCapacity(bodyBytes + 5)
    bytes.append(type.rawValue << 4 | flags)
    bytes.append(variable: bodyBytes)
  }

  mutating func append(variable number: Int) { bytes.append(variable: number) }

  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  mutating func append(_ id: PacketID) { append(id.rawValue) }

  mutating func append(_ number: UInt16) {
    bytes.append(UInt8(truncatingIfNeeded: number >> 8))
    bytes.append(UInt8(truncatingIfNeeded: number))
  }

  mutating func append(contentsOf more: some Collection<UInt8>) { bytes.append(contentsOf: more) }
}

extension [UInt8] {
  /// Appends a variable byte integer (3.1.1 section 2.2.3, 5.0 section 1.5.5).
  mutating func append(variable number: Int) {
    var rest = number
    repeat {
      let low = UInt8(truncatingIfNeeded: rest & 0x7F)
      rest >>= 7
      append(rest > 0 ? low | 0x80 : low)
    } while rest > 0
  }
}
