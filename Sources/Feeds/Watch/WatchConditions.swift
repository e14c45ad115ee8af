import CareModel

/// What the status bits of a report mean.
enum StatusBits {
  /// The upper half says what has just happened; the gravest first.
  private static let events: [(bit: UInt32, kind: SignalKind)] = [
    (16, .panic), (21, .fall), (22, .fall), (18, .wandering), (19, .wandering), (17, .batteryLow), (20, .tamper),
  ]
  /// The lower half says what holds. Bit 2, inside the fence, is how it should be.
  private static let states: [(bit: UInt32, kind: SignalKind)] = [(1, .wandering), (0, .batteryLow)]

  /// What has just happened, each once.
  static func events(_ status: UInt32) -> [SignalKind] { kinds(events, status) }

  /// What holds, each once.
  static func states(_ status: UInt32) -> [SignalKind] { kinds(states, status) }

  private static func kinds(_ table: [(bit: UInt32, kind: SignalKind)], _ status: UInt32) -> [SignalKind] {
    var found: [SignalKind] = []
    for (bit, kind) in table where status & 1 << bit != 0 && !found.contains(kind) { found.append(kind) }
    return found
  }
}

/// Which conditions hold already: watches repeat their status with every report.
struct ConditionMemory: Sendable {
  /// Bounded by the number of kinds.
  private var holding: [SignalKind] = []

  /// What a report raises: of an alarm all that has just happened, of a position what the report before did not have;
  /// of what holds, what did not hold before.
  mutating func rising(_ status: UInt32, isAlarm: Bool) -> [SignalKind] {
    let events = StatusBits.events(status)
    let states = StatusBits.states(status).filter { !events.contains($0) }
    let before = holding
    holding = events + states
    return events.filter { isAlarm || !before.contains($0) } + states.filter { !before.contains($0) }
  }
}
