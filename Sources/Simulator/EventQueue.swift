import CareModel

/// What is going to happen, by time; what is for the same moment happens in the order in which it was planned.
struct EventQueue<Event> {
  private var heap: [Entry] = []
  /// The events stay where they are; only their small entries move.
  private var events: [Event?] = []
  private var free: [Int32] = []
  private var planned: UInt64 = 0

  private struct Entry {
    var at: Timestamp
    var order: UInt64
    var place: Int32

    func isBefore(_ other: Self) -> Bool { at == other.at ? order < other.order : at < other.at }
  }

  var next: Timestamp? { heap.first?.at }

  mutating func plan(_ event: Event, at time: Timestamp) {
    heap.append(Entry(at: time, order: planned, place: keep(event)))
    planned += 1
    var child = heap.count - 1
    while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func pop() -> (at: Timestamp, event: Event)? {
    guard let first = heap.first, let last = heap.popLast(), let event = events[Int(first.place)] else { return nil }
    events[Int(first.place)] = nil
    free.append(first.place)
    if !heap.isEmpty {
      heap[0] = last
      sink()
    }
    return (first.at, event)
  }

  private mutating func keep(_ event: Event) -> Int32 {
    if let place = free.popLast() {
      events[Int(place)] = event
      return place
    }
    events.append(event)
    return Int32(events.count - 1)
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var least = parent
      for child in (2 * parent + 1)...(2 * parent + 2) where child < heap.count && heap[child].isBefore(heap[least]) {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(least, parent)
      parent = least
    }
  }
}
