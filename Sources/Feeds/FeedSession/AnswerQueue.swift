/// The answers owed, in order of receipt; each waits for all deliveries of its message.
package struct AnswerQueue: Sendable {
  private struct Entry: Sendable {
    var unsettled: [DeliveryToken]
    let answer: [UInt8]
  }

  private var entries: [Entry] = []
  private var unsettledCount = 0

  /// A queue that owes nothing.
  package init() {}

  /// What is bounded: deliveries that are not settled, or answers that wait for those before them.
  package var load: Int { max(entries.count, unsettledCount) }

  /// Notes a message, its deliveries and the bytes that answer it; empty for no answer.
  package mutating func expect(_ tokens: [DeliveryToken], answer: [UInt8]) {
    entries.append(Entry(unsettled: tokens, answer: answer))
    unsettledCount += tokens.count
  }

  /// Notes that a delivery is settled; false when it is unknown or was settled before.
  package mutating func settle(_ token: DeliveryToken) -> Bool {
    for index in entries.indices {
      guard let position = entries[index].unsettled.firstIndex(of: token) else { continue }
      entries[index].unsettled.remove(at: position)
      unsettledCount -= 1
      return true
    }
    return false
  }

  /// Takes out the answers that are due, as one run of bytes.
  package mutating func takeDue() -> [UInt8] {
    let due = entries.prefix { $0.unsettled.isEmpty }
    entries.removeFirst(due.count)
    return due.flatMap(\.answer)
  }
}
