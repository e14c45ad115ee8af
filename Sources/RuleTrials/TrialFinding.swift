import CareModel

/// Something that came out of a trial: an alert, a task, or an ask of people.
package struct TrialFinding: Sendable, Equatable {
  /// What came out.
  package enum What: Sendable, Equatable {
    /// Something happened to an alert; the alert as it was then.
    case alert(Alert, AlertChange)
    /// A task was made.
    case task(WorkTask)
    /// People were asked: the desk's ring, or offers of one task to people in the field.
    case ask(Ask)
  }

  /// What happened to an alert.
  package enum AlertChange: String, Sendable, CaseIterable { case opened, joined, raised, reopened, resolved }

  /// One ask at one moment.
  package struct Ask: Sendable, Equatable {
    /// A role (``StaffRole``, or another word that a step asks for).
    package var role: String
    /// The alert it is about; nil for a task made by hand.
    package var alert: AlertID?
    /// The task whose slots are offered; nil at the desk.
    package var task: TaskID?
    /// The kind of that task.
    package var kind: WorkTask.Kind?
    /// People who got an offer; none at the desk, whose ring is for everybody.
    package var people: Int
  }

  /// Engine time.
  package var at: Timestamp
  /// What.
  package var what: What
}

extension TrialFinding {
  /// One line for people: what came out, without its time and without names.
  package var text: String {
    switch what {
    case .alert(let alert, let change):
      "alert \(change.rawValue) (\(alert.alertClass.rawValue), severity \(alert.severity), \(alert.kind.rawValue), "
        + "policy \(alert.policy))"
    case .task(let task): "task (\(task.kind.rawValue), policy \(task.policy), track \(task.progress.track))"
    case .ask(let ask):
      ask.task == nil ? "asks \(ask.role)" : "offers \(ask.kind?.rawValue ?? "task") to \(ask.people) \(ask.role)"
    }
  }
}

extension TimeSpan {
  /// `45s`, `10m`, `1m30s`, `2h`; microseconds below a second are left out.
  package var offsetText: String {
    let seconds = wholeSeconds
    if seconds == 0 { return "0s" }
    var text = seconds < 0 ? "-" : ""
    let rest = seconds.magnitude
    if rest >= 3600 { text += "\(rest / 3600)h" }
    if rest / 60 % 60 > 0 { text += "\(rest / 60 % 60)m" }
    if rest % 60 > 0 { text += "\(rest % 60)s" }
    return text
  }
}
