import CareModel
import HeapModule

/// What has a deadline.
package enum DeadlineOwner: Hashable {
  case alert(AlertID)
  case task(TaskID)
  case reminder(ReminderID)
  case suspension(SuspensionID)
  case notification(NotificationID)
  /// An instance of a `correlate` rule, by its handle.
  case correlation(Int64)
  /// A resolved alert leaves memory.
  case alertMemory(AlertID)
  /// A closed stay leaves memory.
  case stayMemory(StayID)
}

/// When what is due. An owner has one deadline; setting it anew leaves a stale entry that is skipped later, and stale
/// entries are swept when they outnumber the live ones, so that memory grows with open work and not with history.
package struct DeadlineQueue {
  private var heap = Heap<Entry>()
  /// The live entry of each owner, by its order: an entry that was replaced stays dead when the same moment is set
  /// again, so that who comes first among equals does not depend on when the queue was last swept.
  private var current: [DeadlineOwner: (at: Timestamp, order: UInt64)] = [:]

  private struct Entry: Comparable {
    var at: Timestamp
    var order: UInt64
    var owner: DeadlineOwner
    static func < (left: Self, right: Self) -> Bool { (left.at, left.order) < (right.at, right.order) }
    static func == (left: Self, right: Self) -> Bool { (left.at, left.order) == (right.at, right.order) }
  }

  private var nextOrder: UInt64 = 0

  /// A queue in which nothing is armed.
  package init() {}

  /// Makes room for so many more deadlines.
  mutating func reserve(_ count: Int) {
    current.reserveCapacity(current.count + count)
    heap.reserveCapacity(heap.count + count)
  }

  /// Armed deadlines.
  package var count: Int { current.count }

  /// Entries kept, stale ones included.
  package var storedCount: Int { heap.count }

  /// The earliest armed moment.
  package private(set) var earliest: Timestamp?

  /// Arms an owner's deadline, replaces it, or disarms it with nil.
  package mutating func set(_ owner: DeadlineOwner, _ at: Timestamp?) {
    guard current[owner]?.at != at else { return }
    if let at {
      current[owner] = (at, nextOrder)
      heap.insert(Entry(at: at, order: nextOrder, owner: owner))
      nextOrder += 1
    } else {
      current[owner] = nil
    }
    sweep()
  }

  /// Takes out the owner that is due first, if it is due.
  package mutating func popDue(at now: Timestamp) -> DeadlineOwner? {
    guard let earliest, earliest <= now, let entry = heap.popMin() else { return nil }
    current[entry.owner] = nil
    sweep()
    return entry.owner
  }

  /// Everything that has a deadline, for checks.
  func deadline(of owner: DeadlineOwner) -> Timestamp? { current[owner]?.at }

  private mutating func sweep() {
    if heap.count > 2 * current.count + 1024 {
      heap = Heap(heap.unordered.filter { current[$0.owner]?.order == $0.order })
    }
    while let first = heap.min, current[first.owner]?.order != first.order { heap.removeMin() }
    earliest = heap.min?.at
  }
}
