import CareModel
import DequeModule

/// Message ids inside their windows: how a second copy is recognised. Bounded; the oldest are forgotten first, which
/// makes a very late second copy count as new, never the other way round.
struct RepeatMemory {
  private var byDigest: [MessageDigest: RememberedMessage] = [:]
  private var order: Deque<RememberedMessage> = []
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  var count: Int { byDigest.count }

  mutating func find(_ digest: MessageDigest, at now: Timestamp) -> RememberedMessage? {
    guard let found = byDigest[digest], found.until > now else { return nil }
    return found
  }

  mutating func remember(_ message: RememberedMessage, at now: Timestamp) {
    byDigest[message.digest] = message
    order.append(message)
    while let first = order.first, first.until <= now || order.count > limit { dropFirst() }
  }

  mutating func forget(_ digest: MessageDigest) {
    byDigest[digest] = nil
  }

  private mutating func dropFirst() {
    guard let first = order.popFirst() else { return }
    if byDigest[first.digest] == first { byDigest[first.digest] = nil }
  }
}
