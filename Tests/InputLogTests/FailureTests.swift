import Dispatch
import Glibc
import InputLog
import Testing

/// Disks that fail: who is answered what, what is touched again, and what is told.
@Suite("Failures of the input log's disk")
struct FailureTests {
  private let bench = LogBench()

  private func failing(_ errno: Int32) -> InputLogCondition.Health {
    .failing(since: LogBench.start + bench.now, errno: errno)
  }

  @Test(
    "a write or sync that fails: its group fails, the next has a new segment",
    arguments: [
      (MemoryFiles.Call.write, EIO), (.sync, EIO), (.write, ENOSPC), (.sync, ENOSPC), (.write, EROFS),
    ])
  func oneFailure(call: MemoryFiles.Call, code: Int32) throws {
    let log = try bench.open()
    bench.append(log, 1...2)
    bench.run(log)
    bench.files.fail { made, number, _ in made == call && number == 0 ? .error(code) : nil }
    bench.append(log, 3...4)
    #expect(log.turn() == .worked)
    #expect(log.status.condition.health == failing(code) && log.status.failures == 1)
    bench.append(log, 5...6)
    #expect(log.turn() == .worked)
    let lost = InputLogOutcome.failed(.disk(errno: code))
    let outcomes: [InputLogOutcome] = [.durable, .durable, lost, lost, .durable, .durable]
    let taken = bench.taken()
    #expect(taken.map(\.sequence) == Array(1...6) && taken.map(\.outcome) == outcomes)
    #expect(bench.takenConditions().map(\.health) == [failing(code), .healthy])
    #expect(bench.segments.count == 2 && bench.files.syncsAfterFailure == 0)
    bench.close(log)
    let (records, findings) = try bench.read()
    let sequences: [UInt64] = records.map(\.sequence)
    #expect(sequences.filter { $0 != 3 && $0 != 4 } == [1, 2, 5, 6])
    #expect(findings.isEmpty)
  }

  @Test("half a group on the disk is a torn tail, in the middle of the log as well")
  func halfWritten() throws {
    let log = try bench.open()
    bench.append(log, 1...1)
    bench.run(log)
    bench.files.fail { call, number, _ in
      guard call == .write else { return nil }
      return number == 0 ? .short(30) : number == 1 ? .error(EIO) : nil
    }
    bench.append(log, 2...2)
    bench.run(log)
    bench.append(log, 3...3)
    bench.close(log)
    let (records, findings) = try bench.read()
    #expect(records.map(\.sequence) == [1, 3])
    #expect(findings.map(\.kind) == [.tornTail] && findings.first?.length == 30)
  }

  @Test(
    "a new segment that cannot be made leaves nothing behind",
    arguments: [
      MemoryFiles.Call.create, .write, .sync, .syncDirectory,
    ])
  func noNewSegment(call: MemoryFiles.Call) throws {
    let log = try bench.open()
    bench.append(log, 1...1)
    bench.run(log)
    // The write of record 2 fails, and so does the segment for record 3.
    bench.files.fail { made, number, _ in
      made == .write && number == 0 || made == call && number == (call == .write ? 1 : 0) ? .error(EIO) : nil
    }
    bench.append(log, 2...2)
    bench.run(log)
    bench.append(log, 3...3)
    bench.run(log)
    bench.append(log, 4...4)
    bench.run(log)
    let lost = InputLogOutcome.failed(.disk(errno: EIO))
    #expect(bench.taken().map(\.outcome) == [.durable, lost, lost, lost])
    #expect(bench.segments.count == 1 && log.status.failures == 2, "record 4 is answered without the disk")
    bench.advance(1_000_000)
    bench.append(log, 5...5)
    bench.close(log)
    #expect(bench.taken().sequences(all: .durable) == [5])
    #expect(bench.takenConditions().map(\.health).last == .healthy)
  }

  @Test("a disk that fails is tried again once an interval, with no record as well")
  func probing() throws {
    let log = try bench.open()
    bench.files.fail { _, _, _ in .error(EIO) }
    bench.append(log, 1...1)
    bench.run(log)
    let since = bench.now
    for _ in 0..<3 {
      bench.advance(1_000_000)
      bench.run(log)
      bench.run(log)
    }
    #expect(bench.files.count(.create) == 3)
    #expect(bench.takenConditions().map(\.health) == [.failing(since: LogBench.start + since, errno: EIO)])
    bench.files.failNever()
    bench.advance(1_000_000)
    bench.run(log)
    #expect(log.status.condition.health == .healthy && bench.takenConditions().map(\.health) == [.healthy])
    bench.close(log)
  }

