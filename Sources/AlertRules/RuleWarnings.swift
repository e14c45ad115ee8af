import CEL
import CareModel

extension CompiledRules {
  /// The overrides of a person that have not ended, in the order of the set.
  func overrides(of resident: ResidentID?, at now: Timestamp) -> [Override] {
    guard let resident, let own = overrides[resident] else { return [] }
    return own.filter { $0.until > now }
  }

  /// The thresholds of a person that have not ended, or nil.
  func plan(of resident: ResidentID?, at now: Timestamp) -> CELValue? {
    if overrides.isEmpty { return nil }
    let own = overrides(of: resident, at: now)
    return own.isEmpty ? nil : Self.plan(own)
  }

  /// The thresholds of a person's overrides as `resident.plan`; of equal names the first counts.
  static func plan(_ own: [Override]) -> CELValue? {
    let plans = own.compactMap(\.plan)
    guard plans.count > 1 else { return plans.first }
    var pairs: [(CELValue, CELValue)] = []
    for case .map(let map) in plans {
      for (key, value) in zip(map.keys, map.values)
      where pairs.count < RuleLimits.thresholds && !pairs.contains(where: { $0.0.isEqual(to: key) }) {
        pairs.append((key, value))
      }
    }
    return CELMap(pairs).map(CELValue.map)
  }

  /// Steps that nobody satisfies now, in the order of the set. What depends on the case cannot be told.
  func warnings(staff: [StaffMember]) -> [RuleProblem] {
    var warnings: [RuleProblem] = []
    let present = staff.filter(\.isActive)
    for choice in choices where warnings.count < RuleLimits.problems {
      let able = present.filter { choice.ask.includes($0) }
      let message: String
      if case .outside(.provider) = choice.ask {
        message = "the register has no provider of a person yet, so the step is passed over each time."
      } else if case .outside = choice.ask {
        continue
      } else if able.isEmpty {
        message = "nobody among the staff is one of \(choice.ask.word): the step is passed over each time."
      } else if let who = choice.who, who.isOfStaffAlone, !able.contains(where: { Self.fits(who, $0) }) {
        message = "no member of staff satisfies this now: the step is passed over each time."
      } else {
        continue
      }
      warnings.append(RuleProblem(path: choice.path, reason: .nobodyFits, message: message))
    }
    return warnings
  }

  private static func fits(_ who: StaffExpression, _ member: StaffMember) -> Bool {
    StaffChoice(who: who, order: nil, alert: nil, resident: nil, now: .distantPast)
      .isWanted(StaffFacts(member: member))
  }
}

extension Ask {
  /// Whether somebody is one of those who can be asked.
  package func includes(_ member: StaffMember) -> Bool {
    switch self {
    case .staff(let role): member.roles.contains(role)
    case .group(let name): member.skills.contains(name)
    case .outside: false
    }
  }
}
