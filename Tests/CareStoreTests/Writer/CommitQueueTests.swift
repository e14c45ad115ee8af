import AlertEngine
import CareModel
import PQ
import Testing

import CareStore

@Suite("Commit queue")
struct CommitQueueTests {
  private func commits(_ numbers: ClosedRange<Int64>, lineage: Int = 0) -> [Commit] {
    numbers.map { Commit(number: $0, lineage: lineage, input: Sample.input($0), at: Sample.start, district: 1) }
  }

  private func queue(_ numbers: ClosedRange<Int64>, change: (inout StoreSettings) -> Void = { _ in }) -> CommitQueue {
    var settings = StoreSettings()
    change(&settings)
    var queue = CommitQueue(confirmed: numbers.lowerBound - 1, settings: settings)
    queue.append(commits(numbers))
    return queue
  }

  private func numbers(_ group: CommitQueue.Group?) -> [Int64] { group?.commits.map(\.number) ?? [] }

  @Test("a group takes all that waits, up to the bound on commits", arguments: [(2, 1), (3, 1), (4, 2)])
  func commitBound(count: Int64, groups: Int) {
    var queue = queue(1...count) { $0.maximumGroupCommits = 3 }
    var taken: [[Int64]] = []
    while let group = queue.takeGroup() { taken.append(numbers(group)) }
    #expect(taken.count == groups)
    #expect(taken.flatMap { $0 } == Array(1...count))
  }

  @Test("the oldest commit is the first that is not durable, sent or not")
  func oldest() {
    var commits = commits(1...3)
    for index in commits.indices { commits[index].at = Sample.time(Int64(index)) }
    var queue = CommitQueue(confirmed: 0, settings: StoreSettings())
    #expect(queue.oldest == nil)
    queue.append(commits)
    _ = queue.takeGroup()
    #expect(queue.oldest == Sample.time(0))
    queue.confirm(through: 2)
    #expect(queue.oldest == Sample.time(2))
    queue.confirm(through: 3)
    #expect(queue.oldest == nil)
  }

  @Test("a group stays within the bound on bytes, and a commit that is heavier goes alone")
  func byteBound() {
    var settings = StoreSettings()
    settings.maximumGroupBytes = 2000
    var commits = commits(1...4)
    for (index, size) in [1000, 1000, 1, 3000].enumerated() {
      commits[index].signal = Sample.signal(Int64(index + 1))
      commits[index].signal?.signal.raw = Array(repeating: 0, count: size)
    }
    var queue = CommitQueue(confirmed: 0, settings: settings)
    queue.append(commits)
    #expect(numbers(queue.takeGroup()) == [1, 2])
    #expect(numbers(queue.takeGroup()) == [3])
    #expect(numbers(queue.takeGroup()) == [4])
    #expect(queue.takeGroup() == nil)
  }

  @Test("what is on its way is not taken again, and after a rewind it is")
  func rewind() {
    var queue = queue(1...2)
    #expect(numbers(queue.takeGroup()) == [1, 2])
    queue.append(commits(3...3))
    #expect(numbers(queue.takeGroup()) == [3])
    queue.confirm(through: 1)
    queue.rewind()
    #expect(numbers(queue.takeGroup()) == [2, 3])
    #expect(queue.depth == 2)
  }

  @Test("a group that was refused is taken again one by one, what follows is not")
  func split() throws {
    var queue = queue(1...6) { $0.maximumGroupCommits = 3 }
    let taken = queue.takeGroup()
    let bad = try #require(taken)
    queue.split(bad)
    #expect((0..<3).map { _ in numbers(queue.takeGroup()) } == [[1], [2], [3]])
    #expect(numbers(queue.takeGroup()) == [4, 5, 6])
  }

  @Test("a failed commit takes its lineage with it, and numbers go on from it with a higher one")
  func failedLineage() {
    var queue = queue(1...4)
    queue.confirm(through: 2)
    queue.dropFailedLineage()
    #expect(queue.depth == 0)
    // What the host sends before it has heard of the failure.
    queue.append(commits(5...6))
    #expect(queue.depth == 0)
    queue.append(commits(3...5, lineage: 1))
    #expect(numbers(queue.takeGroup()) == [3, 4, 5])
    #expect(queue.lastNumber == 5)
  }

  @Test("freeing what is confirmed loses nothing that is not", arguments: [1, 100, 499])
  func compaction(step: Int64) {
    var queue = queue(1...5000)
    var confirmed: Int64 = 0
    var seen: [Int64] = []
    while let group = queue.takeGroup() {
      seen += numbers(group)
      while confirmed < group.lastNumber {
        confirmed = min(confirmed + step, group.lastNumber)
        queue.confirm(through: confirmed)
        #expect(queue.depth == Int(5000 - confirmed))
      }
    }
    #expect(seen == Array(1...5000))
  }

  @Test("the host is asked to stop feeding at the bound, and nothing is lost when it is late")
  func room() async throws {
    let world = try await StoreWorld()
    var settings = StoreWorld.patient
    settings.maximumQueuedCommits = 2
    let store = world.store(settings: settings)
    let log = EventLog()
    _ = try await store.open(now: Sample.start, events: log.add)
    let blocker = try await world.connect()
    try await blocker.transaction { transaction in
      // The shard's row is held, so nothing is confirmed meanwhile.
      try await transaction.query("select from shard for update")
      store.write(commits(1...1))
      #expect(store.hasRoom)
      store.write(commits(2...2))
      #expect(!store.hasRoom)
      store.write(commits(3...3))
      #expect(store.queueDepth == 3)
    }
    await log.waitForCommit(3)
    #expect(store.hasRoom)
    await store.close(deadline: .seconds(5))
    #expect(try await world.number("select count(*) from applied_input") == 3)
  }
}

@Suite("Backoff")
struct BackoffTests {
  @Test("waits double up to the limit, half of each at random")
  func doubling() {
    var settings = StoreSettings()
    settings.backoff = .milliseconds(100)
    settings.backoffLimit = .milliseconds(350)
    var backoff = Backoff(settings: settings)
    let waits = [0, 1, 0.5, 1].map { backoff.wait(random: $0) }
    #expect(waits == [.milliseconds(50), .milliseconds(200), .milliseconds(262.5), .milliseconds(350)])
  }
}
