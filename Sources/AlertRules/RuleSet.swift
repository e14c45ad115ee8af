import CareModel

/// A compiled rule set: decides what a signal is, which alert it belongs to and who is asked. A value; copies are
/// cheap and share the compiled rules. The same facts always give the same decision.
package struct RuleSet: Sendable {
  /// The set's name.
  package let name: String
  /// SHA-256 of the source bytes in hexadecimal; stored with every decision.
  package let hash: String
  let rules: CompiledRules

  /// Compiles and checks a set; throws everything that is wrong with it.
  package init(compiling definition: RuleSetDefinition, hash: String) throws(RuleSetRefusal) {
    var compiler = RuleSetCompiler()
    guard let rules = compiler.compile(definition), compiler.problems.isEmpty else {
      throw RuleSetRefusal(problems: Array(compiler.problems.prefix(RuleLimits.problems)))
    }
    name = definition.name
    self.hash = hash
    self.rules = rules
  }

  /// Decides about a signal; pure.
  package func decide(_ facts: RuleFacts) -> RoutingDecision {
    var decider = Decider(rules, facts)
    return decider.decide()
  }

  /// The decision and how it came about, for tests of rule sets and for explaining.
  package func explain(_ facts: RuleFacts) -> (decision: RoutingDecision, trace: RuleTrace) {
    var decider = Decider(rules, facts)
    let decision = decider.decide()
    return (decision, decider.trace)
  }

  /// The policy of that id, or nil.
  package func policy(_ id: String) -> Policy? { rules.policy(id) }

  /// Some step ends by a condition, so that every change of a case is looked at.
  package var watchesCases: Bool { rules.watchesCases }

  /// In which order a person's contacts are asked by an override: relations, groups or ids; empty when there is none.
  package func contactOrder(of resident: ResidentID, at now: Timestamp) -> [String] {
    if rules.overrides.isEmpty { return [] }
    return rules.overrides(of: resident, at: now).first { !$0.contacts.isEmpty }?.contacts ?? []
  }

  /// What is not wrong but will not work with the staff of now: a step that nobody satisfies.
  package func warnings(staff: [StaffMember]) -> [RuleProblem] { rules.warnings(staff: staff) }

  /// The policy for a task made by hand: `task.<kind>`, else `task`, which every set has.
  package func policy(forTask kind: WorkTask.Kind) -> Policy? {
    rules.policies["task.\(kind.rawValue)"] ?? rules.policies["task"]
  }

  /// Its `correlate` rules with their index.
  package var correlations: CompiledCorrelations { rules.correlate }

  /// Ids of the `classify` rules that can set class `life`, in the order of the set.
  package var lifeRules: [String] { rules.classify.filter { $0.alertClass == .life }.map(\.id) }
}
