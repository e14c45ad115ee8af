import CareModel

/// What rules see when a signal comes in.
package struct RuleFacts: Sendable {
  /// The signal.
  package var signal: Signal
  /// The device, when it is known.
  package var device: Device?
  /// The person, when it is settled who it is.
  package var resident: Resident?
  /// The home.
  package var dwelling: Dwelling?
  /// The open stay's admission time, when the person is reported in hospital.
  package var hospitalSince: Timestamp?
  /// The time of receipt.
  package var now: Timestamp
  /// Of a signal that a `correlate` rule made: class and severity at least those of the rule.
  package var floor: CorrelateDefinition.Emit?

  /// Facts for a decision.
  package init(
    signal: Signal, device: Device?, resident: Resident?, dwelling: Dwelling?, hospitalSince: Timestamp?,
    now: Timestamp
  ) {
    self.signal = signal
    self.device = device
    self.resident = resident
    self.dwelling = dwelling
    self.hospitalSince = hospitalSince
    self.now = now
  }
}

/// What conditions on a case see (`on`, `skipIf`).
package struct CaseFacts: Sendable {
  /// The alert as it is now.
  package var alert: Alert
  /// The person, when it is settled who it is.
  package var resident: Resident?
  /// The moment of asking.
  package var now: Timestamp

  /// Facts of a case.
  package init(alert: Alert, resident: Resident?, now: Timestamp) {
    self.alert = alert
    self.resident = resident
    self.now = now
  }
}

/// What the rule set decided about a signal, and why.
package struct RoutingDecision: Sendable, Equatable {
  /// How grave it is.
  package var alertClass: AlertClass
  /// 0-10.
  package var severity: Int
  /// Opens or joins an alert; nil = kept in the record only.
  package var alert: AlertRoute?
  /// Ids of the rules that matched, in one line.
  package var reason: String
  /// Short texts on the alert, in the order of their names.
  package var labels: [AlertLabel] = []
  /// The signal is one of class life only because these rules could not be evaluated.
  package var failing: [String] = []

  /// A decision.
  package init(alertClass: AlertClass, severity: Int, alert: AlertRoute?, reason: String) {
    self.alertClass = alertClass
    self.severity = severity
    self.alert = alert
    self.reason = reason
  }
}

/// Which alert a signal belongs to.
package struct AlertRoute: Sendable, Equatable {
  /// Signals with this key join the open alert.
  package var key: String
  /// How long after resolution a signal reopens it, and over what `raiseAt` counts.
  package var window: TimeSpan
  /// The alert is raised when this many signals came within the window; nil = never.
  package var raiseAt: Int?
  /// Joins an open alert but never opens one (`cancel`).
  package var isJoinOnly: Bool
  /// Says that the cause of the alert is over (`lineRestored`): a technical alert is resolved by it.
  package var isEnding: Bool
  /// Who is asked: a policy's id, or several joined by `+`.
  package var policy: String
  /// What it holds back or is held back by; nil = nothing.
  package var inhibits: Inhibits?

  /// What an alert holds back and is held back by; a key is an `inhibit` rule's id with the values that must be equal.
  package struct Inhibits: Sendable, Equatable {
    /// Keys under which it holds back others while it is open.
    package var sourceKeys: [String] = []
    /// What would hold it back, in the order of the set.
    package var targets: [Target] = []

    /// Nothing.
    package init() {}

    /// One rule that would hold it back.
    package struct Target: Sendable, Equatable {
      /// The rule.
      package var rule: String
      /// Its key.
      package var key: String
    }
  }

  /// A route.
  package init(
    key: String, window: TimeSpan, raiseAt: Int?, isJoinOnly: Bool = false, isEnding: Bool = false, policy: String
  ) {
    self.key = key
    self.window = window
    self.raiseAt = raiseAt
    self.isJoinOnly = isJoinOnly
    self.isEnding = isEnding
    self.policy = policy
  }
}
