import CareModel
import ChannelDispatcher
import NotificationChannel
import Synchronization
import Testing

@Suite("the channel dispatcher", .timeLimit(.minutes(1)))
struct ChannelDispatcherTests {
  /// A dispatcher, its one channel, and the reports in order.
  struct World {
    let channel = HeldChannel()
    let dispatcher: ChannelDispatcher
    var begun: AsyncStream<ChannelMessage>.Iterator
    var reports: AsyncStream<(Int, DeliveryFailure?)>.Iterator
    private let report: AsyncStream<(Int, DeliveryFailure?)>.Continuation

    init(
      _ limits: DispatcherLimits = DispatcherLimits(),
      now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
      dispatcher = ChannelDispatcher(channels: ["held": channel], limits: limits, now: now)
      begun = channel.begun.makeAsyncIterator()
      let (stream, continuation) = AsyncStream<(Int, DeliveryFailure?)>.makeStream()
      reports = stream.makeAsyncIterator()
      report = continuation
    }

    /// Sends message `number` (its number is also its attempt).
    func send(_ number: Int, to address: String, isLife: Bool = false, on name: String = "held") {
      let message = ChannelMessage(
        idempotencyKey: NotificationID(high: 0, low: UInt64(number)), address: address, body: [], attempt: number,
        isPossibleRepeat: false)
      dispatcher.deliver(message, on: name, isLife: isLife) { [report] in report.yield((number, $0)) }
    }

    /// The numbers of the next tries to begin, in no particular order.
    mutating func begin(_ count: Int) async -> Set<Int> {
      var numbers: Set<Int> = []
      while numbers.count < count, let message = await begun.next() { numbers.insert(message.attempt) }
      return numbers
    }
  }

  static let full = DeliveryFailure(isRetryable: true, description: "too many messages waiting")

  @Test("what the channel says is reported, once for a message")
  func reports() async throws {
    var world = World()
    world.send(1, to: "a")
    #expect(await world.begin(1) == [1])
    world.channel.end("a", with: DeliveryFailure(isRetryable: true, description: "HTTP 503"))
    let (number, failure) = try #require(await world.reports.next())
    #expect(number == 1 && failure == DeliveryFailure(isRetryable: true, description: "HTTP 503"))
    world.send(2, to: "ok")
    let (next, success) = try #require(await world.reports.next())
    #expect(next == 2 && success == nil)
  }

  @Test("what waits has its age, what was sent and what failed is counted by channel")
  func loadOfChannel() async throws {
    let seconds = Atomic<Int>(0)
    let start = ContinuousClock.now
    var world = World(
      DispatcherLimits(maximumPerDestination: 1, reservedPerDestination: 0, maximumWaitingPerDestination: 2)
    ) { start + .seconds(seconds.load(ordering: .relaxed)) }
    var expected = ChannelLoad()
    #expect(world.dispatcher.load(of: "held") == expected)
    world.send(1, to: "a")
    #expect(await world.begin(1) == [1])
    seconds.store(5, ordering: .relaxed)
    world.send(2, to: "a")
    seconds.store(9, ordering: .relaxed)
    world.send(3, to: "a", isLife: true)
    seconds.store(10, ordering: .relaxed)
    (expected.waiting, expected.oldest, expected.tries) = (2, .seconds(5), 1)
    #expect(world.dispatcher.load(of: "held") == expected)
    #expect(world.dispatcher.load(of: "pigeon") == ChannelLoad())
    // No room: one failure without a try.
    world.send(4, to: "a")
    _ = await world.reports.next()
    world.channel.end("a", with: Self.full)
    _ = await world.reports.next()
    #expect(await world.begin(1) == [3])
    world.channel.endAll()
    #expect(await world.begin(1) == [2])
    for _ in 0..<2 { _ = await world.reports.next() }
    expected = ChannelLoad()
    (expected.sent, expected.failed) = (2, 2)
    #expect(world.dispatcher.load(of: "held") == expected)
  }

  @Test("an unknown channel is a failure for good")
  func unknownChannel() async throws {
    var world = World()
    world.send(1, to: "a", on: "pigeon")
    let (_, failure) = try #require(await world.reports.next())
    #expect(failure == DeliveryFailure(isRetryable: false, description: "unknown channel"))
  }

