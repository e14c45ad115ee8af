import CareModel

/// One `inhibit` rule as written: while an alert that matches `source` is open, nobody is asked about new alerts that
/// match `target` and agree with it in `equal`. They are kept and shown.
package struct InhibitDefinition: Sendable {
  /// Names the rule.
  package var id: String
  /// A condition as in `alert`: what holds back others.
  package var source: String
  /// A condition as in `alert`: what is held back; never class life.
  package var target: String
  /// Paths such as `resident.district` whose values must be known and equal; empty = all.
  package var equal: [String]

  /// A rule.
  package init(id: String, source: String, target: String, equal: [String] = []) {
    self.id = id
    self.source = source
    self.target = target
    self.equal = equal
  }
}

/// What is different for one person, and until when; at least one of the last five.
package struct OverrideDefinition: Sendable {
  /// The resident's id.
  package var resident: String
  /// Why.
  package var reason: String
  /// Who decided; two for what touches alerts of class life.
  package var by: [String]
  /// Until when it holds, RFC 3339 or a date whose day it still holds in UTC; nil is refused.
  package var until: String?
  /// The first that matches sets class and severity to exactly what it says, also lower.
  package var classify: [ClassifyDefinition]
  /// The policy, whatever the route says.
  package var policy: String?
  /// Seen by expressions as `resident.plan`.
  package var thresholds: [Threshold]
  /// Relations, groups or ids of contacts, in the order in which they are asked; others come after them.
  package var contacts: [String]
  /// Ids of `inhibit` rules that hold back also this person's alerts of class life.
  package var inhibit: [String]

  /// A number or time of a person's plan.
  package struct Threshold: Sendable, Equatable {
    /// The name in `resident.plan`.
    package var name: String
    /// The value.
    package var value: Value

    /// What a threshold can be.
    package enum Value: Sendable, Equatable {
      case int(Int)
      case double(Double)
      case span(TimeSpan)
    }

    /// A threshold.
    package init(name: String, value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// An override.
  package init(
    resident: String, reason: String, by: [String], until: String?, classify: [ClassifyDefinition] = [],
    policy: String? = nil, thresholds: [Threshold] = [], contacts: [String] = [], inhibit: [String] = []
  ) {
    self.resident = resident
    self.reason = reason
    self.by = by
    self.until = until
    self.classify = classify
    self.policy = policy
    self.thresholds = thresholds
    self.contacts = contacts
    self.inhibit = inhibit
  }
}
