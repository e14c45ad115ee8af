import Foundation
import InputLog
import NIOPosix
import Synchronization

/// A log of texts in a folder of its own, with a disk that fails when told to and a clock by hand.
final class LogBench: Sendable {
  enum Said: Equatable {
    case written(String)
    case lost(Int32)
    case ready
  }

  let folder: String
  let disk = FaultyDisk()
  let seconds = Mutex<Int64>(1_000_000)
  private let said = Mutex<[Said]>([])
  private let ownsFolder: Bool

  init(folder: String? = nil) {
    self.folder = folder ?? NSTemporaryDirectory() + "silverbell-log-" + UUID().uuidString
    ownsFolder = folder == nil
  }

  deinit { if ownsFolder { try? FileManager.default.removeItem(atPath: folder) } }

  static var settings: InputLogSettings {
    var settings = InputLogSettings()
    settings.retryMilliseconds = 1
    settings.reserveBytes = 0
    return settings
  }

  func open(_ settings: InputLogSettings = LogBench.settings) throws -> InputLog<String> {
    try InputLog(
      folder: folder, settings: settings, system: disk.system,
      eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
      now: { [weak self] in self?.seconds.withLock { $0 } ?? 0 },
      encode: { text, bytes in bytes.append(contentsOf: text.utf8) })
  }

  /// Opens a log and begins to write.
  func start(_ settings: InputLogSettings = LogBench.settings) throws -> InputLog<String> {
    let log = try open(settings)
    log.start { [weak self] event in
      self?.said.withLock { said in
        switch event {
        case .written(let text): said.append(.written(text))
        case .lost(let code): said.append(.lost(code))
        case .ready: said.append(.ready)
        }
      }
    }
    return log
  }

  /// Waits until something was said, turn by turn of other tasks.
  func wait(until isMet: @Sendable ([Said]) -> Bool) async {
    while !isMet(all) { await Task.yield() }
  }

  var all: [Said] { said.withLock { $0 } }

  /// What a new run finds.
  func read() async throws -> (texts: [String], findings: LogFindings) {
    let log = try open()
    var texts: [String] = []
    let findings = try await log.readEarlier { texts.append(String(decoding: $0, as: UTF8.self)) }
    await log.close()
    return (texts, findings)
  }

  var files: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".log") }.sorted()
  }

  func bytes(of file: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + file)))
  }

  func write(_ bytes: [UInt8], to file: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + file))
  }
}

/// Real files; each call first asks whether it is to fail.
final class FaultyDisk: Sendable {
  enum Call: Sendable { case write, sync }

  private let fault = Mutex<@Sendable (Call, Int) -> Int32>({ _, _ in 0 })
  private let calls = Mutex(0)

  /// Says, for each call with its number from 0, how it fails; 0 = it does not.
  func fail(_ fault: @escaping @Sendable (Call, Int) -> Int32) {
    self.fault.withLock { $0 = fault }
    calls.withLock { $0 = 0 }
  }

  var system: LogSystem {
    LogSystem(
      write: { [self] file, bytes in
        let code = next(.write)
        // What fails has written a part.
        let part = code == 0 ? bytes : UnsafeRawBufferPointer(rebasing: bytes.prefix(bytes.count / 2))
        let done = LogSystem.real.write(file, part)
        return code == 0 ? done : code
      },
      sync: { [self] file in
        let code = next(.sync)
        return code == 0 ? LogSystem.real.sync(file) : code
      })
  }

  private func next(_ call: Call) -> Int32 {
    let number = calls.withLock { number in
      defer { number += 1 }
      return number
    }
    return fault.withLock { $0 }(call, number)
  }
}
