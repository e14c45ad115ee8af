import AlertEngine
import CareModel
import EngineHost
import PQ
import Synchronization

/// Telemetry and signs of life in PostgreSQL, on connections of their own, so that neither ever waits for the engine's
/// writer nor the engine for them.
///
/// Rows are copied in batches into their month's partition and answered after the commit. A batch with a row that is
/// there already, rows that may be, and rows whose connection was lost go by INSERT, which passes over what is there.
/// What cannot be written is answered `false`, so that its sender keeps it: also when nothing can be connected.
package final class PostgresTelemetry: TelemetryStore {
  typealias Entry = TelemetryQueue.Entry

  let settings: TelemetrySettings
  let metrics: StoreMetrics
  let connect: @Sendable () async throws(PQError) -> PQConnection
  let queue: Mutex<TelemetryQueue>
  private let report: @Sendable (StoreProblem) -> Void
  private let wake: AsyncStream<Void>
  private let waker: AsyncStream<Void>.Continuation

  /// A telemetry store; nothing is written before ``run()``.
  ///
  /// - Parameters:
  ///   - metrics: where rows are counted.
  ///   - connect: opens a connection to the writable host.
  ///   - report: told of a missing partition, once until another one is missing.
  package init(
    settings: TelemetrySettings = TelemetrySettings(), metrics: StoreMetrics = .none,
    report: @escaping @Sendable (StoreProblem) -> Void = { _ in },
    connect: @escaping @Sendable () async throws(PQError) -> PQConnection
  ) {
    self.settings = settings
    self.metrics = metrics
    self.connect = connect
    self.report = report
    queue = Mutex(TelemetryQueue(settings: settings))
    (wake, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Rows that wait, and when the oldest came.
  package var waiting: (count: Int, oldest: Timestamp?) { queue.withLock { ($0.count, $0.oldest) } }

  /// Puts a row in line; `answer` is called once, after its commit or its failure, and with `false` at once when
  /// ``TelemetrySettings/maximumQueued`` rows wait.
  package func write(
    _ signal: StoredSignal, isPossibleRepeat: Bool, answer: @escaping @Sendable (Bool) -> Void
  ) {
    let entry = Entry(signal: signal, answer: answer, isPossibleRepeat: isPossibleRepeat)
    let isTaken = queue.withLock { $0.append(entry) }
    if isTaken { waker.yield() } else { answer(false) }
  }

  /// Notes signs of life, one a device, until the next flush.
  package func heard(_ serials: [(serial: String, at: Timestamp, batteryPercent: Int?)]) {
    queue.withLock { queue in
      for sign in serials {
        queue.note(TelemetryStatements.writable(sign.serial), at: sign.at, batteryPercent: sign.batteryPercent)
      }
    }
  }

  /// Takes no more, lets ``run()`` write what waits and return.
  package func finish() {
    queue.withLock { $0.finish() }
    waker.finish()
  }

  /// Writes until ``finish()`` or cancellation; what is left then is answered `false`.
  package func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.flushRegularly() }
      await writeRows()
      group.cancelAll()
    }
    finish()
    for entry in queue.withLock({ $0.takeAll() }) { entry.answer(false) }
  }

  /// Says once that a month has no partition.
  func reportMissing(_ partition: String) {
    guard queue.withLock({ $0.firstMissing(partition) }) else { return }
    report(
      StoreProblem(
        code: .conflict,
        description: "Telemetry is refused, the partition \(partition) is missing: run `silverbell migrate`."))
  }

  private func writeRows() async {
    var connection: PQConnection?
    for await _ in wake {
      while queue.withLock({ $0.count }) > 0, !Task.isCancelled { await writeWaiting(&connection) }
    }
    while queue.withLock({ $0.count }) > 0, !Task.isCancelled { await writeWaiting(&connection) }
    connection?.close()
  }

  /// Writes what waits over the connection, or finds out that there is none.
  private func writeWaiting(_ connection: inout PQConnection?) async {
    if let open = connection, !open.isClosed {
      await TelemetryBatches(store: self, connection: open).writeAll()
      return
    }
    do {
      connection = try await connect()
    } catch {
      for entry in queue.withLock({ $0.takeAll() }) { entry.answer(false) }
      try? await ContinuousClock().sleep(for: settings.reconnectInterval)
    }
  }

  /// Flushes every few seconds, and once more at the end.
  private func flushRegularly() async {
    var connection: PQConnection?
    var isEnding = false
    while !isEnding {
      isEnding = (try? await ContinuousClock().sleep(for: settings.heardInterval)) == nil
      let open = connection
      // A task of its own: the last flush is not to be cancelled with the loop.
      connection = await Task { await self.flushHeard(over: open) }.value
    }
    connection?.close()
  }

  /// Writes what was heard since the last time, and gives the connection for the next; what cannot be written is
  /// noted again.
  private func flushHeard(over last: PQConnection?) async -> PQConnection? {
    let devices = queue.withLock { $0.takeHeard() }
    guard !devices.isEmpty else { return last }
    var open = last
    if open?.isClosed ?? true { open = try? await connect() }
    var written = 0
    while let open, written < devices.count {
      let end = min(written + settings.maximumHeardBatch, devices.count)
      let outcome = await open.pipeline(
        [TelemetryStatements.note(devices[written..<end])], deadlineSeconds: settings.statementSeconds)
      guard outcome.committedValue != nil else { break }
      written = end
    }
    heard(devices[written...].map { ($0.serial, $0.heard.at, $0.heard.batteryPercent) })
    return open
  }
}
