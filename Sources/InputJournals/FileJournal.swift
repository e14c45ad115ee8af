import AlertEngine
import CareModel
import EngineHost
import InputLog
import InputRecords
import Logging
import Synchronization

/// The engine's inputs in the local log: the payload of each record is the input in the form of ``InputRecord``.
package final class FileJournal: Sendable {
  /// The payload is an ``InputRecord``.
  private static let inputKind: UInt8 = 1

  private struct State {
    var events: (@Sendable (JournalEvent) -> Void)?
    /// The log itself is failing.
    var isFailing = false
    /// Portions handed to the log and not answered.
    var pending = 0
    /// Of those, the ones that were under way when another one was refused or failed: until they are answered the log
    /// has a gap.
    var pendingBeforeGap: Int?
    /// What the host was told last.
    var isReady = false
    /// The commit with which everything of earlier runs is decided; nil until that is known, or when it was confirmed.
    var earlierEnd: Int64?
  }

  private let log: InputLog
  private let logger: Logger
  private let state: Mutex<State>

  /// Locks the folder and begins to write.
  ///
  /// - Throws: ``InputLogProblem``.
  package convenience init(
    folder: String, settings: InputLogSettings = InputLogSettings(), clock: WallClock, logger: Logger
  ) throws(InputLogProblem) {
    var environment = InputLogEnvironment.system
    environment.now = { clock.now().microseconds }
    try self.init(folder: folder, settings: settings, environment: environment, logger: logger)
  }

  /// Locks the folder and begins to write, with files and clocks of the caller's.
  package init(
    folder: String, settings: InputLogSettings, environment: InputLogEnvironment, driver: InputLog.Driver = .ownThread,
    logger: Logger
  ) throws(InputLogProblem) {
    self.logger = logger
    let relay = Relay()
    log = try InputLog(
      directory: folder, settings: settings, environment: environment, driver: driver,
      onChange: { relay.tell($0) })
    state = Mutex(State())
    relay.connect { [weak self] in self?.conditionChanged($0) }
  }

  /// Takes a turn of the writer on this thread; only for a log without a thread of its own.
  package func turn() -> InputLog.Turn { log.turn() }

  private func conditionChanged(_ condition: InputLogCondition) {
    if condition.isReserveMissing {
      logger.error("the disk of the input log is full: its reserve is in use, make room now")
    }
    if case .failing(_, let code) = condition.health {
      logger.error("the input log failed", metadata: ["errno": "\(code)"])
    }
    state.withLock { state in
      state.isFailing = condition.health != .healthy
      Self.tellReadiness(&state)
    }
  }

  /// Says whether the log counts; in the lock, so that the order of the events is that of what happened.
  private static func tellReadiness(_ state: inout State) {
    let isReady = !state.isFailing && state.pendingBeforeGap == nil
    guard let events = state.events, isReady != state.isReady else { return }
    state.isReady = isReady
    events(isReady ? .ready : .lost)
  }

  private func answered(_ outcome: InputLogOutcome, last: LoggedInput) {
    state.withLock { state in
      state.pending -= 1
      if let before = state.pendingBeforeGap { state.pendingBeforeGap = before > 1 ? before - 1 : nil }
      if outcome == .durable {
        // What is answered in a gap does not count: something before it may be missing.
        if state.isReady { state.events?(.logged(last.number, lineage: last.lineage)) }
      } else {
        // Told even where nothing else is under way and the gap is over at once.
        state.pendingBeforeGap = state.pending
        Self.tellReadiness(&state)
        if state.pending == 0 { state.pendingBeforeGap = nil }
      }
      Self.tellReadiness(&state)
    }
  }
}

extension FileJournal: InputJournal {
  package func replay(_ portion: @Sendable ([LoggedInput]) async throws -> Void) async throws {
    var reader = log.earlierRuns()
    var waiting: [LoggedInput] = []
    var unreadable = 0
    while let record = reader.nextRecord({ note($0) }) {
      guard record.kind == Self.inputKind, let input = try? InputRecord.decode(record.payload[...]) else {
        unreadable += 1
        continue
      }
      waiting.append(
        LoggedInput(number: 0, lineage: 0, at: Timestamp(microseconds: record.receivedAt), input: input))
      if waiting.count == JournalPortion.maximum {
        try await portion(waiting)
        waiting.removeAll(keepingCapacity: true)
      }
    }
    if !waiting.isEmpty { try await portion(waiting) }
    if unreadable > 0 {
      logger.error("records of the input log are of another version", metadata: ["records": "\(unreadable)"])
    }
  }

  private func note(_ finding: InputLogFinding) {
    logger.log(
      level: finding.kind == .tornTail ? .notice : .error, "a part of the input log was passed over",
      metadata: [
        "what": "\(finding.kind)", "file": "\(finding.file)", "offset": "\(finding.offset)",
        "bytes": "\(finding.length)",
      ])
  }

  package func open(events: @escaping @Sendable (JournalEvent) -> Void) {
    let isFailing = log.status.condition.health != .healthy
    state.withLock { state in
      state.events = events
      state.isFailing = isFailing
      if isFailing { events(.lost) }
      Self.tellReadiness(&state)
    }
  }

  package func append(_ inputs: [LoggedInput]) {
    guard let last = inputs.last else { return }
    // Also while it is lost: what reaches the disk is there for a database that goes back.
    state.withLock { $0.pending += 1 }
    let records = inputs.compactMap { logged -> InputLogRecord? in
      guard let id = logged.input.id, let payload = InputRecord.encode(logged.input) else { return nil }
      return InputLogRecord(
        kind: Self.inputKind, sequence: UInt64(clamping: logged.number), receivedAt: logged.at.microseconds,
        id: InputLogID(high: id.high, low: id.low), payload: payload)
    }
    log.append(records) { self.answered($0, last: last) }
  }

  package func earlierRunsEnd(at number: Int64) { state.withLock { $0.earlierEnd = number } }

  package func confirmed(through number: Int64) {
    log.confirm(through: UInt64(clamping: number))
    let isEarlierDone = state.withLock { state in
      guard let last = state.earlierEnd, last <= number else { return false }
      state.earlierEnd = nil
      return true
    }
    if isEarlierDone { log.confirmEarlierRuns() }
  }

  package func close() async { await log.close() }

  package var status: JournalStatus {
    let status = log.status
    return JournalStatus(
      isWritten: status.condition.health == .healthy, depth: status.queueDepth,
      oldest: TimeSpan(microseconds: status.oldestAge), bytes: status.storedBytes)
  }
}

/// Hands the log's condition to a journal that is made after it.
private final class Relay: Sendable {
  private let target = Mutex<(@Sendable (InputLogCondition) -> Void)?>(nil)

  func connect(_ target: @escaping @Sendable (InputLogCondition) -> Void) { self.target.withLock { $0 = target } }

  func tell(_ condition: InputLogCondition) { target.withLock { $0 }?(condition) }
}
