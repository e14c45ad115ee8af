import AlertEngine
import CareModel
import EngineHost
import FeedSession
import Testing

/// Two at the same time: the core decides, the database's constraints back it.
@Suite("Two at once, 10,000 rounds each, on PostgreSQL", .serialized)
struct AtOnceTests {
  /// Rounds that run side by side, each lane with people and a district of its own.
  private static let lanes = 50
  private static let roundsPerLane = 200

  @Test("two people accept the same slot: one has it")
  func oneSlot() async throws {
    let world = try await EngineWorld(register: Self.register(peoplePerLane: 2))
    let outcomes = try await Self.rounds { lane in
      let task = try await world.makeTask(.response, lane: lane, asked: [lane * 10, lane * 10 + 1])
      let pair = task.slots.flatMap(\.offers).map { ($0.id, $0.staff) }
      try #require(pair.count == 2)
      async let first = world.host.act(.answerOffer(pair[0].0, pair[0].1, .accept, reason: nil), by: pair[0].1)
      async let second = world.host.act(.answerOffer(pair[1].0, pair[1].1, .accept, reason: nil), by: pair[1].1)
      let accepted = await [first, second].filter(\.isAccepted).count
      _ = await world.host.act(.cancelTask(task.id, reason: "round over"), by: pair[0].1)
      return accepted == 1
    }
    #expect(outcomes == Self.lanes * Self.roundsPerLane)
    let bookings = try await world.number("select count(*) from staff_commitment")
    #expect(bookings == Int64(Self.lanes * Self.roundsPerLane))
    await world.stop()
  }

  @Test("two first alarms of one device: one alert, two signals")
  func oneDevice() async throws {
    let devices = Self.lanes * Self.roundsPerLane
    let world = try await EngineWorld(
      register: (1...devices).flatMap { Made.home($0, district: DistrictID($0 % 10)) })
    await withTaskGroup(of: Bool.self) { group in
      for device in 1...devices {
        for press in 0..<2 { group.addTask { await world.press(device, id: "\(device)-\(press)") } }
      }
      for await isAccepted in group { #expect(isAccepted) }
    }
    #expect(try await world.number("select count(*) from signal") == Int64(2 * devices))
    #expect(try await world.number("select count(*) from alert") == Int64(devices))
    #expect(try await world.number("select count(distinct (key)) from alert") == Int64(devices))
    await world.stop()
  }

  @Test("one person accepts two tasks: one of them")
  func onePerson() async throws {
    let world = try await EngineWorld(register: Self.register(peoplePerLane: 1))
    let outcomes = try await Self.rounds { lane in
      let person = Made.staff(lane * 10)
      var offers: [(TaskID, OfferID)] = []
      for _ in 0..<2 {
        let task = try await world.makeTask(.response, lane: lane, asked: [lane * 10])
        offers.append((task.id, try #require(task.slots.first?.offers.first { $0.staff == person }).id))
      }
      async let first = world.host.act(.answerOffer(offers[0].1, person, .accept, reason: nil), by: person)
      async let second = world.host.act(.answerOffer(offers[1].1, person, .accept, reason: nil), by: person)
      let accepted = await [first, second].filter(\.isAccepted).count
      for offer in offers { _ = await world.host.act(.cancelTask(offer.0, reason: "round over"), by: person) }
      return accepted == 1
    }
    #expect(outcomes == Self.lanes * Self.roundsPerLane)
    let overlaps = try await world.number(
      "select count(*) from staff_commitment a join staff_commitment b "
        + "on a.staff_id = b.staff_id and a.offer_id < b.offer_id and a.during && b.during")
    #expect(overlaps == 0)
    await world.stop()
  }

  /// A home and responders for every lane, each lane a district.
  private static func register(peoplePerLane: Int) -> [RegisterChange] {
    var rows: [RegisterChange] = []
    for lane in 1...lanes {
      let district = DistrictID(lane)
      rows += Made.home(lane, district: district)
      for person in 0..<peoplePerLane { rows += Made.onDuty(lane * 10 + person, as: .responder, district: district) }
    }
    return rows
  }

  /// Runs all rounds, lanes side by side, and counts those that went right.
  private static func rounds(_ round: @escaping @Sendable (Int) async throws -> Bool) async throws -> Int {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for lane in 1...lanes {
        group.addTask {
          var right = 0
          for _ in 0..<roundsPerLane { right += try await round(lane) ? 1 : 0 }
          return right
        }
      }
      return try await group.reduce(0, +)
    }
  }
}

extension EngineWorld {
  /// Makes a task in a lane and makes sure that these people are asked for its slot.
  func makeTask(_ kind: WorkTask.Kind, lane: Int, asked people: [Int]) async throws -> WorkTask {
    let new = OperatorAction.NewTask(
      kind: kind, resident: Made.resident(lane), dwelling: nil, alert: nil, slotCount: 1, startsAt: nil)
    guard case .accepted(let receipt) = await host.act(.createTask(new), by: Made.staff(1)), let id = receipt.task
    else { throw ActionRefusal.wrongState }
    for person in people {
      let isAsked = host.task(id)?.slots[0].offers.contains { $0.staff == Made.staff(person) } ?? false
      if !isAsked { _ = await host.act(.assignTask(id, Made.staff(person)), by: Made.staff(1)) }
    }
    guard let task = host.task(id) else { throw ActionRefusal.notFound }
    return task
  }

  /// One press; true when it was accepted, which is never before it is durable.
  func press(_ device: Int, id: String) async -> Bool {
    let signal = Signal(
      source: SignalSource(feed: .mqtt, sender: Made.serial(device), serial: Made.serial(device)), kind: .panic,
      repeatKey: .message(id: id, window: .hours(168)))
    return await withCheckedContinuation { continuation in
      host.offer(signal) { continuation.resume(returning: $0 == .accepted) }
    }
  }
}

extension Acknowledgement {
  var isAccepted: Bool { if case .accepted = self { true } else { false } }
}
