import CareModel
import Testing

import AlertEngine

@Suite("Bounds of the engine's memory")
struct BoundTests {
  private let now = Timestamp(seconds: 1_800_000_000)

  private func message(_ number: UInt64, until: TimeSpan = .hours(1)) -> RememberedMessage {
    RememberedMessage(
      digest: MessageDigest(high: number, low: 0), signal: SignalID(high: 0, low: number), until: now + until)
  }

  @Test("Message ids are kept up to the bound; one past it the oldest is forgotten", arguments: [(3, true), (4, false)])
  func repeatMemory(count: UInt64, knowsFirst: Bool) {
    var memory = RepeatMemory(limit: 3)
    for number in 1...count { memory.remember(message(number), at: now) }
    #expect(memory.count == 3)
    #expect((memory.find(message(1).digest, at: now) != nil) == knowsFirst)
    #expect(memory.find(message(count).digest, at: now) != nil)
  }

  @Test("Answers to actions are kept up to the bound; one past it the oldest is forgotten", arguments: [
    (3, true), (4, false),
  ])
  func actions(count: UInt64, knowsFirst: Bool) {
    var actions = RecentActions(limit: 3)
    for number in 1...count { actions[InputID(high: 0, low: number)] = .accepted(Receipt()) }
    #expect(actions.count == 3)
    #expect((actions[InputID(high: 0, low: 1)] != nil) == knowsFirst)
    #expect(actions[InputID(high: 0, low: count)] != nil)
  }

  @Test("A message id is known until its window's end and not at it")
  func window() {
    var memory = RepeatMemory(limit: 3)
    memory.remember(message(1), at: now)
    #expect(memory.find(message(1).digest, at: now + .hours(1) - .seconds(1)) != nil)
    #expect(memory.find(message(1).digest, at: now + .hours(1)) == nil)
    memory.remember(message(2, until: .hours(3)), at: now + .hours(2))
    #expect(memory.count == 1)
  }

  @Test("A deadline set again and again leaves no pile: what is due first is due once, at its last moment")
  func deadlines() {
    var queue = DeadlineQueue()
    let (alert, task) = (DeadlineOwner.alert(AlertID(high: 0, low: 1)), DeadlineOwner.task(TaskID(high: 0, low: 2)))
    for second in 1...100_000 { queue.set(alert, now + .seconds(second)) }
    queue.set(task, now + .seconds(5))
    #expect(queue.count == 2 && queue.storedCount <= 2 * queue.count + 1024)
    #expect(queue.earliest == now + .seconds(5))
    #expect(queue.popDue(at: now + .seconds(4)) == nil)
    #expect(queue.popDue(at: now + .seconds(5)) == task)
    #expect(queue.popDue(at: now + .seconds(99_999)) == nil)
    #expect(queue.popDue(at: now + .seconds(100_000)) == alert)
    #expect(queue.count == 0 && queue.earliest == nil)
    queue.set(alert, now)
    queue.set(alert, nil)
    #expect(queue.earliest == nil)
  }

  @Test("Resolved alerts are kept up to the bound; one past it the oldest leaves memory", arguments: [(2, 2), (3, 2)])
  func resolved(count: Int, kept: Int) {
    var settings = EngineSettings()
    settings.maximumRecentlyResolved = 2
    var bench = Bench(settings: settings)
    for number in 1...count {
      bench.signal(.requestHelp, from: "stranger \(number)")
      let open = bench.alerts.first { $0.state != .resolved }
      if let open { bench.act(.resolve(open.id, cause: .test, action: .none, closedBy: .notNeeded, note: nil)) }
    }
    #expect(bench.alerts.count == kept)
  }
}
