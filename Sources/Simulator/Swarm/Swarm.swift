import CareModel

/// Every seed draws its own world: which faults there are at all, how often, and how large everything is. A run with
/// everything at once hides what needs one thing often and another never.
extension SimulationParameters {
  /// The world of a seed.
  package static func drawn(from seed: UInt64) -> Self {
    var random = SeededRandom(seed: fixedMix(seed ^ 0x5357_4152_4D00_0001))
    var result = Self()
    result.faults = .none
    let share = 150 + random.below(800)
    for fault in Fault.allCases where random.happens(share) {
      result.faults[fault] = random.logarithmic(fault.rates.low, fault.rates.high)
    }
    result.devices = random.logarithmic(1, 40)
    result.staff = random.logarithmic(1, 24)
    result.dispatchers = random.logarithmic(1, 6)
    result.hospitals = random.below(4)
    result.pressEvery = .seconds(random.logarithmic(180, 3600))
    result.hospitalStoryEvery = .seconds(random.logarithmic(300, 5400))
    result.storeDelay = .microseconds(random.logarithmic(200, 100_000))
    result.storeGroup = random.logarithmic(1, 64)
    result.networkDelay = .milliseconds(random.logarithmic(2, 2000))
    result.keepAlive = random.happens(500) ? random.logarithmic(20, 600) : 0
    return result
  }

  /// The mix in one line.
  package var summary: String {
    let mix = faults.active.map { "\($0.rawValue) \(faults[$0])" }.joined(separator: ", ")
    return "\(devices) homes, \(staff) staff, \(dispatchers) at the desk, \(hospitals) hospitals; "
      + (mix.isEmpty ? "no faults" : mix)
  }
}

extension SeededRandom {
  /// A number between two positive ones; every order of magnitude is as likely as any other.
  mutating func logarithmic(_ low: Int, _ high: Int) -> Int {
    var bounds: [Int] = [max(1, low)]
    while let last = bounds.last, last < high { bounds.append(min(high, last * 2)) }
    guard bounds.count > 1 else { return low }
    let step = below(bounds.count - 1)
    return bounds[step] + below(bounds[step + 1] - bounds[step] + 1)
  }
}

extension TimeSpan {
  /// A length of whole microseconds.
  static func microseconds(_ count: Int) -> Self { Self(microseconds: Int64(count)) }
}
