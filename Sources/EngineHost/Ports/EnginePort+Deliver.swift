import CareModel
import FeedSession
import Synchronization

extension EnginePort {
  /// Offers all, in order, then waits for all; the outcomes come in no particular order.
  package func deliver(_ signals: [Signal]) async -> [DeliveryOutcome] {
    guard !signals.isEmpty else { return [] }
    return await withCheckedContinuation { continuation in
      let collector = OutcomeCollector(expected: signals.count, continuation: continuation)
      for signal in signals { offer(signal) { collector.add($0) } }
    }
  }
}

private final class OutcomeCollector: Sendable {
  private let expected: Int
  private let outcomes = Mutex<[DeliveryOutcome]>([])
  private let continuation: CheckedContinuation<[DeliveryOutcome], Never>

  init(expected: Int, continuation: CheckedContinuation<[DeliveryOutcome], Never>) {
    self.expected = expected
    self.continuation = continuation
  }

  func add(_ outcome: DeliveryOutcome) {
    let all = outcomes.withLock { outcomes -> [DeliveryOutcome]? in
      outcomes.append(outcome)
      return outcomes.count == expected ? outcomes : nil
    }
    if let all { continuation.resume(returning: all) }
  }
}
