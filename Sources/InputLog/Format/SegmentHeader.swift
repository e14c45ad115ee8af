/// The first bytes of a segment, there twice in different sectors, so that one bad byte never costs a segment.
struct SegmentHeader: Sendable, Equatable {
  static let version: UInt32 = 1
  /// Where the first record begins.
  static let blockBytes = 1024
  private static let magic: [UInt8] = Array("SBINPLOG".utf8)
  private static let bytes = 64
  private static let copies = [0, 512]
  /// Where the checksum stands; it covers what is before and behind it.
  private static let checksum = 12

  var number: UInt64
  /// Microseconds since 1970.
  var createdAt: Int64
  /// The sequence that the first record has or was expected to have; 0 when that was not known. For people who look.
  var firstSequence: UInt64
  /// Makes marks and checksums of this segment's records its own.
  var salt: UInt64
  /// The segment that the same run wrote before this one, 0 for none, and how much of it had been synced: what lies
  /// behind that was never answered as durable.
  var previousNumber: UInt64
  var previousLength: UInt64

  /// Why a header cannot be used.
  enum Defect: Sendable, Equatable {
    case unreadable
    case version(UInt32)
  }

  /// The header's block.
  func encoded() -> [UInt8] {
    var copy = Self.magic
    copy.put(Self.version)
    copy.put(UInt32(0))
    copy.put(number)
    copy.put(createdAt)
    copy.put(firstSequence)
    copy.put(salt)
    copy.put(previousNumber)
    copy.put(previousLength)
    let sum = copy.withUnsafeBytes(Self.sum)
    copy.replaceSubrange(
      Self.checksum..<Self.checksum + 4, with: Swift.withUnsafeBytes(of: sum.littleEndian, Array.init))
    var block = [UInt8](repeating: 0, count: Self.blockBytes)
    for start in Self.copies { block.replaceSubrange(start..<start + copy.count, with: copy) }
    return block
  }

  /// The header in a block, which may be short; `isWhole` is false when only one of the copies is right.
  static func decode(_ block: [UInt8]) -> Result<(header: SegmentHeader, isWhole: Bool), HeaderError> {
    block.withUnsafeBytes { block in
      var found: SegmentHeader?
      var defect = Defect.unreadable
      var right = 0
      for start in copies where block.count >= start + bytes {
        switch decodeCopy(UnsafeRawBufferPointer(rebasing: block[start..<start + bytes])) {
        case .success(let header):
          right += 1
          found = found ?? header
        case .failure(let error): if error.defect != .unreadable { defect = error.defect }
        }
      }
      guard let found else { return .failure(HeaderError(defect: defect)) }
      return .success((found, right == copies.count))
    }
  }

  /// A defect as an error.
  struct HeaderError: Error { var defect: Defect }

  private static func decodeCopy(_ copy: UnsafeRawBufferPointer) -> Result<SegmentHeader, HeaderError> {
    guard copy.starts(with: magic), copy.number(at: checksum) == sum(copy) else {
      return .failure(HeaderError(defect: .unreadable))
    }
    let version: UInt32 = copy.number(at: 8)
    guard version == Self.version else { return .failure(HeaderError(defect: .version(version))) }
    return .success(
      SegmentHeader(
        number: copy.number(at: 16), createdAt: copy.number(at: 24), firstSequence: copy.number(at: 32),
        salt: copy.number(at: 40), previousNumber: copy.number(at: 48), previousLength: copy.number(at: 56)))
  }

  private static func sum(_ copy: UnsafeRawBufferPointer) -> UInt32 {
    var crc = CRC32C()
    crc.add(UnsafeRawBufferPointer(rebasing: copy[..<checksum]))
    crc.add(UnsafeRawBufferPointer(rebasing: copy[(checksum + 4)...]))
    return crc.value
  }
}
