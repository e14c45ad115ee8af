import AlertEngine
import CareModel
import Testing

/// Two of everything at once, with commits confirmed, failed and reloaded in any order in between.
@Suite("Races")
struct RaceTests {
  private static let rounds = 10_000

  /// Confirms some of what waits, by the round's own chance.
  private func confirmSome(_ bench: inout Bench, _ confirmed: inout Int64, chance: inout UInt64) {
    chance = fixedMix(chance)
    let last = bench.commits.last?.number ?? 0
    guard last > confirmed, chance % 2 == 0 else { return }
    confirmed += 1 + Int64(chance >> 8) % (last - confirmed)
    bench.step(.committed(confirmed))
  }

  @Test("10,000 times two first alarms of one device: one open alert")
  func firstAlarms() {
    var doubles = 0
    var bench = Bench(onDuty: [])
    bench.confirms = false
    var (confirmed, chance): (Int64, UInt64) = (0, 1)
    for round in 0..<Self.rounds {
      bench.signal(from: "device \(round)")
      confirmSome(&bench, &confirmed, chance: &chance)
      bench.signal(from: "device \(round)")
      confirmSome(&bench, &confirmed, chance: &chance)
      let opened = bench.commits.suffix(2).flatMap(\.events).filter { $0.kind == .alertOpened }
      if opened.count != 1 { doubles += 1 }
    }
    #expect(doubles == 0)
  }

  @Test("10,000 times two people accept one slot at once: one has it, and nobody has two")
  func accepts() {
    var doubles = 0
    for round in 0..<Self.rounds {
      var bench = Bench(onDuty: [.responder])
      bench.signal(.fall)
      bench.wait(.seconds(60))
      bench.confirms = false
      var (confirmed, chance) = (bench.commits.last?.number ?? 0, UInt64(round))
      let offers = bench.offers
      let order = fixedMix(UInt64(round)) % 2 == 0 ? offers : offers.reversed()
      for offer in order + order {
        bench.answer(offer, .accept)
        confirmSome(&bench, &confirmed, chance: &chance)
      }
      let accepted = bench.commits.flatMap(\.offers).filter { $0.state == .accepted }
      if offers.count != 2 || Set(accepted.map(\.id)).count != 1 { doubles += 1 }
    }
    #expect(doubles == 0)
  }

  @Test("10,000 times two tasks are accepted at once by one person: booked once")
  func bookings() {
    var doubles = 0
    var bench = Bench(onDuty: [])
    var (confirmed, chance): (Int64, UInt64) = (0, 1)
    let staff = Bench.responders[0]
    for round in 0..<Self.rounds {
      // What is told to one person who never hears it would pile up.
      if round % 50 == 0 { bench = Bench(onDuty: []) }
      bench.confirms = true
      let tasks = (0..<2).compactMap { _ -> TaskID? in
        let task = OperatorAction.NewTask(
          kind: .visit, resident: Bench.resident, dwelling: nil, alert: nil, slotCount: 1, startsAt: nil)
        bench.act(.createTask(task))
        return bench.commits.last?.tasks.first?.id
      }
      for task in tasks { bench.act(.assignTask(task, staff)) }
      confirmed = bench.commits.last?.number ?? 0
      bench.confirms = false
      for offer in bench.offers {
        bench.answer(offer, .accept)
        confirmSome(&bench, &confirmed, chance: &chance)
      }
      if bench.tasks.flatMap(\.acceptedOffers).filter({ $0.staff == staff }).count != 1 { doubles += 1 }
      bench.step(.committed(bench.commits.last?.number ?? 0))
      bench.confirms = true
      for task in tasks { bench.act(.cancelTask(task, reason: "round \(round)")) }
    }
    #expect(doubles == 0)
    #expect(bench.tasks.isEmpty)
  }
}
