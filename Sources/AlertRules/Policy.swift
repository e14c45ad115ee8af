import CareModel

/// Who is asked, how and for how long, until a person has the case; an alert keeps the policy it was opened under.
package struct Policy: Sendable {
  /// The id in the rule set.
  package var id: String
  /// Tracks that run side by side.
  package var tracks: [Track]
  /// What it promises.
  package var targets: Targets?

  /// A policy.
  package init(id: String, tracks: [Track], targets: Targets? = nil) {
    self.id = id
    self.tracks = tracks
    self.targets = targets
  }

  /// What a policy promises, counted from the opening of the alert.
  package struct Targets: Sendable, Equatable {
    /// Somebody at the desk has it.
    package var answer: TimeSpan?
    /// The first member of staff is asked to go.
    package var firstOffer: TimeSpan?
    /// Somebody goes.
    package var accept: TimeSpan?
    /// Somebody is at the door.
    package var arrive: TimeSpan?

    /// Targets.
    package init(
      answer: TimeSpan? = nil, firstOffer: TimeSpan? = nil, accept: TimeSpan? = nil, arrive: TimeSpan? = nil
    ) {
      self.answer = answer
      self.firstOffer = firstOffer
      self.accept = accept
      self.arrive = arrive
    }

    /// Of each the sooner.
    func sooner(_ other: Targets?) -> Targets {
      func least(_ left: TimeSpan?, _ right: TimeSpan?) -> TimeSpan? { [left, right].compactMap { $0 }.min() }
      return Targets(
        answer: least(answer, other?.answer), firstOffer: least(firstOffer, other?.firstOffer),
        accept: least(accept, other?.accept), arrive: least(arrive, other?.arrive))
    }
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

    /// Some step or `finally` asks people who go; from that step on the track's work is a task.
    package var asksFieldStaff: Bool { steps.contains { $0.ask.isField } || finally.ask.isField }

    /// Its first step asks people who go: the track is a task from its start.
    package var isTask: Bool { (steps.first ?? finally).ask.isField }
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
    package var ask: Ask
    /// How many at once.
    package var mode: Mode
    /// How long an answer is waited for.
    package var timeout: TimeSpan
    /// How often the step is asked before the next; at least 1.
    package var repeatCount: Int
    /// Not asked at all when this holds.
    package var skipIf: CaseCondition?
    /// What most steps do not have.
    package var terms: StepTerms?

    /// A step.
    package init(
      ask: Ask, mode: Mode, timeout: TimeSpan, repeatCount: Int = 1, skipIf: CaseCondition? = nil,
      terms: StepTerms? = nil
    ) {
      self.ask = ask
      self.mode = mode
      self.timeout = timeout
      self.repeatCount = max(1, repeatCount)
      self.skipIf = skipIf
      self.terms = terms
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
