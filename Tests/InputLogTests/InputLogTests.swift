import Foundation
import InputLog
import Testing

/// The files of the local second copy: what was said to be written is there, whatever happens to the rest.
@Suite("The input log")
struct InputLogTests {
  @Test("the checksum is CRC-32C", arguments: [("123456789", UInt32(0xE306_9283)), ("", 0), ("a", 0xC1D0_4330)])
  func checksum(text: String, expected: UInt32) {
    var crc = CRC32C()
    Array(text.utf8).withUnsafeBytes { crc.add($0) }
    #expect(crc.value == expected)
  }

  @Test("what was written is read by the next run, in order, and by the one after it")
  func roundTrip() async throws {
    let bench = LogBench()
    for run in 0..<3 {
      let log = try bench.start()
      await bench.wait { $0.last == .ready || $0.count > run * 3 }
      log.append((0..<100).map { "\(run)-\($0)" })
      log.append(["\(run)-end"])
      await bench.wait { $0.last == .written("\(run)-end") }
      await log.close()
    }
    let (texts, findings) = try await bench.read()
    #expect(texts == (0..<3).flatMap { run in (0..<100).map { "\(run)-\($0)" } + ["\(run)-end"] })
    #expect(findings.damages.isEmpty && findings.records == 303)
  }

  @Test("what is appended before the log is ready, or while it is lost, is passed over")
  func notReady() async throws {
    let bench = LogBench()
    let log = try bench.open()
    log.append(["early"])
    #expect(log.status.depth == 0 && !log.status.isWritten)
    await log.close()
  }

  @Test("a sync that fails: the group is not said to be written, the file is not touched again, and it goes on")
  func failingSync() async throws {
    let bench = LogBench()
    let log = try bench.start()
    await bench.wait { $0 == [.ready] }
    log.append(["one"])
    await bench.wait { $0.last == .written("one") }
    bench.disk.fail { call, number in call == .sync && number == 1 ? EIO : 0 }
    log.append(["two"])
    await bench.wait { $0.last == .ready && $0.count == 4 }
    #expect(bench.all == [.ready, .written("one"), .lost(EIO), .ready])
    log.append(["three"])
    await bench.wait { $0.last == .written("three") }
    await log.close()
    #expect(bench.files.count == 2)
    let texts = try await bench.read().texts
    #expect(texts.filter { $0 != "two" } == ["one", "three"])
  }

  @Test("a disk that is full: the reserve lets what is under way through")
  func fullDisk() async throws {
    let bench = LogBench()
    var settings = LogBench.settings
    settings.reserveBytes = 1 << 16
    let log = try bench.start(settings)
    await bench.wait { $0 == [.ready] }
    #expect(FileManager.default.fileExists(atPath: bench.folder + "/RESERVE"))
    bench.disk.fail { call, number in call == .write && number == 0 ? ENOSPC : 0 }
    log.append(["kept"])
    await bench.wait { $0.last == .written("kept") }
    #expect(bench.all == [.ready, .written("kept")])
    await log.close()
    #expect(try await bench.read().texts == ["kept"])
  }

  @Test("a disk that fails at the start is said at once and tried again")
  func failsFromTheStart() async throws {
    let bench = LogBench()
    bench.disk.fail { _, number in number < 3 ? EROFS : 0 }
    let log = try bench.start()
    await bench.wait { $0.last == .ready }
    #expect(bench.all == [.lost(EROFS), .ready])
    await log.close()
  }

  @Test("at its bound the queue takes an entry, one past it the log counts as lost and comes back")
  func bound() async throws {
    let bench = LogBench()
    var settings = LogBench.settings
    settings.maximumQueued = 8
    let log = try bench.start(settings)
    await bench.wait { $0 == [.ready] }
    log.append((1...8).map(String.init))
    await bench.wait { $0.last == .written("8") }
    log.append((1...9).map(String.init))
    await bench.wait { $0.last == .ready && $0.count > 2 }
    #expect(bench.all.suffix(2) == [.lost(ENOBUFS), .ready])
    await log.close()
  }

  @Test("a payload of the largest size is written, one byte more is refused with its group", arguments: [0, 1])
  func largest(extra: Int) async throws {
    let bench = LogBench()
    var settings = LogBench.settings
    settings.maximumPayload = 1000
    let log = try bench.start(settings)
    await bench.wait { $0 == [.ready] }
    log.append([String(repeating: "x", count: 1000 + extra)])
    await bench.wait { $0.count >= 2 }
    #expect(bench.all[1] == (extra == 0 ? .written(String(repeating: "x", count: 1000)) : .lost(EMSGSIZE)))
    await log.close()
  }

  @Test("a second daemon is refused with what to do")
  func locked() async throws {
    let bench = LogBench()
    let log = try bench.start()
    let other = LogBench(folder: bench.folder)
    let problem = #expect(throws: LogProblem.self) { try other.open() }
    #expect(problem?.description.contains("give each its own inputLog.directory") == true)
    await log.close()
    await (try other.open()).close()
  }

  @Test("a folder that cannot be made is refused with what to do")
  func noFolder() {
    let bench = LogBench(folder: "/proc/nowhere/inputs")
    let problem = #expect(throws: LogProblem.self) { try bench.open() }
    #expect(problem?.description.contains("check the path and its rights") == true)
  }
}
