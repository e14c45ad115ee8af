import Glibc
import Synchronization

/// The local second copy: an append-only log in segment files. Everything that waits is written as one group with one
/// sync, by one thread; an answer comes only after the sync. It knows nothing of what it keeps.
package final class InputLog: Sendable {
  /// Who runs the writer.
  package enum Driver: Sendable {
    /// A thread of its own.
    case ownThread
    /// The caller, by ``turn()``: for simulations and tests.
    case caller
  }

  /// What a turn of the writer has found to do.
  package enum Turn: Sendable, Equatable {
    /// A group was written, or has failed; there may be more.
    case worked
    /// Nothing waits.
    case idle
    /// The log is closed and the directory free.
    case finished
  }

  private struct Shared {
    var queue = AppendQueue()
    var confirmations = Confirmations()
    var status = InputLogStatus()
    var isClosing = false
    var isFinished = false
    /// The thread sleeps, or is about to.
    var isIdle = false
    var closers: [@Sendable () -> Void] = []
  }

  /// The directory.
  package let directory: String
  private let settings: InputLogSettings
  private let environment: InputLogEnvironment
  private let onChange: @Sendable (InputLogCondition) -> Void
  private let lock: Int32
  private let earlier: [UInt64]
  private let marker: ConfirmationMarker
  private let shared: Mutex<Shared>
  private let writer: Mutex<LogWriter>
  private let thread: WriterThread?

  /// Locks the directory, which is made where it is missing, begins a segment and starts to write.
  ///
  /// Blocks for a few writes. A disk that fails here is no error but a condition, told at once; it is tried again.
  /// The log must be closed in the end: until then its thread keeps it alive.
  ///
  /// - Parameters:
  ///   - onChange: told of every change of the condition, on the writing thread, and here when it begins as failing.
  package init(
    directory: String, settings: InputLogSettings = InputLogSettings(),
    environment: InputLogEnvironment = .system, driver: Driver = .ownThread,
    onChange: @escaping @Sendable (InputLogCondition) -> Void = { _ in }
  ) throws(InputLogProblem) {
    let files = environment.files
    thread = driver == .ownThread ? try WriterThread() : nil
    lock = try LogDirectory.claim(directory, files: files)
    let segments: [ClosedSegment]
    let marker = ConfirmationMarker.read(in: directory, files: files)
    do throws(InputLogProblem) {
      segments = try LogDirectory.takeOver(directory, marker: marker, now: environment.now(), files: files)
    } catch {
      files.close(lock)
      throw error
    }
    self.directory = directory
    self.settings = settings
    self.environment = environment
    self.onChange = onChange
    self.marker = marker
    earlier = segments.map(\.number)
    let writer = LogWriter(
      directory: directory, settings: settings, environment: environment, earlier: segments,
      highestNumber: max(marker.highestNumber, segments.last?.number ?? 0))
    var shared = Shared()
    let summary = writer.summary
    Self.publish(summary, to: &shared)
    self.shared = Mutex(shared)
    self.writer = Mutex(writer)
    if summary.condition != InputLogCondition() { onChange(summary.condition) }
    do throws(InputLogProblem) { try thread?.start { self.turn() } } catch {
      self.writer.withLock { $0.close(Confirmations()) }
      files.close(lock)
      throw error
    }
  }

  /// Queues a record; never waits for the disk.
  ///
  /// - Parameters:
  ///   - completion: told once: on the writing thread after the sync, in the order of the records; or at once on this
  ///     thread, when the record is not taken in. Must not wait.
  package func append(_ record: InputLogRecord, completion: @escaping @Sendable (InputLogOutcome) -> Void) {
    append([record], completion: completion)
  }

  /// Queues records, all or none, one behind the other; never waits for the disk.
  ///
  /// - Parameters:
  ///   - completion: told once, as for a single record; durable when all of them are, at once when there are none.
  package func append(_ records: [InputLogRecord], completion: @escaping @Sendable (InputLogOutcome) -> Void) {
    guard !records.isEmpty else { return completion(.durable) }
    let since = environment.monotonic()
    let isTooLarge = records.contains { $0.payload.count > settings.maximumPayload }
    let (failure, mustWake) = shared.withLock { shared -> (InputLogFailure?, Bool) in
      let failure: InputLogFailure? =
        if shared.isClosing { .closed } else if isTooLarge { .tooLarge } else {
          shared.queue.add(records, since: since, settings: settings, completion: completion) ? nil : .queueFull
        }
      guard failure == nil else {
        shared.status.refused += records.count
        return (failure, false)
      }
      shared.status.appended += records.count
      defer { shared.isIdle = false }
      return (nil, shared.isIdle)
    }
    if let failure { completion(.failed(failure)) }
    if mustWake { thread?.wake() }
  }

  /// Records of this run with sequences up to this one are safe elsewhere: their segments need not be kept much longer.
  package func confirm(through sequence: UInt64) {
    shared.withLock { $0.confirmations.through = max($0.confirmations.through ?? 0, sequence) }
  }

  /// So are all records that earlier runs have left.
  package func confirmEarlierRuns() { shared.withLock { $0.confirmations.earlierRuns = true } }

  /// A reader of what earlier runs have left, oldest first.
  package func earlierRuns(from start: InputLogStart = .beginning) -> InputLogReader {
    InputLogReader(
      directory: directory, segments: earlier, from: start, marker: marker, settings: settings,
      files: environment.files)
  }

  /// Counters and gauges; never waits for the disk.
  package var status: InputLogStatus {
    let now = environment.monotonic()
    return shared.withLock { shared in
      var status = shared.status
      status.queueDepth = shared.queue.count
      status.queueBytes = shared.queue.bytes
      status.oldestAge = shared.queue.oldest.map { max(0, now - $0) } ?? 0
      return status
    }
  }

  /// Writes what waits, closes the segment and frees the directory; `done` is told then, on the writing thread.
  package func close(_ done: @escaping @Sendable () -> Void) {
    let isFinished = shared.withLock { shared in
      shared.isClosing = true
      if !shared.isFinished { shared.closers.append(done) }
      return shared.isFinished
    }
    if isFinished { done() }
    thread?.wake()
  }

  /// Writes what waits, closes the segment and frees the directory. Only with a thread of its own.
  package func close() async {
    await withCheckedContinuation { continuation in close { continuation.resume() } }
  }
}

