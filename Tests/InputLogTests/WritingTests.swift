import Glibc
import InputLog
import Synchronization
import Testing

/// Groups, bounds and failures, each with the exact answer to every record.
@Suite("Writing the input log")
struct WritingTests {
  private let bench = LogBench()

  @Test("what was answered as durable is read by the next run, in order, and by the one after it")
  func roundTrip() throws {
    for run in UInt64(0)..<3 {
      let log = try bench.open()
      bench.append(log, run * 100 + 1...run * 100 + 50)
      bench.close(log)
      #expect(bench.taken().sequences(all: .durable) == Array(run * 100 + 1...run * 100 + 50))
    }
    let (records, findings) = try bench.read()
    #expect(records == [1...50, 101...150, 201...250].flatMap { $0.map { LogBench.record($0) } })
    #expect(findings.isEmpty && bench.files.openDescriptors == 0)
  }

  @Test("all that waits is one group: one write, one sync, answers in order and only after it")
  func groupCommit() throws {
    let log = try bench.open()
    bench.files.failNever()
    bench.append(log, 1...200)
    #expect(bench.taken().isEmpty && log.status.queueDepth == 200 && bench.files.count(.write) == 0)
    #expect(log.turn() == .worked)
    #expect(bench.files.count(.write) == 1 && bench.files.count(.sync) == 1)
    #expect(bench.taken().sequences(all: .durable) == Array(1...200))
    #expect(log.turn() == .idle && log.status.groups == 1 && log.status.durable == 200 && log.status.queueBytes == 0)
  }

  @Test("a short write is gone on with")
  func shortWrites() throws {
    let log = try bench.open()
    bench.files.fail { call, _, _ in call == .write ? .short(7) : nil }
    bench.append(log, 1...3)
    bench.close(log)
    #expect(bench.taken().sequences(all: .durable) == [1, 2, 3])
    #expect(try bench.read().records.map(\.sequence) == [1, 2, 3])
  }

  @Test("a group ends at its bound of records", arguments: [(3, 1), (4, 2)])
  func groupRecords(count: UInt64, groups: Int) throws {
    var settings = LogBench.settings
    settings.groupRecords = 3
    let log = try bench.open(settings)
    bench.append(log, 1...count)
    bench.run(log)
    #expect(log.status.groups == groups && bench.taken().sequences(all: .durable) == Array(1...count))
  }

  @Test("a group ends at its bound of bytes; a larger record is a group of its own", arguments: [(0, 1), (1, 2)])
  func groupBytes(extra: Int, groups: Int) throws {
    var settings = LogBench.settings
    settings.groupBytes = 2 * 45 + 20
    let log = try bench.open(settings)
    bench.append(log, LogBench.record(1, payload: [UInt8](repeating: 1, count: 10)))
    bench.append(log, LogBench.record(2, payload: [UInt8](repeating: 1, count: 10 + extra)))
    bench.run(log)
    #expect(log.status.groups == groups)
    bench.append(log, LogBench.record(3, payload: [UInt8](repeating: 1, count: 500)))
    bench.run(log)
    #expect(log.status.groups == groups + 1 && bench.taken().sequences(all: .durable) == [1, 2, 3])
  }

  @Test("records that came together have one answer, over several groups as well", arguments: [nil, 0, 1, 2])
  func together(failing: Int?) throws {
    var settings = LogBench.settings
    settings.groupRecords = 2
    let log = try bench.open(settings)
    bench.files.fail { call, number, path in
      // A failure is followed by the write of a header.
      call == .sync && number == failing && path.hasSuffix("1.log") ? .error(EIO) : nil
    }
    bench.append(log, (1...5).map { LogBench.record($0) })
    bench.append(log, 6...6)
    bench.append(log, [])
    #expect(bench.taken() == [.init(sequence: 0, outcome: .durable)])
    bench.run(log)
    let outcome = failing == nil ? InputLogOutcome.durable : .failed(.disk(errno: EIO))
    // The third group holds the last of the five and the sixth.
    let sixth = failing == 2 ? outcome : .durable
    #expect(bench.taken() == [.init(sequence: 5, outcome: outcome), .init(sequence: 6, outcome: sixth)])
    #expect(log.status.durable == (failing == nil ? 6 : 4))
    bench.close(log)
  }

