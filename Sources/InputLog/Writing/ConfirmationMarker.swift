/// The file that keeps across restarts which segments were confirmed, and how far the numbers have come.
///
/// Bytes: `SBCONFRM`, version and CRC-32C of all that follows (32 bits each), highest number, count, then number and
/// moment of each confirmed segment (64 bits each); least significant byte first.
struct ConfirmationMarker: Sendable, Equatable {
  /// A larger file is none of ours: more segments than this are nowhere.
  static let maximumEntries = 1_000_000
  private static let magic: [UInt8] = Array("SBCONFRM".utf8)
  private static let version: UInt32 = 1
  private static let prefixBytes = 32

  /// No segment has had a higher number.
  var highestNumber: UInt64 = 0
  /// When each segment was confirmed, in microseconds since 1970.
  var confirmedAt: [UInt64: Int64] = [:]

  func encoded() -> [UInt8] {
    var content: [UInt8] = []
    content.put(highestNumber)
    content.put(UInt64(confirmedAt.count))
    for (number, moment) in confirmedAt.sorted(by: { $0.key < $1.key }) {
      content.put(number)
      content.put(moment)
    }
    var crc = CRC32C()
    crc.add(content)
    var bytes = Self.magic
    bytes.put(Self.version)
    bytes.put(crc.value)
    return bytes + content
  }

  /// The marker in a file's bytes; nil when it is damaged or of another version.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.prefixBytes, bytes.starts(with: Self.magic) else { return nil }
    let read = bytes.withUnsafeBytes { bytes -> (highest: UInt64, entries: [UInt64: Int64])? in
      var crc = CRC32C()
      crc.add(UnsafeRawBufferPointer(rebasing: bytes[16...]))
      guard bytes.number(at: 8) == Self.version, bytes.number(at: 12) == crc.value else { return nil }
      let count: UInt64 = bytes.number(at: 24)
      guard count <= UInt64(Self.maximumEntries), bytes.count == Self.prefixBytes + Int(count) * 16 else { return nil }
      var entries: [UInt64: Int64] = [:]
      for index in 0..<Int(count) {
        let place = Self.prefixBytes + index * 16
        entries[bytes.number(at: place)] = bytes.number(at: place + 8)
      }
      return (bytes.number(at: 16), entries)
    }
    guard let read else { return nil }
    highestNumber = read.highest
    confirmedAt = read.entries
  }

  init() {}

  /// The marker in a directory; an empty one where none can be used: then nothing counts as confirmed.
  static func read(in directory: String, files: any LogFiles) -> ConfirmationMarker {
    let maximum = prefixBytes + maximumEntries * 16
    let bytes = try? files.contents(of: directory + "/" + LogNames.confirmed, maximum: maximum)
    return bytes.flatMap { ConfirmationMarker($0) } ?? ConfirmationMarker()
  }
}
