import AlertEngine
import CareModel
import Testing

@Suite("The order of deadlines")
struct DeadlineOrderTests {
  private static let due = Timestamp(seconds: 1000)
  private static let first = DeadlineOwner.alert(AlertID(high: 0, low: 1))
  private static let second = DeadlineOwner.alert(AlertID(high: 0, low: 2))

  @Test(
    "Of two for the same moment the one set first comes first, also when stale entries were swept in between",
    arguments: [0, 5000])
  func order(otherDeadlines: Int) {
    var queue = DeadlineQueue()
    // Disarmed and armed again for the same moment, after the second: now it is behind it.
    queue.set(Self.first, Self.due)
    queue.set(Self.second, Self.due)
    queue.set(Self.first, nil)
    for number in 0..<otherDeadlines {
      let owner = DeadlineOwner.task(TaskID(high: 0, low: UInt64(number)))
      queue.set(owner, Timestamp(seconds: 5000))
      queue.set(owner, nil)
    }
    queue.set(Self.first, Self.due)
    #expect(queue.popDue(at: Self.due) == Self.second)
    #expect(queue.popDue(at: Self.due) == Self.first)
    #expect(queue.popDue(at: Self.due) == nil && queue.count == 0)
  }
}
