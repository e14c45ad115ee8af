import Glibc
import InputLog
import Testing

/// Segments as crashes and bad disks leave them.
@Suite("Reading a damaged input log")
struct ReadingTests {
  private let bench = LogBench()

  /// A log of one segment, closed or with the segment after it, which knows its length.
  private func written(_ sequences: ClosedRange<UInt64> = 1...4, isFollowed: Bool = false) throws -> (
    path: String, bytes: [UInt8]
  ) {
    let log = try bench.open()
    bench.append(log, sequences)
    bench.run(log)
    if isFollowed {
      bench.advance(700_000_000)
      bench.append(log, 1000...1000)
    }
    bench.close(log)
    let path = try #require(bench.segments.first)
    return (path, try #require(bench.files.bytes(path)))
  }

  @Test("cut off after any byte: all whole records are read, and the tail is called torn")
  func torn() throws {
    let (path, whole) = try written()
    for end in 0..<whole.count {
      bench.files.put(path, Array(whole[..<end]))
      let (records, findings) = try bench.read()
      #expect([1, 2, 3, 4].starts(with: records.map(\.sequence)) && records.count < 4)
      #expect(findings.count <= 1 && findings.allSatisfy { $0.kind == .tornTail }, "\(end)")
    }
  }

  @Test("a segment that is shorter than the next one knows has lost something")
  func shortened() throws {
    let (path, whole) = try written(isFollowed: true)
    for end in [0, 63, 1024, whole.count - 10, whole.count - 1] {
      bench.files.put(path, Array(whole[..<end]))
      let (records, findings) = try bench.read()
      #expect(records.last?.sequence == 1000 && findings.count == 1)
      #expect(findings.first?.kind == (end < 64 ? .header : end < 1024 ? .headerCopy : .damaged))
      #expect(findings.first.map { $0.offset + $0.length } == whole.count)
    }
  }

  @Test("any one byte changed costs at most its own record, and the place is told", arguments: [false, true])
  func flipped(isFollowed: Bool) throws {
    let (path, whole) = try written(isFollowed: isFollowed)
    let all = [UInt64](1...4) + (isFollowed ? [1000] : [])
    for index in whole.indices {
      for bit in [UInt8(1), 0x80] {
        var bytes = whole
        bytes[index] ^= bit
        bench.files.put(path, bytes)
        let (records, findings) = try bench.read()
        let sequences = records.map(\.sequence)
        guard index >= 1024 else {
          #expect(sequences == all && findings.allSatisfy { $0.kind == .headerCopy })
          continue
        }
        #expect(sequences.count == all.count - 1 && sequences.allSatisfy(all.contains), "byte \(index)")
        #expect(findings.count == 1 && findings.allSatisfy { ($0.offset..<$0.offset + $0.length).contains(index) })
        // The last record of a run may as well be a write that was cut short.
        let isLast = !isFollowed && !sequences.contains(4)
        #expect(findings.first?.kind == (isLast ? .tornTail : .damaged))
      }
    }
  }

  @Test("garbage between records is passed over, wherever it stands", arguments: 0..<60)
  func garbage(seed: Int) throws {
    let (path, whole) = try written()
    var random = SeededNumbers(UInt64(seed))
    let noise = (0..<Int.random(in: 1...5000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    bench.files.put(path, Array(whole[..<1024]) + noise + whole[1024...])
    let (records, findings) = try bench.read()
    #expect(records.map(\.sequence) == [1, 2, 3, 4])
    #expect(
      findings == [InputLogFinding(kind: .damaged, file: "input-000000000001.log", offset: 1024, length: noise.count)])
  }

  @Test("zeros behind the last record are an end and no damage; zeros in place of a record are damage")
  func zeros() throws {
    let (path, whole) = try written()
    bench.files.put(path, whole + [UInt8](repeating: 0, count: 300_000))
    #expect(try bench.read() == ([1, 2, 3, 4].map { LogBench.record($0) }, []))
    let (followedPath, followed) = try { () throws in
      let bench = LogBench()
      let log = try bench.open()
      bench.append(log, 1...2)
      bench.run(log)
      bench.advance(700_000_000)
      bench.append(log, 3...3)
      bench.close(log)
      return (bench.segments, bench.segments.compactMap { bench.files.bytes($0) })
    }()
    for (path, bytes) in zip(followedPath, followed) { bench.files.put(path, bytes) }
    let first = followed[0]
    bench.files.put(followedPath[0], Array(first[..<1024]) + [UInt8](repeating: 0, count: first.count - 1024))
    let (records, findings) = try bench.read()
    #expect(records.map(\.sequence) == [3] && findings.map(\.kind) == [.damaged])
  }

  @Test("a payload that holds a record, and a record of another segment, are not read as records")
  func forged() throws {
    let (_, other) = try written(1...1)
    let forged = Array(other[1024...])
    let bench = LogBench(seed: 99)
    let log = try bench.open()
    bench.append(log, LogBench.record(1, payload: forged + forged))
    bench.append(log, LogBench.record(2))
    bench.close(log)
    var bytes = try #require(bench.files.bytes(bench.segments[0]))
    // Damages the length of the record around it.
    bytes[1024 + 8] ^= 1
    bench.files.put(bench.segments[0], bytes)
    #expect(try bench.read().records == [LogBench.record(2)])
  }

  @Test("a segment of another version, or whose header is gone, is reported and the others are read")
  func headers() throws {
    let (path, whole) = try written(isFollowed: true)
    bench.files.put(path, [UInt8](repeating: 0xAA, count: 1024) + whole[1024...])
    var (records, findings) = try bench.read()
    #expect(records.map(\.sequence) == [1000] && findings.map(\.kind) == [.header])
    let log = try bench.open()
    bench.close(log)
    #expect(bench.segments.count == 2, "it is not touched")
    bench.files.fail { call, _, name in call == .open && name == path ? .error(EACCES) : nil }
    (records, findings) = try bench.read()
    #expect(records.map(\.sequence) == [1000] && findings.map(\.kind) == [.unreadable(errno: EACCES)])
  }

  @Test("a bad place on the disk costs what stands there")
  func badBlock() throws {
    let log = try bench.open()
    for sequence in UInt64(1)...100 {
      bench.append(log, LogBench.record(sequence, payload: [UInt8](repeating: UInt8(sequence), count: 500)))
    }
    bench.close(log)
    bench.files.setBad(8192..<12_288)
    let (records, findings) = try bench.read()
    // Records of 545 bytes: the block holds 8192 to 12287, that is some of the 14th to some of the 21st record.
    #expect(records.map(\.sequence) == Array(1...13) + Array(22...100))
    #expect(
      findings == [
        InputLogFinding(
          kind: .unreadable(errno: EIO), file: "input-000000000001.log", offset: 8192, length: 4096),
        InputLogFinding(
          kind: .damaged, file: "input-000000000001.log", offset: 1024 + 13 * 545, length: 8 * 545),
      ])
  }

  @Test("records larger than what is read ahead")
  func large() throws {
    let log = try bench.open()
    for sequence in UInt64(1)...3 {
      bench.append(log, LogBench.record(sequence, payload: [UInt8](repeating: UInt8(sequence), count: 2 << 20)))
    }
    bench.close(log)
    let (records, findings) = try bench.read()
    #expect(records.map(\.payload.count) == [2 << 20, 2 << 20, 2 << 20] && findings.isEmpty)
  }

  @Test("a reader begins where it is told")
  func starts() throws {
    var settings = LogBench.settings
    settings.segmentBytes = 1100
    let log = try bench.open(settings)
    for sequence in UInt64(1)...5 {
      bench.append(log, sequence...sequence)
      bench.run(log)
    }
    log.confirm(through: 3)
    bench.close(log)
    #expect(bench.segments.count == 5)
    #expect(try bench.read().records.map(\.sequence) == [1, 2, 3, 4, 5])
    #expect(try bench.read(from: .segment(2)).records.map(\.sequence) == [2, 3, 4, 5])
    #expect(try bench.read(from: .segment(9)).records.isEmpty)
    #expect(try bench.read(from: .unconfirmed).records.map(\.sequence) == [4, 5])
    let next = try bench.open(settings)
    bench.append(next, 6...6)
    bench.run(next)
    var reader = next.earlierRuns(from: .unconfirmed)
    var sequences: [UInt64] = []
    while let record = reader.nextRecord({ _ in }) { sequences.append(record.sequence) }
    #expect(sequences == [4, 5], "what this run writes is not of earlier ones")
    bench.close(next)
  }

  @Test("garbage files never trap a reader", arguments: 0..<200)
  func fuzz(seed: Int) throws {
    let (path, whole) = try written()
    var random = SeededNumbers(UInt64(seed) &* 31)
    var bytes = whole
    for _ in 0..<Int.random(in: 1...40, using: &random) {
      let index = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...50, using: &random)))
      default: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + 40)], at: index)
      }
      if bytes.isEmpty { break }
    }
    bench.files.put(path, bytes)
    bench.files.put(LogBench.directory + "/CONFIRMED", Array(bytes.shuffled(using: &random).prefix(80)))
    for record in try bench.read().records { #expect(record == LogBench.record(record.sequence)) }
  }
}