/// On the writing thread.
extension InputLog {
  /// Takes a turn of the writer on this thread: one group, then what else is due.
  package func turn() -> Turn {
    let (group, confirmations, isClosing) = shared.withLock { shared in
      let group = shared.queue.takeGroup(settings: settings)
      shared.isIdle = group == nil && !shared.isClosing
      return (group, shared.confirmations, shared.isClosing)
    }
    if group == nil, isClosing { return finish(confirmations) }
    let (error, summary) = writer.withLock { writer -> (LogFileError?, LogWriter.Summary) in
      let error = group.flatMap { writer.write($0.map(\.record)) }
      writer.housekeep(confirmations)
      return (error, writer.summary)
    }
    let changed = shared.withLock { shared -> InputLogCondition? in
      let before = shared.status.condition
      if let group { Self.count(group, error, &shared) }
      Self.publish(summary, to: &shared)
      return before == summary.condition ? nil : summary.condition
    }
    if let changed { onChange(changed) }
    if let group { tell(group, error) }
    return group == nil ? .idle : .worked
  }

  /// Records that came together may lie in several groups: one that has failed makes all of them fail.
  private func tell(_ group: [AppendQueue.Entry], _ error: LogFileError?) {
    var failure = writer.withLock { $0.failureOfOpenBatch }
    for entry in group {
      if let error { failure = error }
      guard let completion = entry.completion else { continue }
      completion(failure.map { .failed(.disk(errno: $0.code)) } ?? .durable)
      failure = nil
    }
    writer.withLock { $0.failureOfOpenBatch = failure }
  }

  private func finish(_ confirmations: Confirmations) -> Turn {
    guard !shared.withLock({ $0.isFinished }) else { return .finished }
    writer.withLock { $0.close(confirmations) }
    environment.files.close(lock)
    let closers = shared.withLock { shared in
      defer { shared.closers = [] }
      shared.isFinished = true
      return shared.closers
    }
    for closer in closers { closer() }
    return .finished
  }

  private static func count(_ group: [AppendQueue.Entry], _ error: LogFileError?, _ shared: inout Shared) {
    shared.queue.finishGroup()
    guard error == nil else {
      shared.status.failed += group.count
      return
    }
    shared.status.durable += group.count
    shared.status.groups += 1
    shared.status.bytes += group.reduce(0) { $0 + $1.bytes }
  }

  private static func publish(_ summary: LogWriter.Summary, to shared: inout Shared) {
    shared.status.condition = summary.condition
    shared.status.failures = summary.failures
    shared.status.housekeepingFailures = summary.housekeepingFailures
    shared.status.lastSync = summary.lastSync
    shared.status.segments = summary.segments
    shared.status.storedBytes = summary.storedBytes
  }
}
