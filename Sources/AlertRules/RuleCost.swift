import CEL
import CareModel

/// What a set costs at worst, in units of the expression language.
package struct RuleCost: Sendable, Equatable {
  /// The dearest expression's rule, after its section: `classify frail`.
  package var dearest: String
  /// What it costs.
  package var cost: UInt64
  /// The kind of signal for which the rules that could match cost most.
  package var kind: SignalKind
  /// What those cost together.
  package var perSignal: UInt64
}

extension RuleSet {
  /// The estimate of the worst case, from the declared sizes.
  package var cost: RuleCost {
    var found = RuleCost(dearest: "none", cost: 0, kind: .unknown, perSignal: 0)
    for rule in rules.classify where rule.program.estimatedCost > found.cost {
      (found.dearest, found.cost) = ("classify \(rule.id)", rule.program.estimatedCost)
    }
    for rule in rules.alert {
      for program in [rule.program] + rule.key where program.estimatedCost > found.cost {
        (found.dearest, found.cost) = ("alert \(rule.id)", program.estimatedCost)
      }
    }
    for kind in SignalKind.allCases {
      let classify = rules.classifyIndex.candidates(kind).map { rules.classify[$0].program.estimatedCost }
      let alert = rules.alertIndex.candidates(kind).map { rules.alert[$0].program.estimatedCost }
      let sum = (classify + alert).reduce(UInt64(0)) { $0.addingReportingOverflow($1).partialValue }
      if sum > found.perSignal { (found.kind, found.perSignal) = (kind, sum) }
    }
    return found
  }
}
