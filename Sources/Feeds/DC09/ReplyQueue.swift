import FeedSession

/// The answers owed, in order of receipt; each waits for all deliveries of its frame.
struct ReplyQueue: Sendable {
  private struct Entry: Sendable {
    var unsettled: [DeliveryToken]
    /// Nil where the sender must hear nothing.
    var reply: Reply?
  }

  private var entries: [Entry] = []
  private var unsettledCount = 0

  /// What is bounded: deliveries that are not settled, or answers that wait for those before them.
  var load: Int { max(entries.count, unsettledCount) }

  /// Notes a frame's deliveries and its answer.
  mutating func expect(_ tokens: [DeliveryToken], reply: Reply) {
    entries.append(Entry(unsettled: tokens, reply: reply))
    unsettledCount += tokens.count
  }

  /// Notes what became of a delivery; where nothing is durable the frame is not answered.
  ///
  /// - Returns: false when it is unknown or was settled before.
  mutating func settle(_ token: DeliveryToken, _ outcome: DeliveryOutcome) -> Bool {
    for index in entries.indices {
      guard let position = entries[index].unsettled.firstIndex(of: token) else { continue }
      entries[index].unsettled.remove(at: position)
      if outcome == .unavailable { entries[index].reply = nil }
      unsettledCount -= 1
      return true
    }
    return false
  }

  /// Takes out the answers that are due.
  mutating func takeDue() -> [Reply] {
    let due = entries.prefix { $0.unsettled.isEmpty }
    entries.removeFirst(due.count)
    return due.compactMap(\.reply)
  }
}
