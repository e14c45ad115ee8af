import Synchronization

/// Counts open event streams against ``ConsoleSettings/maximumStreams``.
final class StreamSlots: Sendable {
  private let limit: Int
  private let taken = Mutex(0)

  init(limit: Int) { self.limit = limit }

  /// A place, given back when it is let go of; nil when all are taken.
  func take() -> Slot? {
    let isFree = taken.withLock { taken in
      guard taken < limit else { return false }
      taken += 1
      return true
    }
    return isFree ? Slot(owner: self) : nil
  }

  final class Slot: Sendable {
    private let owner: StreamSlots
    fileprivate init(owner: StreamSlots) { self.owner = owner }
    deinit { owner.taken.withLock { $0 -= 1 } }
  }
}
