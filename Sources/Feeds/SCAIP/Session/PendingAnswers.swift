import FeedSession

/// The answers that wait for the store, in order of receipt.
struct PendingAnswers: Sendable {
  enum Answer: Sendable {
    /// The answer to the request itself.
    case response([UInt8])
    /// The request has its answer; this is our own message.
    case message(OwnMessage)
    /// The request has its answer, and there is nothing more to say.
    case nothing
  }

  struct Entry: Sendable {
    let token: DeliveryToken
    let transaction: RecentTransactions.Key
    let answer: Answer
    fileprivate(set) var outcome: DeliveryOutcome?
  }

  private var entries: [Entry] = []

  /// Answers that wait, also those that wait only for the ones before them.
  var count: Int { entries.count }

  mutating func expect(_ token: DeliveryToken, _ transaction: RecentTransactions.Key, _ answer: Answer) {
    entries.append(Entry(token: token, transaction: transaction, answer: answer, outcome: nil))
  }

  /// Notes what became of a delivery; false when it is unknown or was settled before.
  mutating func settle(_ token: DeliveryToken, _ outcome: DeliveryOutcome) -> Bool {
    guard let index = entries.firstIndex(where: { $0.token == token && $0.outcome == nil }) else { return false }
    entries[index].outcome = outcome
    return true
  }

  /// Takes out what is settled, as far as everything before is.
  mutating func takeSettled() -> [Entry] {
    let settled = entries.prefix { $0.outcome != nil }
    entries.removeFirst(settled.count)
    return Array(settled)
  }
}
