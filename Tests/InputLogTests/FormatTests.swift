import InputLog
import Testing

/// The bytes on the disk. The expected ones were computed by another program from the description of the format.
@Suite("The input log's format")
struct FormatTests {
  private static let recordBytes =
    "897766552fa8862824000000072c010000000000002c819828176506000190a1b2c3d47e5f8a6b0123456789abe99383"
  private static let firstHeader =
    "5342494e504c4f4701000000ce7ba2bc0100000000000000008098281765060000000000000000008877665544332211"
    + "00000000000000000000000000000000"
  private static let secondHeader =
    "5342494e504c4f470100000024f4259d020000000000000000a75152176506002d010000000000008877665544332211"
    + "01000000000000003004000000000000"
  private static let confirmed =
    "5342434f4e46524d01000000f94487f002000000000000000100000000000000010000000000000040e9605217650600"

  private let bench = LogBench(salt: 0x1122_3344_5566_7788)
  private let record = InputLogRecord(
    kind: 7, sequence: 300, receivedAt: 1_800_000_000_000_300,
    id: InputLogID(high: 0x0190_a1b2_c3d4_7e5f, low: 0x8a6b_0123_4567_89ab), payload: Array("铃".utf8))

  @Test("the checksum is CRC-32C", arguments: [("123456789", UInt32(0xE306_9283)), ("", 0), ("a", 0xC1D0_4330)])
  func checksum(text: String, expected: UInt32) {
    var crc = CRC32C()
    crc.add(Array(text.utf8))
    #expect(crc.value == expected)
  }

  @Test("the checksum of a split text is that of the whole")
  func splitChecksum() {
    let bytes = (0..<100).map { UInt8($0) }
    for split in 0...100 {
      var (whole, parts) = (CRC32C(), CRC32C())
      whole.add(bytes)
      parts.add(Array(bytes[..<split]))
      parts.add(Array(bytes[split...]))
      #expect(whole.value == parts.value)
    }
  }

  /// Two segments; the first holds the record and is confirmed, as of the second's first look.
  private func write() throws {
    let log = try bench.open()
    bench.append(log, record)
    bench.run(log)
    bench.advance(700_000_000)
    bench.run(log)
    log.confirm(through: 300)
    bench.advance(1_000_000)
    bench.run(log)
  }

  @Test("segments and confirmations")
  func files() throws {
    try write()
    #expect(bench.segments == ["/log/input-000000000001.log", "/log/input-000000000002.log"])
    let segments = bench.segments.compactMap { bench.files.bytes($0) }
    let headers = [Self.firstHeader, Self.secondHeader]
    for (segment, header) in zip(segments, headers) {
      #expect(hex(segment[..<64]) == header && hex(segment[512..<576]) == header)
      #expect(segment[64..<512].allSatisfy { $0 == 0 } && segment[576..<1024].allSatisfy { $0 == 0 })
    }
    #expect(segments.map { hex($0[1024...]) } == [Self.recordBytes, ""])
    #expect(try bench.read().records == [record])
    #expect(bench.files.bytes("/log/CONFIRMED").map { hex($0[...]) } == Self.confirmed)
  }

  @Test("confirmations that are damaged count for nothing")
  func damagedConfirmations() throws {
    try write()
    let whole = try #require(bench.files.bytes("/log/CONFIRMED"))
    #expect(try bench.read(from: .unconfirmed).records.isEmpty)
    for index in whole.indices {
      var bytes = whole
      bytes[index] ^= 1
      bench.files.put("/log/CONFIRMED", bytes)
      #expect(try bench.read(from: .unconfirmed).records == [record])
      bench.files.put("/log/CONFIRMED", Array(whole[..<index]))
      #expect(try bench.read(from: .unconfirmed).records == [record])
    }
  }

  @Test(
    "files of other names are left alone",
    arguments: [
      "input-12.log", "input-000000000000.log", "input-18446744073709551615.log", "input-00000000001a.log",
      "input-000000000012.log.old", "notes",
    ])
  func otherNames(name: String) throws {
    bench.files.put("/log/" + name, [1, 2, 3])
    let log = try bench.open()
    bench.close(log)
    #expect(bench.files.bytes("/log/" + name) == [1, 2, 3])
    #expect(try bench.read().findings.isEmpty)
  }

  @Test("numbers go on behind the highest, of more digits as well")
  func numbers() throws {
    bench.files.put("/log/input-1000000000000.log", [])
    bench.files.put("/log/input-000000000007.log", [])
    let log = try bench.open()
    #expect(bench.segments.contains("/log/input-1000000000001.log"))
    bench.close(log)
  }

  private func hex(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
