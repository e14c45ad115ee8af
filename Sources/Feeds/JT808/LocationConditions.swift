import CareModel

/// What the alarm bits of a location report mean for us; the rest of them is for vehicles and stays in the raw bytes.
enum AlarmBits {
  private static let kinds: [(bit: UInt32, kind: SignalKind)] = [
    // 0 emergency button; 20 in or out of an area.
    (0, .panic), (20, .wandering),
    // 7 supply too low, 8 supply cut.
    (7, .batteryLow), (8, .mainsLost),
    // 4-6 satellite receiver and its antenna.
    (4, .deviceFault), (5, .deviceFault), (6, .deviceFault),
  ]
  /// Reserved until 2013, and used by makers of tags for "taken off" or "opened"; since 2019 it is a lorry's.
  private static let removalBit: UInt32 = 17

  /// The conditions that hold, the gravest first, each once.
  static func conditions(_ alarm: UInt32, isOf2019: Bool) -> [SignalKind] {
    var found: [SignalKind] = []
    for (bit, kind) in kinds where alarm & 1 << bit != 0 && !found.contains(kind) { found.append(kind) }
    if !isOf2019, alarm & 1 << removalBit != 0 { found.append(.tamper) }
    return found
  }
}

extension LocationReport {
  /// All conditions that hold, each once.
  func conditions(isOf2019: Bool, _ vendorConditions: [VendorCondition]) -> [SignalKind] {
    var found = AlarmBits.conditions(alarm, isOf2019: isOf2019)
    for condition in vendorConditions where !found.contains(condition.kind) {
      let isMet = items.contains { item in
        item.id == condition.item && item.value.indices.contains(condition.byte)
          && item.value[condition.byte] & condition.mask != 0
      }
      if isMet { found.append(condition.kind) }
    }
    return found
  }
}

/// Which conditions hold already, so that each is raised once when it begins. A terminal repeats its alarm bits with
/// every report until it is answered.
struct ConditionMemory: Sendable {
  /// The report that raised the condition; bounded by the number of kinds.
  private var raisedBy: [SignalKind: String] = [:]

  /// The conditions to raise for a report: those that did not hold before, and those that this very report raised: it
  /// is a resend, and must mean the same.
  mutating func rising(_ conditions: [SignalKind], report: String) -> [SignalKind] {
    raisedBy = raisedBy.filter { conditions.contains($0.key) }
    return conditions.filter { condition in
      if let raiser = raisedBy[condition] { return raiser == report }
      raisedBy[condition] = report
      return true
    }
  }
}
