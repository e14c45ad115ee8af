import Foundation
import InputLog
import Synchronization
import Testing

/// Files as crashes and bad disks leave them.
@Suite("Damage in the input log")
struct DamageTests {
  private static let texts = ["first", "second", "third"]

  private func written(_ bench: LogBench) async throws -> [UInt8] {
    let log = try bench.start()
    await bench.wait { $0 == [.ready] }
    log.append(Self.texts)
    await bench.wait { $0.last == .written("third") }
    await log.close()
    return try bench.bytes(of: bench.files[0])
  }

  @Test("cut off after any byte, all whole records are read and the tail is called torn")
  func torn() async throws {
    let bench = LogBench()
    let whole = try await written(bench)
    for end in 0..<whole.count {
      try bench.write(Array(whole[..<end]), to: bench.files[0])
      let (texts, findings) = try await bench.read()
      #expect(Self.texts.starts(with: texts))
      #expect(findings.damages.allSatisfy(\.isTornTail) && findings.damages.count <= 1)
    }
  }

  @Test("any one byte changed costs at most its own record; the damage is named")
  func flipped() async throws {
    let bench = LogBench()
    let whole = try await written(bench)
    for index in 8..<whole.count {
      var bytes = whole
      bytes[index] ^= 0x40
      try bench.write(bytes, to: bench.files[0])
      let (texts, findings) = try await bench.read()
      #expect(texts.count == 2 && texts.allSatisfy(Self.texts.contains), "byte \(index)")
      #expect(findings.damages.count == 1 && findings.damages[0].offset >= 8, "byte \(index)")
    }
  }

  @Test("zeros and garbage behind, between and in front take nothing away")
  func garbage() async throws {
    let bench = LogBench()
    let whole = try await written(bench)
    let noises = [[UInt8](repeating: 0, count: 5000), Array("SBR1".utf8) + [255, 255, 255, 255, 0, 0, 0, 0], [7]]
    for noise in noises {
      try bench.write(whole + noise + whole, to: bench.files[0])
      #expect(try await bench.read().texts == Self.texts + Self.texts)
      try bench.write(noise + whole, to: bench.files[0])
      #expect(try await bench.read().texts == Self.texts)
    }
  }

  @Test("segments: a new one when full or old, deleted when confirmed and kept long enough")
  func retention() async throws {
    let bench = LogBench()
    var settings = LogBench.settings
    settings.segmentBytes = 60
    settings.keepSeconds = 100
    let log = try bench.start(settings)
    await bench.wait { $0 == [.ready] }
    for number in 0..<6 {
      log.append(["entry \(number) of the log, long enough for its own"])
      await bench.wait { $0.last == .written("entry \(number) of the log, long enough for its own") }
    }
    let count = bench.files.count
    #expect(count >= 5)
    log.confirm { $0 < "entry 3" }
    bench.seconds.withLock { $0 += 99 }
    log.append(["a"])
    await bench.wait { $0.last == .written("a") }
    #expect(bench.files.count >= count)
    bench.seconds.withLock { $0 += 1000 }
    log.append(["b"])
    await bench.wait { $0.last == .written("b") }
    await log.close()
    let texts = try await bench.read().texts
    #expect(!texts.contains { $0.hasPrefix("entry 2") } && texts.contains { $0.hasPrefix("entry 3") })
    #expect(texts.suffix(2) == ["a", "b"])
  }

  @Test("what earlier runs wrote stays until it is confirmed, however old")
  func earlierRuns() async throws {
    let bench = LogBench()
    _ = try await written(bench)
    var settings = LogBench.settings
    settings.segmentSeconds = 0
    settings.keepSeconds = 0
    bench.seconds.withLock { $0 = 4_000_000_000 }
    let log = try bench.start(settings)
    await bench.wait { $0.last == .ready && $0.count > 2 }
    log.append(["x"])
    await bench.wait { $0.last == .written("x") }
    #expect(try bench.bytes(of: bench.files[0]).count > 8)
    let first = bench.files[0]
    log.confirmEarlier()
    log.append(["y"])
    await bench.wait { $0.last == .written("y") }
    #expect(!bench.files.contains(first))
    await log.close()
  }

  @Test("seeded disks: whatever fails and wherever it ends, all that was said to be written is read, in order",
    arguments: 0..<40)
  func seeded(seed: Int) async throws {
    let bench = LogBench()
    var told: [String] = []
    for run in 0..<3 {
      let chance = UInt64(seed % 5) * 6
      bench.disk.fail { _, number in
        let mixed = (UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(run * 1000 + number)) &* 0xBF58_476D_1CE4_E5B9
        return number > 1 && (mixed >> 33) % 100 < chance ? [EIO, ENOSPC, EROFS][Int(mixed >> 60) % 3] : 0
      }
      let before = bench.all.count
      let log = try bench.start()
      await bench.wait { $0.count > before }
      for number in 0..<40 { log.append([name(run, number)]) }
      await log.close()
      var next = 0
      for said in bench.all[before...] {
        if case .written(let text) = said, let last = Int(text.suffix(2)) {
          // Everything between two losses up to the one told; what was lost is not known to be either.
          told.append(text)
          #expect(last >= next, "told in order")
          next = last
        }
      }
    }
    let texts = try await bench.read().texts
    #expect(Set(told).isSubset(of: Set(texts)))
    #expect(texts == texts.sorted())
  }

  private func name(_ run: Int, _ number: Int) -> String { "\(run)-" + (number < 10 ? "0\(number)" : "\(number)") }
}
