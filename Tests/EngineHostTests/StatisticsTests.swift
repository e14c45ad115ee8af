import AlertEngine
import CareModel
import EngineHost
import FeedSession
import Synchronization
import Testing

@Suite("What the host says of itself")
struct StatisticsTests {
  /// The time of day, and what the test adds to it.
  private final class MovedClock: Sendable {
    private let added = Atomic<Int64>(0)
    var clock: WallClock {
      WallClock { WallClock.system.now() + TimeSpan(microseconds: self.added.load(ordering: .relaxed)) }
    }

    func pass(_ span: TimeSpan) { added.wrappingAdd(span.microseconds, ordering: .relaxed) }
  }

  /// Returns when the turns that are under way have ended.
  private static func turn(_ host: EngineHost) async {
    await withCheckedContinuation { continuation in host.ask { continuation.resume() } }
  }

  @Test("The oldest commit that is not durable has its age, until it is durable")
  func unconfirmedAge() async throws {
    let clock = MovedClock()
    let world = try await HostWorld(clock: clock.clock)
    #expect(world.host.statistics.oldestUnconfirmed == .zero)
    let first = world.press(id: "a")
    await world.store.received(1)
    clock.pass(.seconds(10))
    let second = world.press(id: "b", kind: .smoke)
    await world.store.received(2)
    clock.pass(.seconds(5))
    await Self.turn(world.host)
    let statistics = world.host.statistics
    #expect(statistics.oldestUnconfirmed >= .seconds(15) && statistics.oldestUnconfirmed < .seconds(25))
    #expect(statistics.mailboxDepth == 0)
    #expect(statistics.oldestMail == .zero)
    #expect(statistics.openAlerts == 0)
    world.store.report(.committed(42))
    #expect(await first.first() == true)
    await Self.turn(world.host)
    #expect(world.host.statistics.oldestUnconfirmed >= .seconds(5))
    #expect(world.host.statistics.oldestUnconfirmed < .seconds(15))
    world.store.confirmAll()
    #expect(await second.first() == true)
    await Self.turn(world.host)
    #expect(world.host.statistics.oldestUnconfirmed == .zero)
    #expect(world.host.statistics.openAlerts >= 1)
  }

  @Test("A refused commit leaves no age behind")
  func refusedCommit() async throws {
    let clock = MovedClock()
    let world = try await HostWorld(clock: clock.clock)
    let press = world.press(id: "bad")
    await world.store.received(1)
    clock.pass(.seconds(100))
    world.store.report(.failed(42, CommitFailure(code: "22003")))
    await world.store.received(2)
    await Self.turn(world.host)
    #expect(world.host.statistics.oldestUnconfirmed < .seconds(50))
    world.store.confirmAll()
    #expect(await press.first() == true)
    await Self.turn(world.host)
    #expect(world.host.statistics.oldestUnconfirmed == .zero)
  }

  @Test("The store's presence, and who can be reached")
  func presence() async throws {
    let world = try await HostWorld()
    #expect(world.host.statistics.isStorePresent)
    world.store.report(.lost)
    #expect(!world.host.statistics.isStorePresent)
    let peer = world.host.connected(.staff(HostWorld.responder)) { _ in }
    #expect(world.host.statistics.peers == 1)
    world.host.disconnected(peer)
    #expect(world.host.statistics.peers == 0)
  }

  @Test("A reader that falls behind by more than its bound is cut off, and counted")
  func cutReaders() async throws {
    let world = try await HostWorld()
    world.store.confirmsAtOnce = true
    let stream = try #require(world.host.subscribe(after: world.host.newestEvent))
    #expect(world.host.statistics.eventReaders == 1)
    var pressed = 0
    while world.host.statistics.cutReaders == 0, pressed < 5000 {
      #expect(await world.press(id: "p\(pressed)").first() == true)
      pressed += 1
    }
    #expect(world.host.statistics.cutReaders == 1)
    #expect(world.host.statistics.eventReaders == 0)
    var read = 0
    for await _ in stream { read += 1 }
    #expect(read == 1000)
  }
}
