import CareModel

/// What an expectation says of a finding; what it does not say may be anything.
package enum TrialPattern: Sendable {
  case alert(AlertPattern)
  case task(TaskPattern)
  case ask(AskPattern)

  /// An alert to which something happens.
  package struct AlertPattern: Sendable {
    /// What happens; nil = it is opened or reopened.
    package var change: TrialFinding.AlertChange?
    /// Its class.
    package var alertClass: AlertClass?
    /// Its severity.
    package var severity: Int?
    /// Its kind.
    package var kind: SignalKind?
    /// Its policy.
    package var policy: String?
    /// Its device.
    package var serial: String?
    /// How many signals it has.
    package var signals: Int?
    /// How often it was raised.
    package var raised: Int?

    /// Any alert that is opened.
    package init() {}

    func matches(_ alert: Alert, _ change: TrialFinding.AlertChange) -> Bool {
      let isChange = self.change.map { $0 == change } ?? (change == .opened || change == .reopened)
      return isChange && agrees(alertClass, alert.alertClass) && agrees(severity, alert.severity)
        && agrees(kind, alert.kind) && agrees(policy, alert.policy)
        && (serial == nil || serial == alert.serial) && agrees(signals, alert.signalCount)
        && agrees(raised, alert.raisedCount)
    }

    var text: String {
      described(
        "an alert" + (change.map { " \($0.rawValue)" } ?? ""),
        [
          alertClass.map { "class \($0.rawValue)" }, severity.map { "severity \($0)" },
          kind.map { "kind \($0.rawValue)" }, policy.map { "policy \($0)" }, serial.map { "serial \($0)" },
          signals.map { "signals \($0)" }, raised.map { "raised \($0)" },
        ])
    }
  }

  /// A task that is made.
  package struct TaskPattern: Sendable {
    /// Its kind.
    package var kind: WorkTask.Kind?
    /// Its policy.
    package var policy: String?
    /// The track that made it.
    package var track: String?

    /// Any task.
    package init() {}

    func matches(_ task: WorkTask) -> Bool {
      agrees(kind, task.kind) && agrees(policy, task.policy) && agrees(track, task.progress.track)
    }

    var text: String {
      described(
        "a task", [kind.map { "kind \($0.rawValue)" }, policy.map { "policy \($0)" }, track.map { "track \($0)" }])
    }
  }

  /// People who are asked.
  package struct AskPattern: Sendable {
    /// Their role.
    package var role: String?
    /// The kind of the task that is offered.
    package var kind: WorkTask.Kind?
    /// How many get an offer.
    package var people: Int?

    /// Any ask.
    package init() {}

    func matches(_ ask: TrialFinding.Ask) -> Bool {
      agrees(role, ask.role) && (kind == nil || kind == ask.kind) && agrees(people, ask.people)
    }

    var text: String {
      described(
        "an offer", [role.map { "to \($0)" }, kind.map { "kind \($0.rawValue)" }, people.map { "people \($0)" }])
    }
  }

  /// Whether the finding is one of these.
  package func matches(_ finding: TrialFinding) -> Bool {
    switch (self, finding.what) {
    case (.alert(let pattern), .alert(let alert, let change)): pattern.matches(alert, change)
    case (.task(let pattern), .task(let task)): pattern.matches(task)
    case (.ask(let pattern), .ask(let ask)): pattern.matches(ask)
    default: false
    }
  }

  /// In words.
  package var text: String {
    switch self {
    case .alert(let pattern): pattern.text
    case .task(let pattern): pattern.text
    case .ask(let pattern): pattern.text
    }
  }
}

private func agrees<Value: Equatable>(_ wanted: Value?, _ found: Value) -> Bool { wanted == nil || wanted == found }

private func described(_ what: String, _ parts: [String?]) -> String {
  let said = parts.compactMap { $0 }
  return said.isEmpty ? what : what + " (" + said.joined(separator: ", ") + ")"
}
