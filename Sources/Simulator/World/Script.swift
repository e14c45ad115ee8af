import CareModel

/// The events of a seed's world, drawn before the run begins.
enum Script {
  /// All of them, by time.
  static func write(_ parameters: SimulationParameters, seed: UInt64, until end: Timestamp) -> [ScriptedDeed] {
    var random = SeededRandom(seed: fixedMix(seed ^ 0x5343_5249_5054))
    var deeds: [(at: Timestamp, deed: Deed)] = []
    func plan(
      from first: TimeSpan, every gap: (inout SeededRandom) -> TimeSpan, _ deed: (inout SeededRandom) -> Deed
    ) {
      var at = World.start + first + gap(&random)
      while at < end {
        deeds.append((at, deed(&random)))
        at = at + gap(&random)
      }
    }
    if parameters.city != nil {
      for hour in 0..<Int((end - World.start).wholeSeconds / 3600) {
        let rate = CityPlan.callsPerSecond[hour % 24] * Double(parameters.devices) / 100_000
        for _ in 0..<Int(rate * 3600) {
          let at = World.start + .hours(hour) + random.span(.zero, .hours(1))
          deeds.append((at, .press(home: random.below(parameters.devices))))
        }
      }
    }
    for home in 0..<(parameters.city == nil ? parameters.devices : 0) {
      plan(from: .seconds(5), every: { random in
        random.happens(300) ? random.span(.seconds(2), .seconds(50)) : random.span(.seconds(30), parameters.pressEvery)
      }, { _ in .press(home: home) })
    }
    for hospital in 0..<parameters.hospitals {
      plan(from: .zero, every: { $0.span(.minutes(2), parameters.hospitalStoryEvery) }, { _ in
        .story(hospital: hospital)
      })
    }
    for desk in 0..<(parameters.city == nil ? parameters.dispatchers : 0) {
      let silent = parameters.faults[.deskSilent]
      plan(from: .zero, every: { random in
        random.happens(silent) ? random.span(.minutes(6), .minutes(15)) : random.span(.seconds(3), .seconds(40))
      }, { _ in .desk(desk) })
    }
    for fault in Fault.allCases where parameters.faults[fault] > 0 {
      guard let draw = drawing(of: fault) else { continue }
      let mean = TimeSpan.hours(24).microseconds / Int64(parameters.faults[fault])
      plan(from: .minutes(1), every: { $0.span(.zero, TimeSpan(microseconds: 2 * mean)) }, draw)
    }
    let ordered = deeds.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
    return ordered.enumerated().map {
      ScriptedDeed(number: $0.offset, at: $0.element.element.at, deed: $0.element.element.deed)
    }
  }

  /// How the deed of a fault is drawn; nil for faults that are chances.
  private static func drawing(of fault: Fault) -> ((inout SeededRandom) -> Deed)? {
    switch fault {
    case .outage: { .outage($0.span(.milliseconds(500), .seconds($0.logarithmic(2, 300)))) }
    case .slowStore: { .slow($0.span(.seconds(2), .seconds($0.logarithmic(5, 300)))) }
    case .kill: { .kill($0.span(.milliseconds(100), .seconds(8))) }
    case .epochTaken: { .takeover($0.span(.milliseconds(100), .seconds(7))) }
    case .freeze: { .freeze(.milliseconds($0.logarithmic(100, 60_000))) }
    case .clockStep: { .clock($0.pick([.hours(-1), .zero, .hours(1), .seconds(-5), .seconds(5)]) ?? .zero) }
    case .split: { .split(Split(random: &$0)) }
    case .garbage: { _ in .garbage }
    case .shifts: { _ in .shift }
    default: nil
    }
  }
}
