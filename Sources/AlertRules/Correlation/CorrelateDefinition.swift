import CareModel

/// One `correlate` rule as written (rules page, section 2), with its expressions as text.
package struct CorrelateDefinition: Sendable {
  /// Names the rule; its state survives a change of the set by this id.
  package var id: String
  /// Expressions that make up the key: signals with equal keys move one instance.
  package var key: [String]
  /// What it waits for.
  package var operation: Operation
  /// The signal that it makes.
  package var emit: Emit
  /// For so long after an emission an instance stays quiet; of `pair`: the longest interval.
  package var keep: TimeSpan?
  /// Most instances of the rule; nil is refused.
  package var maxKeys: Int?
  /// What our own blind time does to a deadline.
  package var blind: Blind?

  /// One of the five operators with its conditions.
  package enum Operation: Sendable {
    case hold(when: String, span: TimeSpan)
    case sequence(first: String, second: String, within: TimeSpan)
    case absent(after: String?, of: String, span: Span, holding: String?)
    case count(when: String, atLeast: Int, distinct: String?, within: TimeSpan)
    case pair(start: String, stop: String)
  }

  /// `for` of `absent`.
  package enum Span: Sendable {
    /// The same for everybody.
    case fixed(TimeSpan)
    /// An expression that gives a duration, evaluated when an instance is armed.
    case expression(String)
  }

  /// What our own blind time does to the deadline of an `absent`.
  package enum Blind: String, Sendable, CaseIterable {
    /// The deadline moves on by the time in which we could hear nobody.
    case extend
    /// The time counts like any other.
    case count
  }

  /// The signal that a rule makes.
  package struct Emit: Sendable, Equatable {
    /// Its kind.
    package var kind: SignalKind
    /// Its class at least.
    package var alertClass: AlertClass
    /// Its severity at least, 0-10.
    package var severity: Int

    /// An emission.
    package init(kind: SignalKind, alertClass: AlertClass, severity: Int) {
      self.kind = kind
      self.alertClass = alertClass
      self.severity = severity
    }
  }

  /// A rule.
  package init(
    id: String, key: [String], _ operation: Operation, emit: Emit, keep: TimeSpan? = nil, maxKeys: Int?,
    blind: Blind? = nil
  ) {
    self.id = id
    self.key = key
    self.operation = operation
    self.emit = emit
    self.keep = keep
    self.maxKeys = maxKeys
    self.blind = blind
  }
}
