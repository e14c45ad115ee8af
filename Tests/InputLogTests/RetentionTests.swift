import InputLog
import Testing

/// Which segments go, and when.
@Suite("Retention of the input log")
struct RetentionTests {
  private static let day: Int64 = 24 * 3600 * 1_000_000
  private let bench = LogBench()

  /// One record a segment.
  private var settings: InputLogSettings {
    var settings = LogBench.settings
    settings.segmentBytes = 1100
    return settings
  }

  private func write(_ log: InputLog, _ sequences: ClosedRange<UInt64>) {
    for sequence in sequences {
      bench.append(log, sequence...sequence)
      bench.run(log)
    }
  }

  private func look(_ log: InputLog, after microseconds: Int64 = 1_000_000) {
    bench.advance(microseconds)
    bench.run(log)
  }

  private var kept: [UInt64] { get throws { try bench.read().records.map(\.sequence) } }

  @Test("a segment goes when all of it was confirmed a day ago, and not a moment earlier")
  func confirmed() throws {
    let log = try bench.open(settings)
    write(log, 1...5)
    log.confirm(through: 2)
    look(log)
    look(log, after: Self.day - 1)
    #expect(try kept == [1, 2, 3, 4, 5])
    look(log)
    #expect(try kept == [3, 4, 5] && log.status.segments == 4, "and the new one")
    look(log, after: 100 * Self.day)
    #expect(try kept == [3, 4, 5], "what is not confirmed stays, however old")
    bench.close(log)
  }

  @Test("at one look four segments go at most: records wait meanwhile", arguments: [4, 5])
  func deletions(count: UInt64) throws {
    let log = try bench.open(settings)
    write(log, 1...count + 1)
    log.confirm(through: count)
    look(log)
    look(log, after: Self.day)
    #expect(try kept.count == count - 4 + 1)
    look(log)
    #expect(try kept == [count + 1])
    bench.close(log)
  }

  @Test("a confirmation below an earlier one changes nothing")
  func lower() throws {
    let log = try bench.open(settings)
    write(log, 1...4)
    log.confirm(through: 3)
    log.confirm(through: 1)
    look(log)
    look(log, after: Self.day)
    #expect(try kept == [4])
    bench.close(log)
  }

  @Test("a segment with one unconfirmed record stays")
  func partly() throws {
    let log = try bench.open()
    bench.append(log, 1...3)
    bench.run(log)
    look(log, after: 700_000_000)
    log.confirm(through: 2)
    look(log)
    look(log, after: 2 * Self.day)
    #expect(try kept == [1, 2, 3])
    bench.close(log)
  }

  @Test("confirmations outlive a restart, with their moment")
  func restart() throws {
    var log = try bench.open(settings)
    write(log, 1...3)
    log.confirm(through: 2)
    look(log)
    bench.close(log)
    bench.advance(Self.day / 2)
    log = try bench.open(settings)
    write(log, 4...4)
    // Sequences of this run say nothing of earlier ones.
    log.confirm(through: 4)
    look(log, after: Self.day / 2 + 1_000_000)
    #expect(try kept == [3, 4])
    bench.close(log)
  }

  @Test("what earlier runs have left stays until it is confirmed as a whole")
  func earlierRuns() throws {
    var log = try bench.open(settings)
    write(log, 1...3)
    bench.close(log)
    log = try bench.open(settings)
    look(log, after: 50 * Self.day)
    #expect(try kept == [1, 2, 3])
    log.confirmEarlierRuns()
    look(log)
    look(log, after: Self.day)
    #expect(try kept == [])
    bench.close(log)
    #expect(bench.segments.isEmpty)
    log = try bench.open(settings)
    #expect(bench.segments == ["/log/input-000000000005.log"], "numbers go on though no segment is left")
    bench.close(log)
  }

  @Test("a moment in the future counts as now: the clock was put back")
  func clockPutBack() throws {
    var log = try bench.open(settings)
    bench.advance(1000 * Self.day)
    write(log, 1...1)
    log.confirm(through: 1)
    look(log)
    bench.close(log)
    bench.advance(-1000 * Self.day)
    log = try bench.open(settings)
    look(log)
    #expect(try kept == [1])
    look(log, after: Self.day)
    #expect(try kept == [])
    bench.close(log)
  }

  @Test("over the bound of size the oldest confirmed go first, unconfirmed ones never", arguments: [0, 1])
  func size(missing: Int) throws {
    var settings = settings
    let segment = 1024 + 45 + "record 1".utf8.count
    settings.maximumBytes = 5 * segment - missing
    let log = try bench.open(settings)
    write(log, 1...5)
    log.confirm(through: 3)
    look(log)
    #expect(try kept == (missing == 0 ? [1, 2, 3, 4, 5] : [2, 3, 4, 5]))
    write(log, 6...9)
    log.confirm(through: 4)
    look(log)
    #expect(try kept == [5, 6, 7, 8, 9])
    write(log, 10...12)
    look(log)
    #expect(try kept == [5, 6, 7, 8, 9] + [10, 11, 12])
    bench.close(log)
  }

  @Test("the confirmations are written when they have changed, at most once an interval")
  func markerWrites() throws {
    let log = try bench.open(settings)
    bench.files.failNever()
    write(log, 1...4)
    for sequence in UInt64(1)...4 {
      log.confirm(through: sequence)
      bench.run(log)
    }
    #expect(bench.files.count(.rename) == 0)
    look(log)
    #expect(bench.files.count(.rename) == 1)
    for _ in 0..<5 { look(log) }
    #expect(bench.files.count(.rename) == 1)
    bench.close(log)
  }
}
