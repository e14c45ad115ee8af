import CareModel

/// Who is asked, how and for how long, until a person has the case; an alert keeps the policy it was opened under.
package struct Policy: Sendable {
  /// The id in the rule set.
  package var id: String
  /// Tracks that run side by side.
  package var tracks: [Track]

  /// A policy.
  package init(id: String, tracks: [Track]) {
    self.id = id
    self.tracks = tracks
  }

  /// One line of asking: its steps in turn, then `finally` again and again.
  package struct Track: Sendable {
    /// The id within the policy.
    package var id: String
    /// When it starts.
    package var start: Start
    /// The steps, each asked `repeatCount` times.
    package var steps: [Step]
    /// Asked again and again until somebody accepts.
    package var finally: Step
    /// What its task is, when the steps ask for field staff.
    package var taskKind: WorkTask.Kind

    /// A track.
    package init(id: String, start: Start, steps: [Step], finally: Step, taskKind: WorkTask.Kind = .response) {
      self.id = id
      self.start = start
      self.steps = steps
      self.finally = finally
      self.taskKind = taskKind
    }

    /// The step at an index; everything past the last is `finally`.
    package func step(at index: Int) -> Step { index < steps.count ? steps[index] : finally }

    /// The track's work is a task (it asks field staff), not a ring at the desk.
    package var asksFieldStaff: Bool { (steps.first ?? finally).ask.isField }
  }

  /// When a track starts; whatever of both comes first.
  package struct Start: Sendable {
    /// This long after the alert was opened (or reopened); nil = only on the condition.
    package var after: TimeSpan?
    /// As soon as this holds of the alert; nil = only by time.
    package var on: CaseCondition?

    /// A start.
    package init(after: TimeSpan?, on: CaseCondition? = nil) {
      self.after = after
      self.on = on
    }
  }

  /// One ask.
  package struct Step: Sendable {
    /// Whom to ask.
    package var ask: StaffRole
    /// How many at once.
    package var mode: Mode
    /// How long an answer is waited for.
    package var timeout: TimeSpan
    /// How often the step is asked before the next; at least 1.
    package var repeatCount: Int
    /// Not asked at all when this holds.
    package var skipIf: CaseCondition?

    /// A step.
    package init(
      ask: StaffRole, mode: Mode, timeout: TimeSpan, repeatCount: Int = 1, skipIf: CaseCondition? = nil
    ) {
      self.ask = ask
      self.mode = mode
      self.timeout = timeout
      self.repeatCount = max(1, repeatCount)
      self.skipIf = skipIf
    }
  }

  /// How many are asked at once.
  package enum Mode: Sendable, Equatable {
    case oneByOne
    case nearest(Int)
    case all
  }
}

extension StaffRole {
  /// Goes to people; the others sit at the desk and take alerts there.
  package var isField: Bool {
    switch self {
    case .desk, .shiftLeader, .dutyChief: false
    case .responder, .escort, .carer, .nurse, .volunteer: true
    }
  }
}
