/// One entry of the timeline and of the event stream: what changed, and the changed thing as it is now.
package struct CareEvent: Sendable, Equatable {
  /// What changed; the raw value is the `type` on the event stream.
  package enum Kind: String, Sendable, CaseIterable {
    case signalKept = "signal.kept"
    /// A suspension held it: it is kept, and nobody is asked.
    case signalHeld = "signal.held"
    case alertOpened = "alert.opened"
    case alertJoined = "alert.joined"
    case alertRaised = "alert.raised"
    case alertEscalated = "alert.escalated"
    case alertHeld = "alert.held"
    case alertReleased = "alert.released"
    case alertVerified = "alert.verified"
    case alertResolved = "alert.resolved"
    case alertReopened = "alert.reopened"
    case alertNoted = "alert.noted"
    case alertSettled = "alert.settled"
    /// Somebody outside the centre is asked: by the desk's call or a message.
    case alertAsked = "alert.asked"
    /// Nobody could be asked by a step: the text names the step and why.
    case alertAskSkipped = "alert.askSkipped"
    /// Kept and shown, and nobody is asked while the alert that explains it is open.
    case alertInhibited = "alert.inhibited"
    /// What held it is over, or it has become graver: asking begins.
    case alertReleasedFromInhibit = "alert.uninhibited"
    /// Something that has no word of its own changed it (`reported in hospital since`).
    case alertChanged = "alert.changed"
    case callRecorded = "call.recorded"
    case taskCreated = "task.created"
    case taskChanged = "task.changed"
    case taskEscalated = "task.escalated"
    case offerChanged = "offer.changed"
    case stayChanged = "stay.changed"
    case reminderDue = "reminder.due"
    case reminderChanged = "reminder.changed"
    case suspensionChanged = "suspension.changed"
  }

  /// The changed thing as it is after the change.
  package enum Subject: Sendable, Equatable {
    case alert(Alert)
    case task(WorkTask)
    case offer(Offer)
    case stay(Stay)
    case reminder(Reminder)
    case suspension(Suspension)
    case call(Call)
    case signal(SignalID, kind: SignalKind, serial: String?, oddities: [SignalOddity])
  }

  /// What changed.
  package var kind: Kind
  /// When, by engine time.
  package var at: Timestamp
  /// The district whose people may see it.
  package var district: DistrictID
  /// The case whose timeline it belongs to.
  package var caseKey: CaseKey
  /// The changed thing.
  package var subject: Subject
  /// Who did it; nil for the engine itself.
  package var actor: StaffID?
  /// A word on it: a note's text, a reason, the role that is asked.
  package var text: String?

  /// An entry.
  package init(
    kind: Kind, at: Timestamp, district: DistrictID, caseKey: CaseKey, subject: Subject, actor: StaffID? = nil,
    text: String? = nil
  ) {
    self.kind = kind
    self.at = at
    self.district = district
    self.caseKey = caseKey
    self.subject = subject
    self.actor = actor
    self.text = text
  }
}
