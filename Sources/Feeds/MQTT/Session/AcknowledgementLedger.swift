import FeedSession

/// What was handed to the engine and is not settled, and the answers owed for it in order of receipt.
struct AcknowledgementLedger: Sendable {
  /// What the peer is told once a delivery is settled.
  enum Answer: Sendable, Equatable {
    case puback(PacketID, PublishReason)
    case pubrec(PacketID, PublishReason)
  }

  private struct Entry: Sendable {
    let token: DeliveryToken
    let answer: Answer
    var isSettled = false
  }

  private var entries: [Entry] = []
  /// Deliveries of quality of service 0: nobody waits for them, they hold up nobody.
  private var unanswered: Set<DeliveryToken> = []

  /// How many deliveries wait to be settled, or for those before them.
  var count: Int { entries.count + unanswered.count }

  /// Notes a delivery; tokens rise.
  mutating func expect(_ token: DeliveryToken, answer: Answer?) {
    if let answer {
      entries.append(Entry(token: token, answer: answer))
    } else {
      unanswered.insert(token)
    }
  }

  /// How many answers are owed.
  var owed: Int { entries.count }

  /// Whether a PUBREC is owed but not due yet.
  func owesPubrec(_ id: PacketID) -> Bool {
    entries.contains { if case .pubrec(id, _) = $0.answer { true } else { false } }
  }

  /// Notes that a delivery is settled.
  ///
  /// - Returns: the answers that are due now, in order of receipt; nil when the token is unknown or settled already.
  mutating func settle(_ token: DeliveryToken) -> [Answer]? {
    if unanswered.remove(token) != nil { return [] }
    guard let index = index(of: token), !entries[index].isSettled else { return nil }
    entries[index].isSettled = true
    let due = entries.prefix { $0.isSettled }.map(\.answer)
    entries.removeFirst(due.count)
    return due
  }

  /// Whether a delivery is noted and not settled.
  func awaits(_ token: DeliveryToken) -> Bool {
    if unanswered.contains(token) { return true }
    return index(of: token).map { !entries[$0].isSettled } ?? false
  }

  private func index(of token: DeliveryToken) -> Int? {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].token < token { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].token == token ? low : nil
  }
}
