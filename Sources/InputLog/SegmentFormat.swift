/// The bytes of a segment file: a header, then records.
///
/// Header: `SBLOG1` and two zero bytes. Record: `SBR1`, length of the payload and CRC-32C of length and payload, 32
/// bits each in little-endian order, then the payload. The mark in front of a record lets a reader find the next one
/// behind damage.
enum SegmentFormat {
  static let header: [UInt8] = Array("SBLOG1".utf8) + [0, 0]
  static let mark: [UInt8] = Array("SBR1".utf8)
  /// Bytes of a record before its payload.
  static let recordHeader = 12

  /// Appends a record whose payload `encode` writes; nothing when it writes nothing or too much.
  ///
  /// - Returns: whether a record was appended.
  static func append(
    to bytes: inout [UInt8], maximumPayload: Int, _ encode: (inout [UInt8]) -> Void
  ) -> Bool {
    let start = bytes.count
    bytes.append(contentsOf: mark)
    bytes.append(contentsOf: [UInt8](repeating: 0, count: 8))
    encode(&bytes)
    let size = bytes.count - start - recordHeader
    guard size > 0, size <= maximumPayload else {
      bytes.removeSubrange(start...)
      return false
    }
    bytes.put(UInt32(size), at: start + 4)
    bytes.put(checksum(bytes[start...]), at: start + 8)
    return true
  }

  /// The checksum of a record's length and payload.
  private static func checksum(_ record: ArraySlice<UInt8>) -> UInt32 {
    record.withUnsafeBytes { bytes in
      var crc = CRC32C()
      crc.add(UnsafeRawBufferPointer(rebasing: bytes[4..<8]))
      crc.add(UnsafeRawBufferPointer(rebasing: bytes[recordHeader...]))
      return crc.value
    }
  }

  /// The payload's place of the record that begins at `start`; nil when there is no whole and right record.
  static func payload(in bytes: [UInt8], at start: Int, maximumPayload: Int) -> Range<Int>? {
    let begin = start + recordHeader
    guard begin <= bytes.count, bytes[start..<start + 4].elementsEqual(mark) else { return nil }
    let size = Int(bytes.number(at: start + 4))
    guard size > 0, size <= maximumPayload, bytes.count - begin >= size else { return nil }
    guard checksum(bytes[start..<begin + size]) == bytes.number(at: start + 8) else { return nil }
    return begin..<begin + size
  }
}

extension [UInt8] {
  fileprivate mutating func put(_ value: UInt32, at position: Int) {
    for index in 0..<4 { self[position + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index)) }
  }

  fileprivate func number(at position: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(self[position + $1]) << UInt32(8 * $1) }
  }
}
