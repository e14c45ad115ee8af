import CareModel

/// What one input changed, written in one transaction; rows are whole, the last one of an id wins.
package struct Commit: Sendable, Equatable {
  /// Counts without gaps within the shard.
  package var number: Int64
  /// Raised by the core with every failed commit; what still carries an older one is never written.
  package var lineage: Int
  /// The input that caused it.
  package var input: InputID
  /// Engine time of the input.
  package var at: Timestamp
  /// The district under which the input is recorded; 0 = unassigned.
  package var district: DistrictID
  /// The signal, when the input was one.
  package var signal: StoredSignal?
  /// Signals that `correlate` rules made of it, or of a deadline.
  package var emissions: [StoredSignal] = []
  /// Instances of `correlate` rules, new, changed or gone.
  package var correlations: [CorrelationRow] = []
  /// Alerts, new or changed.
  package var alerts: [Alert] = []
  /// Tasks, new or changed, with their slots (open offers included).
  package var tasks: [WorkTask] = []
  /// Offers, new or changed, also those that have left their slot.
  package var offers: [Offer] = []
  /// Stays, new or changed.
  package var stays: [Stay] = []
  /// Reminders, new or changed.
  package var reminders: [Reminder] = []
  /// Suspensions, new or changed.
  package var suspensions: [Suspension] = []
  /// Calls.
  package var calls: [Call] = []
  /// New outbox rows.
  package var notifications: [Notification] = []
  /// Outbox rows that are done with.
  package var outboxMarks: [OutboxMark] = []
  /// Times for which staff are taken, or free again.
  package var commitments: [StaffCommitment] = []
  /// Lines to devices that changed.
  package var lines: [DeviceLine] = []
  /// Timeline entries, in order; entry `i` has the ordinal `i`.
  package var events: [CareEvent] = []

  /// A commit that holds nothing but the fact that the input was applied.
  package init(number: Int64, lineage: Int, input: InputID, at: Timestamp, district: DistrictID) {
    self.number = number
    self.lineage = lineage
    self.input = input
    self.at = at
    self.district = district
  }
}

extension Commit {
  /// The district of the first thing in it that has one.
  var mainDistrict: DistrictID {
    if let signal { return signal.district }
    let ofCases = alerts.first?.district ?? tasks.first?.district ?? stays.first?.district
    return ofCases ?? events.first?.district ?? emissions.first?.district ?? correlations.first?.district ?? 0
  }
}

/// A signal with its id, as it is kept.
package struct StoredSignal: Sendable, Equatable {
  /// The id.
  package var id: SignalID
  /// The district of the device or person when it came; 0 = unassigned.
  package var district: DistrictID
  /// The time of receipt.
  package var receivedAt: Timestamp
  /// The message.
  package var signal: Signal
  /// Whom it is about, when that is settled.
  package var resident: ResidentID?
  /// Which home.
  package var dwelling: DwellingID?
  /// The alert it opened or joined.
  package var alert: AlertID?
  /// What the rules decided and which matched.
  package var alertClass: AlertClass?
  /// The reason in one line.
  package var reason: String?
  /// Hash of the rule set that decided.
  package var ruleSetHash: String
  /// The message id's digest and until when a second copy is a repeat.
  package var remembered: RememberedMessage?

  /// A stored signal.
  package init(id: SignalID, district: DistrictID, receivedAt: Timestamp, signal: Signal, ruleSetHash: String) {
    self.id = id
    self.district = district
    self.receivedAt = receivedAt
    self.signal = signal
    self.ruleSetHash = ruleSetHash
  }
}

/// An outbox row that needs no further try.
package struct OutboxMark: Sendable, Equatable {
  /// How it ended.
  package enum Fate: String, Sendable, CaseIterable { case delivered, superseded, expired, failed }

  /// The row's district.
  package var district: DistrictID
  /// Which.
  package var notification: NotificationID
  /// How it ended.
  package var fate: Fate
  /// Tries made.
  package var attempts: Int

  /// A mark.
  package init(district: DistrictID, notification: NotificationID, fate: Fate, attempts: Int) {
    self.district = district
    self.notification = notification
    self.fate = fate
    self.attempts = attempts
  }
}

/// A time for which a staff member is taken by an accepted offer; the database refuses two at once.
package struct StaffCommitment: Sendable, Equatable {
  /// Who.
  package var staff: StaffID
  /// By which offer.
  package var offer: OfferID
  /// From when.
  package var from: Timestamp
  /// Until when; nil = open. A commitment whose end is not after its start is removed.
  package var until: Timestamp?

  /// A commitment.
  package init(staff: StaffID, offer: OfferID, from: Timestamp, until: Timestamp?) {
    self.staff = staff
    self.offer = offer
    self.from = from
    self.until = until
  }
}