  @Test("a disk that fails at the start is a condition and no error")
  func failsFromTheStart() throws {
    bench.files.fail { call, _, _ in call == .create ? .error(EROFS) : nil }
    let log = try bench.open()
    #expect(bench.takenConditions().map(\.health) == [failing(EROFS)])
    bench.append(log, 1...1)
    bench.run(log)
    #expect(bench.taken().map(\.outcome) == [.failed(.disk(errno: EROFS))])
    bench.files.failNever()
    bench.advance(1_000_000)
    bench.append(log, 2...2)
    bench.close(log)
    #expect(bench.taken().sequences(all: .durable) == [2])
  }

  @Test("a full disk: the reserve lets records through until somebody has made room, and is then made again")
  func fullDisk() throws {
    var settings = LogBench.settings
    settings.reserveBytes = 10_000
    settings.reserveHeadroom = 5000
    let reserve = LogBench.directory + "/RESERVE"
    bench.files.setCapacity(20_000)
    let log = try bench.open(settings)
    #expect(bench.files.bytes(reserve)?.count == 10_000 && !log.status.condition.isReserveMissing)
    let payload = [UInt8](repeating: 7, count: 955)
    var durable = 0
    for sequence in UInt64(1)...40 {
      bench.append(log, LogBench.record(sequence, payload: payload))
      bench.advance(500_000)
      bench.run(log)
      let isDurable = bench.taken().sequences(all: .durable) != nil
      // Eight fit beside the reserve; one finds the disk full; the reserve holds more.
      if sequence <= 8 { #expect(isDurable) }
      if sequence == 9 {
        #expect(!isDurable && bench.files.bytes(reserve) == nil)
        #expect(bench.takenConditions() == [InputLogCondition(health: failing(ENOSPC), isReserveMissing: true)])
      }
      if sequence == 10 {
        #expect(isDurable && bench.takenConditions() == [InputLogCondition(health: .healthy, isReserveMissing: true)])
      }
      durable += isDurable ? 1 : 0
    }
    #expect(durable >= 16 && durable <= 19 && log.status.condition.health != .healthy)
    bench.files.setCapacity(60_000)
    bench.advance(1_000_000)
    bench.append(log, 100...100)
    bench.run(log)
    bench.advance(1_000_000)
    bench.run(log)
    #expect(bench.taken().sequences(all: .durable) == [100])
    #expect(log.status.condition == InputLogCondition() && bench.files.bytes(reserve)?.count == 10_000)
    bench.close(log)
  }

  @Test("a reserve of another size is not taken over")
  func oddReserve() throws {
    bench.files.put(LogBench.directory + "/RESERVE", [1, 2, 3])
    var settings = LogBench.settings
    settings.reserveBytes = 100
    let log = try bench.open(settings)
    #expect(bench.files.bytes(LogBench.directory + "/RESERVE")?.count == 100)
    bench.close(log)
  }

  @Test("confirmations that cannot be stored are stored later, and nothing else suffers")
  func markerFails() throws {
    let log = try bench.open()
    bench.append(log, 1...1)
    bench.run(log)
    bench.advance(700_000_000)
    bench.append(log, 2...2)
    bench.run(log)
    log.confirm(through: 1)
    bench.files.fail { call, _, path in call == .sync && path.hasSuffix(".tmp") ? .error(EIO) : nil }
    bench.advance(1_000_000)
    bench.run(log)
    #expect(log.status.housekeepingFailures == 1 && log.status.condition.health == .healthy)
    bench.files.failNever()
    bench.advance(1_000_000)
    bench.run(log)
    #expect(bench.files.bytes(LogBench.directory + "/CONFIRMED") != nil)
    #expect(!bench.files.paths().contains { $0.hasSuffix(".tmp") })
    bench.close(log)
    #expect(bench.taken().sequences(all: .durable) == [1, 2])
  }

  @Test(
    "a disk that hangs holds nobody up: the queue fills to its bound, the age tells, and all is answered in the end")
  func slowDisk() throws {
    var settings = LogBench.settings
    settings.maximumQueuedRecords = 3
    let (hanging, released, closed) = (
      DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
    )
    let log = try InputLog(directory: LogBench.directory, settings: settings, environment: bench.environment)
    bench.files.fail { call, number, _ in
      if call == .sync, number == 0 {
        hanging.signal()
        released.wait()
      }
      return nil
    }
    bench.append(log, 1...1)
    hanging.wait()
    bench.append(log, 2...4)
    #expect(bench.taken() == [.init(sequence: 4, outcome: .failed(.queueFull))])
    bench.advance(2_000_000)
    #expect(log.status.queueDepth == 3 && log.status.oldestAge == 2_000_000)
    released.signal()
    log.close { closed.signal() }
    closed.wait()
    #expect(bench.taken().sequences(all: .durable) == [1, 2, 3])
  }
}