  @Test("records that came together are taken in as a whole or not at all")
  func allOrNone() throws {
    var settings = LogBench.settings
    settings.maximumQueuedRecords = 5
    settings.maximumPayload = 20
    let log = try bench.open(settings)
    bench.append(log, (1...6).map { LogBench.record($0) })
    bench.append(log, [LogBench.record(7), LogBench.record(8, payload: [UInt8](repeating: 0, count: 21))])
    #expect(
      bench.taken() == [
        .init(sequence: 6, outcome: .failed(.queueFull)), .init(sequence: 8, outcome: .failed(.tooLarge)),
      ])
    #expect(log.status.queueDepth == 0 && log.status.refused == 8)
    bench.append(log, (9...13).map { LogBench.record($0) })
    bench.close(log)
    #expect(bench.taken() == [.init(sequence: 13, outcome: .durable)])
    #expect(try bench.read().records.map(\.sequence) == Array(9...13))
  }

  @Test("the queue takes records up to its bound, one more is refused at once")
  func queueRecords() throws {
    var settings = LogBench.settings
    settings.maximumQueuedRecords = 5
    let log = try bench.open(settings)
    bench.append(log, 1...5)
    #expect(bench.taken().isEmpty)
    bench.append(log, 6...6)
    #expect(bench.taken() == [.init(sequence: 6, outcome: .failed(.queueFull))])
    bench.run(log)
    bench.append(log, 7...7)
    bench.close(log)
    #expect(bench.taken().sequences(all: .durable) == [1, 2, 3, 4, 5, 7])
    #expect(log.status.refused == 1 && log.status.appended == 6)
  }

  @Test("and bytes up to their bound", arguments: [0, 1])
  func queueBytes(extra: Int) throws {
    var settings = LogBench.settings
    settings.maximumQueuedBytes = 200
    let log = try bench.open(settings)
    bench.append(log, LogBench.record(1, payload: [UInt8](repeating: 1, count: 55)))
    bench.append(log, LogBench.record(2, payload: [UInt8](repeating: 1, count: 55 + extra)))
    #expect(bench.taken().map(\.sequence) == (extra == 0 ? [] : [2]))
    bench.close(log)
  }

  @Test("a payload of the largest size is written, one byte more is refused before anything is written")
  func payload() throws {
    var settings = LogBench.settings
    settings.maximumPayload = 100
    let log = try bench.open(settings)
    bench.append(log, LogBench.record(1, payload: [UInt8](repeating: 1, count: 101)))
    #expect(bench.taken() == [.init(sequence: 1, outcome: .failed(.tooLarge))] && log.status.queueDepth == 0)
    bench.append(log, LogBench.record(2, payload: [UInt8](repeating: 1, count: 100)))
    bench.append(log, LogBench.record(3, payload: []))
    bench.close(log)
    #expect(bench.taken().sequences(all: .durable) == [2, 3])
    #expect(try bench.read().records.map(\.payload.count) == [100, 0])
  }

  @Test("what comes after the end is refused; closing twice is told twice")
  func closed() throws {
    let log = try bench.open()
    bench.append(log, 1...2)
    let told = Mutex(0)
    log.close { told.withLock { $0 += 1 } }
    bench.append(log, 3...3)
    #expect(bench.taken() == [.init(sequence: 3, outcome: .failed(.closed))])
    bench.run(log)
    log.close { told.withLock { $0 += 1 } }
    #expect(told.withLock { $0 } == 2 && bench.taken().sequences(all: .durable) == [1, 2])
    #expect(log.turn() == .finished)
  }

  @Test("a segment is followed by another before it passes its size", arguments: [(0, 1), (1, 2)])
  func segmentSize(extra: Int, segments: Int) throws {
    var settings = LogBench.settings
    settings.segmentBytes = 1024 + 2 * 45 + 20
    let log = try bench.open(settings)
    for sequence in UInt64(1)...2 {
      let size = 10 + (sequence == 2 ? extra : 0)
      bench.append(log, LogBench.record(sequence, payload: [UInt8](repeating: 1, count: size)))
      bench.run(log)
    }
    #expect(bench.segments.count == segments && log.status.segments == segments)
    bench.close(log)
    #expect(try bench.read().records.map(\.sequence) == [1, 2])
  }

  @Test("and when it is old, with or without a new record", arguments: [true, false])
  func segmentAge(withRecord: Bool) throws {
    let log = try bench.open()
    bench.append(log, 1...1)
    bench.run(log)
    bench.advance(600_000_000 - 1)
    bench.run(log)
    #expect(bench.segments.count == 1)
    bench.advance(1_000_001)
    if withRecord { bench.append(log, 2...2) }
    bench.run(log)
    #expect(bench.segments.count == 2)
    // An empty one is not followed, and does not stay.
    bench.advance(2_000_000_000)
    bench.run(log)
    bench.close(log)
    #expect(bench.segments.count == (withRecord ? 2 : 1))
  }

  @Test("the records' age is that of the oldest, in the queue or being written")
  func ages() throws {
    let log = try bench.open()
    #expect(log.status.oldestAge == 0)
    bench.append(log, 1...1)
    bench.advance(300)
    bench.append(log, 2...2)
    bench.advance(200)
    #expect(log.status.oldestAge == 500 && log.status.queueDepth == 2)
    bench.run(log)
    #expect(log.status.oldestAge == 0)
    bench.close(log)
  }
}
