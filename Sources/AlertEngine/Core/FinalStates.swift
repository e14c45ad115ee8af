import CareModel

/// Whoever follows the entries of a commit ends with the state that it wrote: an input may change a thing twice,
/// or change it with nothing else to say about it.
extension Commit {
  /// Gives the last entry of each changed thing its final state, and an entry to what has none.
  mutating func showFinalStates() {
    for alert in alerts { show(.alert(alert), alert.district, alert.caseKey, orAs: .alertChanged) }
    for task in tasks { show(.task(task), task.district, task.caseKey, orAs: .taskChanged) }
    for stay in stays { show(.stay(stay), stay.district, stay.caseKey, orAs: .stayChanged) }
    for suspension in suspensions {
      show(.suspension(suspension), suspension.district, suspension.caseKey, orAs: .suspensionChanged)
    }
    for reminder in reminders { show(.reminder(reminder), reminder.district, reminder.caseKey, orAs: .reminderChanged) }
  }

  private mutating func show(
    _ subject: CareEvent.Subject, _ district: DistrictID, _ caseKey: CaseKey, orAs kind: CareEvent.Kind
  ) {
    if let last = events.lastIndex(where: { $0.subject.isSameThing(as: subject) }) {
      events[last].subject = subject
    } else {
      events.append(CareEvent(kind: kind, at: at, district: district, caseKey: caseKey, subject: subject))
    }
  }
}

extension CareEvent.Subject {
  /// Both are states of the same alert, task, stay or reminder.
  fileprivate func isSameThing(as other: Self) -> Bool {
    switch (self, other) {
    case (.alert(let left), .alert(let right)): left.id == right.id
    case (.task(let left), .task(let right)): left.id == right.id
    case (.stay(let left), .stay(let right)): left.id == right.id
    case (.reminder(let left), .reminder(let right)): left.id == right.id
    case (.suspension(let left), .suspension(let right)): left.id == right.id
    default: false
    }
  }
}
