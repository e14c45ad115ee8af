import CareModel
import DequeModule

/// Message ids inside their windows: how a second copy is recognised. Bounded; the oldest are forgotten first, which
/// makes a very late second copy count as new, never the other way round.
package struct RepeatMemory {
  private var byDigest: [MessageDigest: RememberedMessage] = [:]
  private var order: Deque<RememberedMessage> = []
  private let limit: Int

  /// A memory of at most `limit` messages.
  package init(limit: Int) { self.limit = limit }

  /// Makes room for so many more messages, within the bound.
  mutating func reserve(_ count: Int) {
    let room = min(limit, order.count + count)
    byDigest.reserveCapacity(room)
    order.reserveCapacity(room)
  }

  /// Messages remembered.
  package var count: Int { byDigest.count }

  /// The first copy, while its window is open.
  package func find(_ digest: MessageDigest, at now: Timestamp) -> RememberedMessage? {
    guard let found = byDigest[digest], found.until > now else { return nil }
    return found
  }

  /// Remembers a message, and forgets what is past its window or over the bound.
  package mutating func remember(_ message: RememberedMessage, at now: Timestamp) {
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
