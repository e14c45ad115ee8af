import CEL
import CareModel

/// How a decision came about.
package struct RuleTrace: Sendable, Equatable {
  /// Ids of the `classify` rules that matched, in the order of the set.
  package var classified: [String] = []
  /// The `alert` rule that matched; nil = none did.
  package var alertRule: String?
  /// The signal is grave and no `alert` rule matched, so it got an alert of its own.
  package var isFallback = false
  /// Policies of the routes that matched, from the root down.
  package var routes: [String] = []
  /// The same of further routes that run side by side (`continue`).
  package var otherRoutes: [[String]] = []
  /// Overrides that changed something: `overrides[3].policy`.
  package var overrides: [String] = []
  /// Rules that could not be evaluated.
  package var failures: [Failure] = []

  /// A rule that could not be evaluated.
  package struct Failure: Sendable, Equatable {
    /// The rule's id, after its section: `classify frail`.
    package var rule: String
    /// Why.
    package var code: CELErrorCode
    /// It counted as a match, because the rule decides about life.
    package var countsAsMatch: Bool

    /// The rule and what went wrong, in a few words.
    package var text: String { "\(rule): \(code.message)" }

    /// A failed rule.
    package init(rule: String, code: CELErrorCode, countsAsMatch: Bool) {
      self.rule = rule
      self.code = code
      self.countsAsMatch = countsAsMatch
    }
  }

  /// A trace of nothing yet.
  package init() {}

  /// One line: ids of matched rules, the route's path, failed rules; at most ``RuleLimits/reasonBytes`` bytes.
  package var reason: String {
    var parts = ["classify: " + (classified.isEmpty ? "no rule, by group" : classified.joined(separator: ", "))]
    if let alertRule {
      parts.append("alert: " + alertRule)
    } else {
      parts.append(isFallback ? "alert: no rule, on its own because it is grave" : "alert: none")
    }
    if !routes.isEmpty { parts.append("route: " + routes.joined(separator: " > ")) }
    for route in otherRoutes { parts.append("and: " + route.joined(separator: " > ")) }
    if !overrides.isEmpty { parts.append("by " + overrides.joined(separator: ", ")) }
    for failure in failures {
      let effect = failure.countsAsMatch ? "counted as a match" : "counted as no match"
      parts.append("error in \(failure.rule) (\(effect)): \(failure.code.message)")
    }
    return cut(parts.joined(separator: "; "))
  }

  private func cut(_ text: String) -> String {
    let bytes = text.utf8
    guard bytes.count > RuleLimits.reasonBytes else { return text }
    let ellipsis = "…"
    return String(decoding: bytes.prefix(RuleLimits.reasonBytes - ellipsis.utf8.count), as: UTF8.self) + ellipsis
  }
}
