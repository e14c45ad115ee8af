import AlertEngine
import CareModel

/// Many homes lose their power at once and come back together.
extension Simulation {
  mutating func powerFails() {
    guard let cut = parameters.city?.powerCut else { return }
    for home in world.homes.indices {
      guard cut.districts.contains(world.homes[home].district), Int(fixedMix(UInt64(home)) % 1000) < cut.share
      else { continue }
      dark.insert(home)
      guard let wire = clients[home].connection else { continue }
      // Nothing says good-bye: the server finds a dead connection.
      wires[wire]?.isBroken = true
      clients[home].closed(wire)
      wires[wire]?.hasPeer = false
      plans.plan(.serverLearnsClosed(wire), at: later(.minutes(1), .minutes(15)))
    }
    trace.note("power cut", at: now, Int64(dark.count))
    report.dark = dark.count
  }

  /// All connect within minutes and say so; some of the people press.
  mutating func powerReturns() {
    guard let cut = parameters.city?.powerCut else { return }
    trace.note("power back", at: now, Int64(dark.count))
    let homes = dark.sorted()
    dark = []
    waits.stormBegins = now
    waits.stormEnds = now + cut.returning + .minutes(15)
    for home in homes {
      plans.plan(.homeReturns(home), at: later(.zero, cut.returning))
      if random.happens(cut.panics) { plans.plan(.calls(home, "panic"), at: later(.seconds(10), cut.returning)) }
    }
  }

  mutating func homeReturns(_ home: Int) { call(from: home, about: "mainsRestored") }

  /// The areas that were dark, each as one network fault and no other.
  private mutating func checkFaults(_ cut: PowerCut) throws(Violation) {
    let faults = link.store.alerts.values.filter { $0.kind == .networkFault }.map(\.district).sorted()
    report.networkFaults = faults.count
    guard faults == cut.districts.sorted() else {
      throw Violation("an area without power is not one network fault", "\(cut.districts): faults in \(faults)")
    }
  }

  /// In the storm people are asked as soon as on a calm day, and each area that was dark is one fault.
  mutating func checkStorm() throws(Violation) {
    guard let cut = parameters.city?.powerCut else { return }
    try checkFaults(cut)
    guard waits.open == 0 else { throw Violation("nobody was asked about a press", "\(waits.open) presses") }
    guard let calm = Waits.spread(waits.calm), let storm = Waits.spread(waits.storm) else {
      throw Violation("nobody pressed in the storm")
    }
    // A press whose connection breaks is sent again after 25 s, on any day.
    let second = TimeSpan.seconds(1).microseconds
    let isNormal =
      storm.most <= max(calm.most, .minutes(2))
      && storm.late.microseconds <= max(2 * calm.late.microseconds, 3 * second)
      && storm.middle.microseconds <= calm.middle.microseconds + second
    guard isNormal else { throw Violation("presses in the storm waited longer", waits.summary) }
  }
}
