import CareModel

/// What is going to happen, by time; what is for the same moment happens in the order in which it was planned.
struct EventQueue<Event> {
  private var heap: [Entry] = []
  private var planned: UInt64 = 0

  private struct Entry {
    var at: Timestamp
    var order: UInt64
    var event: Event

    func isBefore(_ other: Self) -> Bool { (at, order) < (other.at, other.order) }
  }

  var next: Timestamp? { heap.first?.at }

  mutating func plan(_ event: Event, at time: Timestamp) {
    heap.append(Entry(at: time, order: planned, event: event))
    planned += 1
    var child = heap.count - 1
    while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func pop() -> (at: Timestamp, event: Event)? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty {
      heap[0] = last
      sink()
    }
    return (first.at, first.event)
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].isBefore(heap[least]) {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(least, parent)
      parent = least
    }
  }
}
