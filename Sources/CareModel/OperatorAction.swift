/// What a person does at the desk or on a phone.
package enum OperatorAction: Sendable, Equatable {
  /// Take an alert from the queue (a lease), or renew the lease.
  case hold(AlertID)
  /// Give it back to the queue.
  case release(AlertID)
  /// Say what was heard.
  case verify(AlertID, spokeTo: String, isIdentityConfirmed: Bool, verdict: Alert.Verdict)
  /// Close it.
  case resolve(AlertID, cause: Alert.Cause, action: Alert.Action, closedBy: Alert.ClosedBy, note: String?)
  /// Open a resolved alert again.
  case reopen(AlertID, reason: String)
  /// Write something down.
  case note(AlertID, text: String)
  /// Say whom a dwelling's or stray device's alert is about.
  case settleSubject(AlertID, ResidentID)
  /// Send staff now, without waiting for the field track's own start.
  case sendStaff(AlertID)
  /// Record a call that was made.
  case recordCall(AlertID, party: String, outcome: Call.Outcome)
  /// Make a task by hand.
  case createTask(NewTask)
  /// Offer a task to one person by name.
  case assignTask(TaskID, StaffID)
  /// Call a task off.
  case cancelTask(TaskID, reason: String)
  /// Say how far a task has come, for the one who has it.
  case setTaskState(TaskID, StaffID, WorkTask.State)
  /// Answer an offer from the console.
  case answerOffer(OfferID, StaffID, StaffAnswer, reason: String?)
  /// Confirm a reminder.
  case confirmReminder(ReminderID)
  /// Pause what is watched over for a person.
  case suspend(NewSuspension)
  /// Move the end of a suspension further away.
  case extendSuspension(SuspensionID, until: Timestamp)
  /// End a suspension before its time.
  case endSuspension(SuspensionID)

  /// A task to be made by hand.
  package struct NewTask: Sendable, Equatable {
    /// What is to be done.
    package var kind: WorkTask.Kind
    /// For whom.
    package var resident: ResidentID?
    /// Where, when nobody is named.
    package var dwelling: DwellingID?
    /// Which alert it serves.
    package var alert: AlertID?
    /// How many people, 1 to ``WorkTask/maximumSlots``.
    package var slotCount: Int
    /// When it begins; nil = now.
    package var startsAt: Timestamp?

    /// A task to be made.
    package init(
      kind: WorkTask.Kind, resident: ResidentID?, dwelling: DwellingID?, alert: AlertID?, slotCount: Int,
      startsAt: Timestamp?
    ) {
      self.kind = kind
      self.resident = resident
      self.dwelling = dwelling
      self.alert = alert
      self.slotCount = slotCount
      self.startsAt = startsAt
    }
  }
}

extension OperatorAction {
  /// A suspension to be made.
  package struct NewSuspension: Sendable, Equatable {
    /// Whose supervision pauses.
    package var resident: ResidentID
    /// What it holds.
    package var holds: Suspension.Holds
    /// Why; 1 to ``Suspension/maximumReasonBytes`` bytes.
    package var reason: String
    /// Who answers for it.
    package var owner: StaffID
    /// From when; nil or a moment that has passed = now.
    package var from: Timestamp?
    /// Until when.
    package var until: Timestamp

    /// A suspension to be made.
    package init(
      resident: ResidentID, holds: Suspension.Holds, reason: String, owner: StaffID, from: Timestamp?,
      until: Timestamp
    ) {
      self.resident = resident
      self.holds = holds
      self.reason = reason
      self.owner = owner
      self.from = from
      self.until = until
    }
  }
}

/// Why an action was refused; the raw value is the `code` of the problem on the API.
package enum ActionRefusal: String, Error, Sendable, Equatable, CaseIterable {
  case notFound, alreadyTaken, alreadyResolved, heldByAnother, notHeld, offerClosed, notYours, staffBusy
  case wrongState, closingNotAllowed, unknownStaff, unknownResident, tooMany, unavailable
  /// A suspension is over: nothing of it can be changed any more.
  case alreadyEnded
  /// A suspension's end is not after its start, in the past, or too far away.
  case badPeriod
}
