import AlertEngine
import CareModel

/// The world's own deeds, done.
extension Simulation {
  mutating func perform(_ scripted: ScriptedDeed) throws(Violation) {
    // Whatever was drawn before: the same deed draws the same numbers, whether or not others were left out.
    random = SeededRandom(seed: fixedMix(seed) ^ fixedMix(UInt64(scripted.number) &+ 1))
    if case .desk = scripted.deed {} else { trace.note("deed", at: now, Int64(scripted.number), "\(scripted.deed)") }
    switch scripted.deed {
    case .press(let home): press(home)
    case .story(let hospital): tell(hospital)
    case .desk(let desk): try deskActs(desk)
    case .shift:
      let changes = world.changeShifts(at: now, random: &random)
      if !isDown { try step(.referenceChanged(changes)) }
    case .outage(let span): try loseStore(for: span, written: random.below(9))
    case .slow(let span):
      guard link.health == .well else { return }
      link.health = .slow
      plans.plan(.storeHastens, at: now + span)
    case .kill(let span): try kill(backAfter: span)
    case .takeover(let span):
      try checkOldEngine()
      try kill(backAfter: span)
    case .freeze(let span):
      report.faults += 1
      frozenUntil = max(frozenUntil, now + span)
      restingUntil = max(restingUntil, frozenUntil + .seconds(20))
    case .clock(let error): clockError = error
    case .split(let split): divide(split)
    case .garbage: visitByStranger()
    }
  }

  /// No more faults and no more presses: what is open has to come to its end.
  mutating func endFaults() throws(Violation) {
    isCalm = true
    trace.note("calm", at: now)
    frozenUntil = .distantPast
    link.refuses = false
    reach = Reachability()
    if link.health == .away { try storeReturns() }
    link.health = .well
    steadySince = now
    let changes = world.putEverybodyOnDuty(at: now)
    if !isDown { try step(.referenceChanged(changes)) }
    for desk in world.desk.indices { plans.plan(.deskCloses(desk), at: later(.seconds(3), .seconds(40))) }
    plans.plan(.checkCalm, at: now + parameters.bounds.settling)
    sendCommits()
  }

  private mutating func divide(_ split: Split) {
    report.faults += 1
    let phones = world.homes.count..<clients.count
    let hospitals = self.hospitals.indices.map { Reachability.hospitalsFrom + $0 }
    var peers: [Int]
    switch split.part {
    case .everybody: peers = Array(clients.indices) + hospitals
    case .homes: peers = Array(world.homes.indices)
    case .someHomes: peers = world.homes.indices.filter { _ in random.happens(300) }
    case .phones: peers = Array(phones)
    case .somePhones: peers = phones.filter { _ in random.happens(300) }
    case .hospitals: peers = hospitals
    }
    reach.cut(peers, split.direction, until: min(now + split.span, calm))
  }
}
