import CareModel

/// The bounds of a rule set; each is checked when a set is compiled.
package enum RuleLimits {
  /// Most `classify` rules.
  package static let classifyRules = 2000
  /// Most `alert` rules.
  package static let alertRules = 500
  /// Most routes, the root and all below it.
  package static let routes = 500
  /// Deepest nesting of routes, the root counted as 1.
  package static let routeDepth = 16
  /// Most policies.
  package static let policies = 200
  /// Most tracks of a policy.
  package static let tracks = 8
  /// Most steps of a track before `finally`.
  package static let steps = 32
  /// Most expressions of an alert key.
  package static let keyParts = 8
  /// Longest id of a rule, policy or track, in bytes.
  package static let idBytes = 64
  /// Longest wait of a step, a start or a window.
  package static let longestSpan = TimeSpan.hours(24)
  /// Most repetitions of a step.
  package static let repetitions = 1000
  /// Most signals that `raise` may wait for.
  package static let raise = 1000
  /// Highest severity.
  package static let severity = 10
  /// Worst-case cost of one expression, in units of the expression language.
  package static let expressionCost: UInt64 = 10_000
  /// Longest alert key in bytes; what is longer is cut and ends with a hash of the whole.
  package static let keyBytes = 512
  /// Longest reason in bytes; what is longer is cut.
  package static let reasonBytes = 1024
  /// Most problems reported for one set.
  package static let problems = 50
}
