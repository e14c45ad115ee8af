import CareModel

/// Times and bounds of the engine; the defaults are those of the domain page.
package struct EngineSettings: Sendable {
  /// How long a dispatcher keeps an alert without doing anything with it.
  package var lease: TimeSpan = .minutes(5)
  /// From accepting to being on the way.
  package var acceptedToEnRoute: TimeSpan = .minutes(3)
  /// From being on the way to the door.
  package var enRouteToOnScene: TimeSpan = .minutes(45)
  /// From the door to a report.
  package var onSceneToReport: TimeSpan = .minutes(60)
  /// With the patient, until the next report.
  package var withPatientToReport: TimeSpan = .hours(6)
  /// How long somebody who was asked after has to answer before being replaced.
  package var silenceGrace: TimeSpan = .seconds(60)
  /// Between two asks of somebody who is on scene and does not report.
  package var onSceneNudge: TimeSpan = .minutes(10)
  /// From a stay becoming known to each reminder's confirmation, and between two sends.
  package var reminderTimeout: TimeSpan = .hours(2)
  /// From an admission to the start of the visit in hospital.
  package var hospitalVisitAfter: TimeSpan = .hours(24)
  /// From a discharge to the start of the first visit at home (settling time).
  package var firstVisitAfter: TimeSpan = .hours(12)
  /// From the reminder of a suspension's owner to the suspension's end.
  package var suspensionReminder: TimeSpan = .hours(24)
  /// The part of what is left of a suspension, when that is shorter: a quarter.
  package var suspensionReminderPart: Int64 = 4
  /// First wait before a delivery is tried again; doubles up to ``deliveryBackoffLimit``.
  package var deliveryBackoff: TimeSpan = .seconds(1)
  /// Longest wait between two tries.
  package var deliveryBackoffLimit: TimeSpan = .minutes(5)
  /// How long a delivery waits for somebody who is not connected, unless they come before.
  package var unreachableRetry: TimeSpan = .seconds(30)
  /// A delivery of which nothing was heard for this long is tried again.
  package var deliveryWatch: TimeSpan = .seconds(60)
  /// How long a repeat without a message id is recognised while the first copy is unacknowledged.
  package var unacknowledgedWindow: TimeSpan = .seconds(30)
  /// A sender's clock that is off by more than this is called wrong.
  package var clockTolerance: TimeSpan = .hours(24)
  /// How long a closed stay is remembered for late messages.
  package var stayMemory: TimeSpan = .hours(24 * 30)
  /// How long an offer notification may still be sent after its offer ended.
  package var statusUsefulness: TimeSpan = .hours(24)
  /// How long a deadline rests whose commit the store refused for its content; all others go on.
  package var refusedDeadlineRest: TimeSpan = .seconds(5)
  /// How often it is looked whether an alert that is held back still has its reason.
  package var inhibitReview: TimeSpan = .minutes(30)
  /// How often an alert that only its tasks work on looks whether it still has them.
  package var taskWatch: TimeSpan = .minutes(10)
  /// How long a resolved alert that was read again, to be reopened, stays in memory at least.
  package var recallMemory: TimeSpan = .minutes(1)
  /// Who is answered while the store is away.
  package var ackPolicy = AckPolicy.strict
  /// A life notification whose commit is not answered for this long goes out on the strength of the local log.
  package var lifeRelease: TimeSpan = .milliseconds(500)
  /// Inputs that may wait for the store at once; more are not taken, and their senders told so.
  package var maximumUnconfirmed = 200_000
  /// Inputs that may wait for a reload.
  package var maximumDeferred = 200_000
  /// Message ids remembered; the oldest are forgotten first.
  package var maximumRemembered = 4_000_000
  /// Actions whose answer is remembered; the oldest are forgotten first.
  package var maximumDoneActions = 10_000
  /// Resolved alerts kept for the reopening window; the oldest are forgotten first.
  package var maximumRecentlyResolved = 100_000
  /// Suspensions in memory that have not ended.
  package var maximumSuspensions = 100_000
  /// Ended suspensions of which memory knows that they have ended; the oldest are forgotten first.
  package var maximumEndedSuspensions = 10_000
  /// People notified for one step of the desk's track.
  package var maximumDeskNotifications = 16

  /// Cases for which there is room from the start, so that no alarm waits while a table grows; more are taken all
  /// the same.
  package var roomForCases = 0

  /// The supervision of devices.
  package var supervision = SupervisionSettings()

  /// The defaults.
  package init() {}
}

/// Whether a sender is answered while the store is away (architecture page, section 2).
package enum AckPolicy: String, Sendable, CaseIterable {
  /// Only what both copies hold is acknowledged.
  case strict
  /// While the store is away the local log is enough; hospital messages stay strict, as their senders queue.
  case available
}
