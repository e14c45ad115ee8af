import AlertEngine
import CareModel
import EngineHost
import FeedSession
import Synchronization
import Testing

@Suite("The host around the engine")
struct EngineHostTests {
  @Test("an alarm is answered after its commit, and shown only then")
  func answersAfterCommit() async throws {
    let world = try await HostWorld()
    let answer = world.press()
    await world.store.received(1)
    #expect(world.host.openAlerts().isEmpty)
    #expect(world.store.commits.map(\.number) == [42])
    world.store.confirmAll()
    #expect(await answer.first() == true)
    #expect(world.host.openAlerts().count == 1)
    #expect(world.host.names(resident: HostWorld.resident, dwelling: nil).resident == "王奶奶")
  }

  @Test("while the store is lost the sender is told at once; what was decided is not decided again")
  func storeLost() async throws {
    let world = try await HostWorld()
    let first = world.press(id: "a")
    await world.store.received(1)
    world.store.report(.lost)
    #expect(await first.first() == false)
    #expect(!world.host.isReady)
    #expect(await world.press(id: "a").first() == false)
    world.store.report(.back)
    let resent = world.press(id: "a")
    world.store.confirmAll()
    #expect(await resent.first() == true)
    #expect(world.host.isReady)
    #expect(world.store.commits.count == 1)
  }

  @Test("a refused commit harms nobody else: its signal is kept as unknown, the neighbour's answer comes")
  func refusedCommit() async throws {
    let world = try await HostWorld()
    let poison = world.press(id: "bad")
    await world.store.received(1)
    let neighbour = world.press(id: "good", kind: .smoke)
    await world.store.received(2)
    world.store.report(.failed(42, CommitFailure(code: "22003")))
    await world.store.received(4)
    let again = world.store.commits.dropFirst(2)
    #expect(again.map(\.number) == [42, 43])
    #expect(again.map(\.lineage) == [1, 1])
    #expect(again.first?.signal?.signal.kind == .unknown)
    #expect(again.first?.signal?.signal.oddities.contains(.refusedByStore) == true)
    #expect(again.first?.alerts.count == 1)
    #expect(again.last?.signal?.signal.kind == .smoke)
    world.store.confirmAll()
    #expect(await poison.first() == true)
    #expect(await neighbour.first() == true)
  }

  @Test("an action whose answer was lost with the database is done once, however often it is sent again")
  func actionSentAgain() async throws {
    let world = try await HostWorld()
    let id = InputID(at: WallClock.system.now(), random: (5, 6))
    let task = OperatorAction.createTask(
      OperatorAction.NewTask(
        kind: .visit, resident: HostWorld.resident, dwelling: nil, alert: nil, slotCount: 1, startsAt: nil))
    async let first = world.host.act(task, by: HostWorld.responder, id: id)
    await world.store.received(1)
    world.store.report(.lost)
    #expect(await first == .unavailable)
    world.store.report(.back)
    async let second = world.host.act(task, by: HostWorld.responder, id: id)
    world.store.confirmAll()
    guard case .accepted(let receipt) = await second else { throw ActionRefusal.wrongState }
    #expect(world.store.commits.count == 1)
    #expect(receipt.task == world.store.commits.first?.tasks.first?.id)
  }

  @Test("heartbeats and telemetry never wait for the engine")
  func otherLanes() async throws {
    let world = try await HostWorld()
    #expect(await world.press(kind: .heartbeat).first() == true)
    #expect(await world.press(kind: .temperature).first() == true)
    // Both are signs of life.
    #expect(world.telemetry.heard == 2)
    #expect(world.telemetry.rows.count == 1)
    #expect(world.store.commits.isEmpty)
  }

  @Test("only the right secret signs in; nobody signs in by an unknown name")
  func signIn() async throws {
    let world = try await HostWorld()
    func principal(_ name: String, _ secret: [UInt8]) -> Principal? {
      world.host.authenticate(Credentials(userName: name, secret: secret, clientID: "c"))
    }
    #expect(principal("D1", HostWorld.secret) == .device(serial: "D1"))
    #expect(principal("staff:\(HostWorld.responder)", HostWorld.secret) == .staff(HostWorld.responder))
    #expect(principal("D1", []) == nil)
    #expect(principal("D1", Array("wrong".utf8)) == nil)
    #expect(principal("D2", HostWorld.secret) == nil)
    #expect(principal("staff:nobody", HostWorld.secret) == nil)
    #expect(principal("", []) == nil)
  }

  @Test("an offer waits for the phone, reaches it when it comes online, and is not sent twice once delivered")
  func offerReachesPhone() async throws {
    let world = try await HostWorld()
    world.store.confirmsAtOnce = true
    #expect(await world.press().first() == true)
    let (phone, messages) = AsyncStream.makeStream(of: Downlink.self)
    let peer = world.host.connected(.staff(HostWorld.responder)) { messages.yield($0) }
    let offer = try #require(await phone.first())
    #expect(offer.purpose == .staffOffer(HostWorld.responder))
    let token = try #require(offer.token)
    world.host.downlinkReported(token, isDelivered: true)
    let mark = await world.mark()
    #expect(mark?.fate == .delivered)
    world.host.disconnected(peer)
  }

  @Test("the event stream resumes after an id, and says so when it cannot")
  func eventStream() async throws {
    let world = try await HostWorld()
    world.store.confirmsAtOnce = true
    let start = world.host.newestEvent
    #expect(await world.press().first() == true)
    let newest = world.host.newestEvent
    #expect(newest > start)
    let missed = try #require(world.host.subscribe(after: start))
    var ids: [EventID] = []
    for await entry in missed {
      let id = try #require(entry.id)
      ids.append(id)
      if id == newest { break }
    }
    #expect(ids.first?.commit == 42)
    #expect(ids == ids.sorted())
    #expect(world.host.subscribe(after: newest) != nil)
    #expect(world.host.subscribe(after: EventID(shard: "s1", commit: 3, ordinal: 0)) == nil)
    #expect(world.host.subscribe(after: EventID(shard: "s1", commit: 9_999, ordinal: 0)) == nil)
    #expect(world.host.subscribe(after: EventID(shard: "s2", commit: newest.commit, ordinal: 0)) == nil)
  }
}

extension HostWorld {
  /// The first outbox mark that was written.
  func mark() async -> OutboxMark? {
    var seen = 0
    while true {
      await store.received(seen + 1)
      let commits = store.commits
      if let mark = commits.dropFirst(seen).flatMap(\.outboxMarks).first { return mark }
      seen = commits.count
    }
  }
}
