import AlertEngine
import CareModel
import EngineHost
import InputLog
import InputRecords
import Logging
import NIOCore
import Synchronization

/// The engine's inputs in the local log: each record is the moment of the input and the input.
package final class FileJournal: Sendable {
  private let log: InputLog<LoggedInput>
  private let logger: Logger
  /// The commit with which everything of earlier runs is decided; nil until that is known, or when it was confirmed.
  private let earlierEnd = Mutex<Int64?>(nil)

  /// Locks the folder.
  ///
  /// - Parameters:
  ///   - eventLoop: the thread that writes; it waits for the disk.
  /// - Throws: ``LogProblem``.
  package init(
    folder: String, settings: InputLogSettings = InputLogSettings(), system: LogSystem = .real, clock: WallClock,
    eventLoop: any EventLoop, logger: Logger
  ) throws(LogProblem) {
    self.logger = logger
    log = try InputLog(
      folder: folder, settings: settings, system: system, eventLoop: eventLoop,
      now: { clock.now().microseconds / 1_000_000 },
      encode: { logged, bytes in
        guard let record = InputRecord.encode(logged.input) else { return }
        withUnsafeBytes(of: logged.at.microseconds.littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: record)
      })
  }
}

extension FileJournal: InputJournal {
  package func replay(_ portion: @Sendable ([LoggedInput]) async throws -> Void) async throws {
    var waiting: [LoggedInput] = []
    var unreadable = 0
    let findings = try await log.readEarlier { payload in
      guard let logged = Self.read(payload) else {
        unreadable += 1
        return
      }
      waiting.append(logged)
      if waiting.count == JournalPortion.maximum {
        try await portion(waiting)
        waiting.removeAll(keepingCapacity: true)
      }
    }
    if !waiting.isEmpty { try await portion(waiting) }
    tell(findings, unreadable)
  }

  package func open(events: @escaping @Sendable (JournalEvent) -> Void) {
    log.start { [logger] event in
      switch event {
      case .written(let last): events(.logged(last.number, lineage: last.lineage))
      case .lost(let code):
        logger.error("the input log failed", metadata: ["errno": "\(code)"])
        events(.lost)
      case .ready: events(.ready)
      }
    }
  }

  package func append(_ inputs: [LoggedInput]) { log.append(inputs) }

  package func earlierRunsEnd(at number: Int64) { earlierEnd.withLock { $0 = number } }

  package func confirmed(through number: Int64) {
    log.confirm { $0.number <= number }
    let isEarlierDone = earlierEnd.withLock { end in
      guard let last = end, last <= number else { return false }
      end = nil
      return true
    }
    if isEarlierDone { log.confirmEarlier() }
  }

  package func close() async { await log.close() }

  package var status: JournalStatus {
    let status = log.status
    return JournalStatus(
      isWritten: status.isWritten, depth: status.depth, oldest: .seconds(Int(status.oldestSeconds)),
      bytes: status.bytes)
  }

  /// A record: the moment in microseconds, 64 bits in little-endian order, then the input; numbers are of its own run.
  private static func read(_ payload: ArraySlice<UInt8>) -> LoggedInput? {
    guard payload.count > 8 else { return nil }
    let moment = payload.prefix(8).reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
    guard let input = try? InputRecord.decode(payload.dropFirst(8)) else { return nil }
    return LoggedInput(number: 0, lineage: 0, at: Timestamp(microseconds: moment), input: input)
  }

  private func tell(_ findings: LogFindings, _ unreadable: Int) {
    for damage in findings.damages where !damage.isTornTail {
      logger.error(
        "a part of the input log is damaged and was passed over",
        metadata: ["file": "\(damage.file)", "offset": "\(damage.offset)", "bytes": "\(damage.length)"])
    }
    if unreadable > 0 {
      logger.error("records of the input log are of another version", metadata: ["records": "\(unreadable)"])
    }
  }
}
