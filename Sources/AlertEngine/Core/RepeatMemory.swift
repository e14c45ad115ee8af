import CareModel
import DequeModule

/// Message ids inside their windows: how a second copy is recognised. Bounded; the oldest are forgotten first, which
/// makes a very late second copy count as new, never the other way round.
package struct RepeatMemory {
  /// In parts, by the digest: a part that grows is moved at once, and the whole would keep alarms waiting for it.
  private var parts = [[MessageDigest: RememberedMessage]](repeating: [:], count: partCount)
  private var order: Deque<RememberedMessage> = []
  private let limit: Int
  private static let partCount = 256

  /// A memory of at most `limit` messages.
  package init(limit: Int) { self.limit = limit }

  /// Makes room for so many more messages, within the bound.
  mutating func reserve(_ count: Int) {
    let room = min(limit, order.count + count)
    for part in parts.indices { parts[part].reserveCapacity(room / Self.partCount) }
    order.reserveCapacity(room)
  }

  /// Messages remembered.
  package var count: Int { parts.reduce(0) { $0 + $1.count } }

  /// The first copy, while its window is open.
  package func find(_ digest: MessageDigest, at now: Timestamp) -> RememberedMessage? {
    guard let found = parts[Self.part(of: digest)][digest], found.until > now else { return nil }
    return found
  }

  /// Remembers a message, and forgets what is past its window or over the bound.
  package mutating func remember(_ message: RememberedMessage, at now: Timestamp) {
    parts[Self.part(of: message.digest)][message.digest] = message
    order.append(message)
    while let first = order.first, first.until <= now || order.count > limit { dropFirst() }
  }

  mutating func forget(_ digest: MessageDigest) {
    parts[Self.part(of: digest)][digest] = nil
  }

  private mutating func dropFirst() {
    guard let first = order.popFirst() else { return }
    let part = Self.part(of: first.digest)
    if parts[part][first.digest] == first { parts[part][first.digest] = nil }
  }

  private static func part(of digest: MessageDigest) -> Int { Int(truncatingIfNeeded: digest.low) & (partCount - 1) }
}
