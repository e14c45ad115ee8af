/// The bytes of the records of one segment: mark, CRC-32C, length of the body (32 bits each), body; numbers with the
/// least significant byte first.
///
/// Body: kind (8 bits), sequence (64), received-at (64), id (16 bytes, in the order of its text), payload. The checksum
/// covers the segment's salt, the length and the body. The mark lets a reader find the next record behind damage. Both
/// come from the salt: a payload cannot pretend to be a record, nor can what an older file has left on the disk.
struct RecordFormat: Sendable {
  /// Bytes before the body.
  static let prefixBytes = 12
  /// Bytes of the body before the payload.
  static let bodyBytes = 33

  let mark: UInt32
  private let seed: CRC32C
  private let maximumPayload: Int

  init(salt: UInt64, maximumPayload: Int) {
    // Never zero: zeros are what an allocated and unwritten place has.
    mark = UInt32(truncatingIfNeeded: salt) | 1
    var seed = CRC32C()
    withUnsafeBytes(of: salt.littleEndian) { seed.add($0) }
    self.seed = seed
    self.maximumPayload = maximumPayload
  }

  /// The bytes that a record takes.
  static func size(_ record: InputLogRecord) -> Int { prefixBytes + bodyBytes + record.payload.count }

  /// Appends a record, whose payload the caller has found short enough.
  func append(_ record: InputLogRecord, to bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.put(mark)
    bytes.put(UInt32(0))
    bytes.put(UInt32(Self.bodyBytes + record.payload.count))
    bytes.append(record.kind)
    bytes.put(record.sequence)
    bytes.put(record.receivedAt)
    bytes.putBigEndian(record.id.high)
    bytes.putBigEndian(record.id.low)
    bytes.append(contentsOf: record.payload)
    bytes.withUnsafeMutableBytes { all in
      let sum = checksum(UnsafeRawBufferPointer(rebasing: all[(start + 8)...]))
      all.storeBytes(of: sum.littleEndian, toByteOffset: start + 4, as: UInt32.self)
    }
  }

  /// The whole size of the record whose prefix this is; nil when it is none.
  func size(prefix: UnsafeRawBufferPointer) -> Int? {
    guard prefix.count >= Self.prefixBytes, prefix.number(at: 0) == mark else { return nil }
    let length = Int(prefix.number(at: 8, as: UInt32.self))
    guard length >= Self.bodyBytes, length <= Self.bodyBytes + maximumPayload else { return nil }
    return Self.prefixBytes + length
  }

  /// The record in its bytes, which have the size that its prefix tells; nil when the checksum is another.
  func decode(_ bytes: UnsafeRawBufferPointer) -> InputLogRecord? {
    guard bytes.count >= Self.prefixBytes + Self.bodyBytes,
      checksum(UnsafeRawBufferPointer(rebasing: bytes[8...])) == bytes.number(at: 4)
    else { return nil }
    let body = Self.prefixBytes
    return InputLogRecord(
      kind: bytes[body], sequence: bytes.number(at: body + 1), receivedAt: bytes.number(at: body + 9),
      id: InputLogID(
        high: bytes.number(at: body + 17, as: UInt64.self).byteSwapped,
        low: bytes.number(at: body + 25, as: UInt64.self).byteSwapped),
      payload: Array(bytes[(body + Self.bodyBytes)...]))
  }

  private func checksum(_ lengthAndBody: UnsafeRawBufferPointer) -> UInt32 {
    var crc = seed
    crc.add(lengthAndBody)
    return crc.value
  }
}