  @Test("a destination that hangs does not delay another")
  func hanging() async throws {
    var world = World()
    for number in 1...100 { world.send(number, to: "hangs") }
    world.send(101, to: "ok")
    let (number, failure) = try #require(await world.reports.next())
    #expect(number == 101 && failure == nil)
    world.channel.endAll()
  }

  @Test("a destination has its number of tries under way and no more, the last of them for life only")
  func perDestination() async {
    var world = World(DispatcherLimits(maximumPerDestination: 4, reservedPerDestination: 1))
    for number in 1...5 { world.send(number, to: "a") }
    world.send(6, to: "a", isLife: true)
    world.send(7, to: "a", isLife: true)
    #expect(await world.begin(4) == [1, 2, 3, 6])
    #expect(world.dispatcher.load == DispatcherLoad(destinations: 1, waiting: 3, tries: 4))
    world.channel.end("a")
    #expect(await world.begin(1) == [7])
    world.channel.endAll()
    #expect(await world.begin(2) == [4, 5])
    world.channel.endAll()
  }

  @Test("a full queue fails at once; a life message takes the place of the newest other one")
  func fullQueue() async throws {
    var world = World(
      DispatcherLimits(maximumPerDestination: 1, reservedPerDestination: 0, maximumWaitingPerDestination: 2))
    for number in 1...3 { world.send(number, to: "a") }
    #expect(world.dispatcher.load.waiting == 2)
    for (number, isLife, failed) in [(4, false, 4), (5, true, 3), (6, true, 2), (7, true, 7)] {
      world.send(number, to: "a", isLife: isLife)
      let (reported, failure) = try #require(await world.reports.next())
      #expect(reported == failed && failure == Self.full)
    }
    #expect(await world.begin(1) == [1])
    for number in [5, 6] {
      world.channel.end("a")
      #expect(await world.begin(1) == [number])
    }
    world.channel.endAll()
  }

  @Test("all destinations together have their bound, which life may exceed by its reserve")
  func allTries() async {
    var world = World(DispatcherLimits(maximumTries: 2, reservedTries: 1))
    for number in 1...3 { world.send(number, to: "other\(number)") }
    for number in 4...5 { world.send(number, to: "life\(number)", isLife: true) }
    #expect(await world.begin(3) == [1, 2, 4])
    #expect(world.dispatcher.load == DispatcherLoad(destinations: 5, waiting: 2, tries: 3))
    world.channel.end("other1")
    #expect(await world.begin(1) == [5])
    world.channel.end("life4")
    world.channel.end("life5")
    #expect(await world.begin(1) == [3])
    world.channel.endAll()
  }

  @Test("all queues together have their bound, which life may exceed by its reserve")
  func allWaiting() async throws {
    var world = World(DispatcherLimits(maximumTries: 1, reservedTries: 0, maximumWaiting: 2, reservedWaiting: 1))
    for number in 1...3 { world.send(number, to: "a\(number)") }
    for (number, isLife, isRefused) in [(4, false, true), (5, true, false), (6, true, true)] {
      world.send(number, to: "a\(number)", isLife: isLife)
      guard isRefused else { continue }
      let (reported, failure) = try #require(await world.reports.next())
      #expect(reported == number && failure == Self.full)
    }
    #expect(world.dispatcher.load.waiting == 3)
    world.channel.endAll()
  }

  @Test("destinations take turns")
  func turns() async {
    var world = World(DispatcherLimits(maximumTries: 1, reservedTries: 0))
    for number in 1...3 { world.send(number, to: "a") }
    world.send(4, to: "b")
    var order: [Int] = []
    for _ in 1...4 {
      guard let message = await world.begun.next() else { break }
      order.append(message.attempt)
      world.channel.end(message.address)
    }
    #expect(order == [1, 2, 4, 3])
  }

  @Test("idle destinations leave memory")
  func idle() async throws {
    var world = World()
    for number in 1...1000 { world.send(number, to: "ok\(number)") }
    for _ in 1...1000 { _ = await world.reports.next() }
    #expect(world.dispatcher.load == DispatcherLoad(destinations: 0, waiting: 0, tries: 0))
  }
}
