import PQ
import Synchronization

/// Writes what waits over one connection, a few batches on their way at once, until nothing waits or it is lost.
struct TelemetryBatches {
  private struct Sent {
    var entries: [TelemetryQueue.Entry]
    var outcome: PendingOutcome
  }

  let store: PostgresTelemetry
  let connection: PQConnection

  func writeAll() async {
    let writer = PipelineWriter(connection: connection)
    var sent: [Sent] = []
    while true {
      while sent.count < store.settings.maximumInFlight, !connection.isClosed {
        let entries = store.queue.withLock { $0.takeBatch() }
        guard !entries.isEmpty else { break }
        sent.append(Sent(entries: entries, outcome: send(entries, writer)))
      }
      guard !sent.isEmpty else { return }
      let first = sent.removeFirst()
      await settle(first.entries, await first.outcome.outcome(), writer)
    }
  }

  private func send(_ entries: [TelemetryQueue.Entry], _ writer: PipelineWriter) -> PendingOutcome {
    writer.enqueue([TelemetryStatements.insert(entries)], deadlineSeconds: store.settings.statementSeconds)
  }

  /// Answers a batch, or does with it what its failure asks for. A row that the database refuses is found by halving:
  /// it never keeps another from being written.
  private func settle(
    _ entries: [TelemetryQueue.Entry], _ outcome: PQOutcome<[PQRows]>, _ writer: PipelineWriter
  ) async {
    switch outcome {
    case .committed(let results):
      store.metrics.wroteTelemetry(entries.count, inserted: results.first?.affectedRows ?? 0)
      for entry in entries { entry.answer(true) }
    case .failed(let error) where error.isDataError && entries.count > 1:
      let middle = entries.count / 2
      for half in [Array(entries[..<middle]), Array(entries[middle...])] {
        await settle(half, await send(half, writer).outcome(), writer)
      }
    case .failed(let error) where error.isDataError:
      for entry in entries { entry.answer(false) }
    case .failed, .unknown:
      for entry in store.queue.withLock({ $0.putBack(entries) }) { entry.answer(false) }
    }
  }
}
