/// Why the bytes of a time zone file were refused.
package enum TZifError: Error, Sendable, Equatable {
  /// Larger than ``TimeZoneRules/maximumBytes``.
  case tooLarge
  /// The file does not begin as a time zone file, or is of version 1, which has no rule for later years.
  case notTZif
  /// The file ends before its own counts say.
  case tooShort
  /// Counts beyond the bounds, or that do not fit each other.
  case badCounts
  /// Changes that do not ascend, an unknown type, an offset of more than 26 hours, or leap seconds.
  case badData
  /// The rule for later years is malformed.
  case badRule
}

extension TimeZoneRules {
  /// Largest file; those of the world have at most 4 KiB.
  package static let maximumBytes = 64 * 1024
  /// Most changes of a zone.
  static let maximumChanges = 2_000
  /// Longest rule for later years, in bytes.
  static let maximumRuleBytes = 128

  /// From the bytes of a file of version 2 or later (RFC 8536). Files with leap seconds are refused.
  package init(tzif bytes: [UInt8]) throws(TZifError) {
    guard bytes.count <= Self.maximumBytes else { throw .tooLarge }
    var reader = TZifReader(bytes: bytes)
    let old = try reader.header()
    try reader.skip(old.bodyBytes(timeBytes: 4))
    let header = try reader.header()
    guard header.leaps == 0 else { throw .badData }
    var changes: [Int64] = []
    for _ in 0..<header.times {
      let change = Int64(bitPattern: try reader.integer(bytes: 8))
      guard change > changes.last ?? .min else { throw .badData }
      changes.append(change)
    }
    let types = try reader.bytes(header.times)
    var offsets: [Int] = []
    for _ in 0..<header.types {
      let offset = Int(Int32(truncatingIfNeeded: try reader.integer(bytes: 4)))
      guard (-26 * 3_600...26 * 3_600).contains(offset) else { throw .badData }
      offsets.append(offset)
      try reader.skip(2)
    }
    try reader.skip(header.characters + header.standards + header.universals)
    guard types.allSatisfy({ Int($0) < offsets.count }) else { throw .badData }
    let rule = try reader.footer(maximumBytes: Self.maximumRuleBytes)
    let later = rule.isEmpty ? nil : PosixZone(rule)
    if later == nil, !rule.isEmpty { throw .badRule }
    self.init(changes: changes, offsets: types.map { offsets[Int($0)] }, firstOffset: offsets[0], later: later)
  }
}

/// Reads the parts of a time zone file; every length is checked before it is used.
private struct TZifReader {
  struct Header {
    var universals, standards, leaps, times, types, characters: Int

    func bodyBytes(timeBytes: Int) -> Int {
      times * (timeBytes + 1) + types * 6 + characters + leaps * (timeBytes + 4) + standards + universals
    }
  }

  let bytes: [UInt8]
  var position = 0

  mutating func bytes(_ count: Int) throws(TZifError) -> ArraySlice<UInt8> {
    guard count <= bytes.count - position else { throw .tooShort }
    defer { position += count }
    return bytes[position..<position + count]
  }

  mutating func skip(_ count: Int) throws(TZifError) { _ = try bytes(count) }

  mutating func integer(bytes count: Int) throws(TZifError) -> UInt64 {
    try bytes(count).reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func header() throws(TZifError) -> Header {
    guard try bytes(4).elementsEqual("TZif".utf8), let version = try bytes(1).first,
      version >= UInt8(ascii: "2")
    else { throw .notTZif }
    try skip(15)
    var counts: [Int] = []
    for _ in 0..<6 {
      let count = try integer(bytes: 4)
      guard count <= UInt64(TimeZoneRules.maximumChanges) else { throw .badCounts }
      counts.append(Int(count))
    }
    let header = Header(
      universals: counts[0], standards: counts[1], leaps: counts[2], times: counts[3], types: counts[4],
      characters: counts[5])
    guard (1...256).contains(header.types), header.characters >= 1,
      [0, header.types].contains(header.universals), [0, header.types].contains(header.standards)
    else { throw .badCounts }
    return header
  }

  /// The rule between two line ends, which must be the end of the file.
  mutating func footer(maximumBytes: Int) throws(TZifError) -> [UInt8] {
    let rest = Array(try bytes(bytes.count - position))
    guard rest.count >= 2, rest.count <= maximumBytes + 2, rest.first == 0x0A, rest.last == 0x0A else {
      throw .badRule
    }
    return Array(rest[1..<rest.count - 1])
  }
}
