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
  /// Most `correlate` rules.
  package static let correlateRules = 200
  /// Longest `for`, `within` and `keep` of a `correlate` rule: 31 days.
  package static let longestInterval = TimeSpan.hours(24 * 31)
  /// Shortest and longest `for` that an expression may give; what is outside counts as the nearer one.
  package static let spansOfExpressions = TimeSpan.seconds(1)...longestInterval
  /// `for` of a rule that decides about life when its expression fails.
  package static let spanOnError = TimeSpan.hours(1)
  /// Most instances that `maxKeys` of a rule may allow.
  package static let correlationKeys = 1_000_000
  /// Most signals that `atLeast` may wait for.
  package static let counted = 1000
  /// Signals that met `a` of a sequence and wait for `b` together; the oldest gives way.
  package static let sequenceFirsts = 4
  /// Error matches, and matches without room, that a `correlate` rule tells one by one in a minute.
  package static let failuresPerMinute = 10
  /// Most people of a home that `dwelling.atHome` names.
  package static let peopleAtHome = 16
  /// Most open intervals that `resident.intervals` and `dwelling.intervals` name.
  package static let intervals = 16
  /// Most labels that one rule sets.
  package static let labelsOfRule = 8
  /// Most policies that run at once for one alert (`continue`).
  package static let policiesAtOnce = 4
  /// Most channels that a step names.
  package static let channels = 8
  /// Most `inhibit` rules.
  package static let inhibitRules = 100
  /// Most overrides.
  package static let overrides = 5000
  /// Most rules, thresholds or contacts of one override, and most thresholds of a person.
  package static let thresholds = 16
  /// Longest reason or name of an override, in bytes.
  package static let textBytes = 512
  /// Matches that an error made, per rule and minute, before they are collapsed.
  package static let errorMatchesAMinute = 10
  /// Most problems reported for one set.
  package static let problems = 50
}
