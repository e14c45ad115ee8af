import Foundation
import InputLog
import Synchronization
import Testing

/// The same log with the system's files and a thread of its own.
@Suite("The input log on a real disk")
struct RealFileTests {
  private let directory = NSTemporaryDirectory() + "silverbell-log-" + UUID().uuidString

  private func remove() { try? FileManager.default.removeItem(atPath: directory) }

  private func append(_ log: InputLog, _ sequence: UInt64, _ payload: [UInt8]? = nil) async -> InputLogOutcome {
    await withCheckedContinuation { continuation in
      log.append(LogBench.record(sequence, payload: payload)) { continuation.resume(returning: $0) }
    }
  }

  private func read() throws -> (records: [InputLogRecord], findings: [InputLogFinding]) {
    var reader = try InputLogReader(directory: directory)
    var findings: [InputLogFinding] = []
    var records: [InputLogRecord] = []
    while let record = reader.nextRecord({ findings.append($0) }) { records.append(record) }
    return (records, findings)
  }

  @Test("many callers at once: each is answered, in the order of each, and all is read")
  func manyCallers() async throws {
    defer { remove() }
    var settings = InputLogSettings()
    settings.segmentBytes = 100_000
    let log = try InputLog(directory: directory, settings: settings)
    await withTaskGroup(of: Void.self) { group in
      for caller in UInt64(0)..<16 {
        group.addTask {
          for number in UInt64(0)..<50 {
            let outcome = await append(log, caller * 1000 + number, [UInt8](repeating: 5, count: 700))
            #expect(outcome == .durable)
          }
        }
      }
    }
    await log.close()
    let status = log.status
    #expect(status.durable == 800 && status.groups < 800 && status.queueDepth == 0)
    let (records, findings) = try read()
    #expect(findings.isEmpty && records.count == 800)
    for caller in UInt64(0)..<16 {
      let own = records.map(\.sequence).filter { $0 / 1000 == caller }
      #expect(own == (0..<50).map { caller * 1000 + $0 })
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".log") }.count > 4)
  }

  @Test("answers come in the order of the records")
  func order() async throws {
    defer { remove() }
    let log = try InputLog(directory: directory)
    let order = Mutex<[UInt64]>([])
    for sequence in UInt64(1)...5000 {
      log.append(LogBench.record(sequence)) { outcome in
        if outcome == .durable { order.withLock { $0.append(sequence) } }
      }
    }
    await log.close()
    #expect(order.withLock { $0 } == Array(1...5000))
    #expect(try read().records.map(\.sequence) == Array(1...5000))
  }

  @Test("a second daemon is refused with the path and what to do, until the first is done")
  func locked() async throws {
    defer { remove() }
    let log = try InputLog(directory: directory)
    let problem = #expect(throws: InputLogProblem.self) { try InputLog(directory: directory) }
    #expect(problem == .inUse(path: directory))
    #expect(problem?.description.contains(directory) == true)
    #expect(problem?.description.contains("give each its own directory") == true)
    await log.close()
    await (try InputLog(directory: directory)).close()
  }

  @Test("a directory is made for its owner only; one that cannot be made or used is refused with what to do")
  func directories() async throws {
    defer { remove() }
    await (try InputLog(directory: directory)).close()
    let attributes = try FileManager.default.attributesOfItem(atPath: directory)
    #expect(attributes[.posixPermissions] as? Int == 0o700)
    let nowhere = #expect(throws: InputLogProblem.self) { try InputLog(directory: "/proc/nowhere/log") }
    #expect(nowhere?.description.contains("check the path and its rights") == true)
    let file = directory + "/plain"
    #expect(FileManager.default.createFile(atPath: file, contents: Data()))
    let plain = #expect(throws: InputLogProblem.self) { try InputLog(directory: file) }
    #expect(plain == .cannotWrite(path: file, errno: ENOTDIR))
    #expect(throws: InputLogProblem.cannotRead(path: file, errno: ENOTDIR)) { try InputLogReader(directory: file) }
  }

  @Test("a copy of a running log's directory, as a crash leaves it, has all that was answered")
  func copied() async throws {
    defer { remove() }
    let log = try InputLog(directory: directory)
    for sequence in UInt64(1)...20 { #expect(await append(log, sequence) == .durable) }
    let (records, findings) = try read()
    #expect(records.map(\.sequence) == Array(1...20) && findings.isEmpty)
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: directory).first { $0.hasSuffix(".log") })
    let path = directory + "/" + name
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    await log.close()
    for cut in [1, 10, 52, 500] {
      try whole.dropLast(cut).write(to: URL(fileURLWithPath: path))
      let (rest, torn) = try read()
      #expect(Array(1...20).starts(with: rest.map(\.sequence)) && rest.count < 20)
      #expect(torn.count <= 1 && torn.allSatisfy { $0.kind == .tornTail })
    }
  }

  @Test("the reserve takes real space")
  func reserve() async throws {
    defer { remove() }
    var settings = InputLogSettings()
    settings.reserveBytes = 100_000
    settings.reserveHeadroom = 0
    let log = try InputLog(directory: directory, settings: settings)
    let size = try FileManager.default.attributesOfItem(atPath: directory + "/RESERVE")[.size] as? Int
    #expect(size == 100_000 && !log.status.condition.isReserveMissing)
    await log.close()
  }
}
