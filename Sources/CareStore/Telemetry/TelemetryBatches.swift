import AlertEngine
import CareModel
import PQ
import Synchronization

/// Writes what waits over one connection, a few batches on their way at once, until nothing waits or it is lost.
struct TelemetryBatches {
  private struct Sent {
    var portion: TelemetryPortion
    var outcome: PendingOutcome
  }

  let store: PostgresTelemetry
  let connection: PQConnection

  func writeAll() async {
    var sent: [Sent] = []
    while true {
      while sent.count < store.settings.maximumInFlight, !connection.isClosed {
        let entries = store.queue.withLock { $0.takeBatch() }
        guard !entries.isEmpty else { break }
        for portion in TelemetryPortion.split(entries) { sent.append(Sent(portion: portion, outcome: send(portion))) }
      }
      guard !sent.isEmpty else { return }
      let first = sent.removeFirst()
      await settle(first.portion, await first.outcome.outcome())
    }
  }

  private func send(_ portion: TelemetryPortion) -> PendingOutcome {
    let seconds = store.settings.statementSeconds
    switch portion.way {
    case .copy(let partition):
      return connection.enqueueCopy(
        TelemetryRows.target(partition), TelemetryRows.encode(portion.entries), deadlineSeconds: seconds)
    case .insert:
      return PipelineWriter(connection: connection).enqueue(
        [TelemetryStatements.insert(portion.entries)], deadlineSeconds: seconds)
    }
  }

  /// Answers a portion, or does with it what its failure asks for. A row that the database refuses is found by
  /// halving: it never keeps another from being written.
  private func settle(_ portion: TelemetryPortion, _ outcome: PQOutcome<[PQRows]>) async {
    let entries = portion.entries
    switch outcome {
    case .committed(let results):
      store.metrics.wroteTelemetry(entries.count, inserted: results.first?.affectedRows ?? 0)
      for entry in entries { entry.answer(true) }
    case .failed(let error) where error.isMissingPartition:
      await refuse(portion)
    case .failed(let error) where error.isDataError && portion.way != .insert:
      await settle(again: entries)
    case .failed(let error) where error.isDataError && entries.count > 1:
      let middle = entries.count / 2
      await settle(again: Array(entries[..<middle]))
      await settle(again: Array(entries[middle...]))
    case .failed(let error) where error.isDataError:
      for entry in entries { entry.answer(false) }
    case .failed, .unknown:
      for entry in store.queue.withLock({ $0.putBack(entries) }) { entry.answer(false) }
    }
  }

  private func settle(again entries: [TelemetryQueue.Entry]) async {
    let portion = TelemetryPortion(way: .insert, entries: entries)
    await settle(portion, await send(portion).outcome())
  }

  /// A month without a partition: its rows are answered `false`, those of other months are written.
  private func refuse(_ portion: TelemetryPortion) async {
    if case .copy(let partition) = portion.way {
      for entry in portion.entries { entry.answer(false) }
      return store.reportMissing(partition)
    }
    var months: [String: [TelemetryQueue.Entry]] = [:]
    for entry in portion.entries {
      months[MonthPartition.name(of: entry.signal.receivedAt), default: []].append(entry)
    }
    for (month, entries) in months.sorted(by: { $0.key < $1.key }) {
      if months.count == 1 {
        for entry in entries { entry.answer(false) }
        store.reportMissing(month)
      } else {
        await settle(again: entries)
      }
    }
  }
}

extension PQError {
  /// No partition takes the rows: the COPY's table is not there, or the INSERT found none.
  fileprivate var isMissingPartition: Bool {
    sqlState == "42P01" || sqlState == "23514" && constraintName == nil
  }
}
