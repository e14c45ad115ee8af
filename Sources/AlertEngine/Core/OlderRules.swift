import AlertRules
import CareModel

/// Rule sets that no longer decide, kept because open alerts were opened under them. Bounded: the oldest that no open
/// alert needs goes first, and then the oldest.
struct OlderRules: Sendable {
  /// Most sets that are kept.
  static let maximum = 64

  private var sets: [RuleSet] = []

  subscript(hash: String) -> RuleSet? { sets.first { $0.hash == hash } }

  /// Keeps a set; `isNeeded` says of a hash whether an open alert was opened under it.
  mutating func keep(_ set: RuleSet, isNeeded: (String) -> Bool) {
    sets.removeAll { $0.hash == set.hash }
    sets.append(set)
    guard sets.count > Self.maximum else { return }
    sets.remove(at: sets.firstIndex { !isNeeded($0.hash) } ?? 0)
  }
}

extension EngineCore {
  /// Decides by another rule set from now on; open alerts keep the policy they were opened under.
  package mutating func activate(_ rules: RuleSet) {
    if rules.hash != self.rules.hash { keep(self.rules) }
    self.rules = rules
    dropForeignCorrelations()
  }

  /// Keeps a set that does not decide, for the alerts that were opened under it: at start-up.
  package mutating func keep(_ rules: RuleSet) {
    let needed = Set(book.alerts.values.lazy.filter { $0.state != .resolved }.map(\.ruleSetHash))
    olderRules.keep(rules) { needed.contains($0) }
  }

  /// The set under which something was opened; the one that decides when it is not kept.
  func rules(of hash: String) -> RuleSet { hash == rules.hash ? rules : olderRules[hash] ?? rules }
}
