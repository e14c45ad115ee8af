/// A task's id.
package typealias TaskID = Identifier<WorkTask>
/// An offer's id.
package typealias OfferID = Identifier<Offer>

/// Work for staff, with a crew of one or more slots. (`Task` is the language's own word.)
package struct WorkTask: Sendable, Equatable {
  /// What is to be done.
  package enum Kind: String, Sendable, CaseIterable {
    case response, escort, visit, hospitalVisit, careCall, advice, housekeeping, installation
  }

  /// Where a task stands (domain page, section 2); a crew's task is as far as its furthest slot.
  package enum State: String, Sendable, CaseIterable {
    case pending, offered, accepted, enRoute, onScene, withPatient, completed, failed, cancelled

    /// Nothing more will happen.
    package var isFinished: Bool { self == .completed || self == .failed || self == .cancelled }
  }

  /// The id, derived from the input that made it.
  package var id: TaskID
  /// The district where it was born.
  package var district: DistrictID
  /// The case it belongs to.
  package var caseKey: CaseKey
  /// What is to be done.
  package var kind: Kind
  /// The alert it serves, if any.
  package var alert: AlertID?
  /// The stay it serves, if any.
  package var stay: StayID?
  /// For whom.
  package var resident: ResidentID?
  /// Where.
  package var dwelling: DwellingID?
  /// Where it stands.
  package var state: State
  /// When it was made.
  package var createdAt: Timestamp
  /// When the work itself is due to begin; nil = at once.
  package var startsAt: Timestamp?
  /// The policy whose track finds its people.
  package var policy: String
  /// How far the search has come; drives the next offers.
  package var progress: TrackProgress
  /// The crew.
  package var slots: [Slot]
  /// Who declined or fell silent and is not asked again before the search has gone round.
  package var passedOver: [StaffID]
  /// Why it stands as it does (`noneOnDuty` …), for the desk.
  package var note: String?
  /// Who outside the centre its step asks.
  package var asked: [OutsideAsk] = []

  /// One place in the crew.
  package struct Slot: Sendable, Equatable {
    /// Offers that are open or accepted; at most ``WorkTask/maximumOffersAtOnce``.
    package var offers: [Offer]
    /// When the person who accepted must have done the next thing.
    package var duty: Duty?

    /// A slot with nobody in it.
    package init(offers: [Offer] = [], duty: Duty? = nil) {
      self.offers = offers
      self.duty = duty
    }

    /// The accepted offer, if somebody has the slot.
    package var accepted: Offer? { offers.first { $0.state == .accepted } }
  }

  /// What is expected of the person in a slot, and by when.
  package struct Duty: Sendable, Equatable {
    /// The state that must be reached.
    package var awaited: State
    /// By this moment.
    package var deadline: Timestamp
    /// How often it was asked after already.
    package var asked: Int

    /// A duty.
    package init(awaited: State, deadline: Timestamp, asked: Int = 0) {
      self.awaited = awaited
      self.deadline = deadline
      self.asked = asked
    }
  }

  /// Most slots of a task.
  package static let maximumSlots = 8
  /// Most offers open at once for a slot.
  package static let maximumOffersAtOnce = 16
  /// Most people remembered as passed over.
  package static let maximumPassedOver = 256

  /// A task for which nobody has been asked yet.
  package init(
    id: TaskID, district: DistrictID, caseKey: CaseKey, kind: Kind, alert: AlertID?, stay: StayID? = nil,
    resident: ResidentID?, dwelling: DwellingID?, createdAt: Timestamp, startsAt: Timestamp? = nil, policy: String,
    progress: TrackProgress, slotCount: Int
  ) {
    precondition((1...Self.maximumSlots).contains(slotCount), "a task has 1 to 8 slots")
    self.id = id
    self.district = district
    self.caseKey = caseKey
    self.kind = kind
    self.alert = alert
    self.stay = stay
    self.resident = resident
    self.dwelling = dwelling
    self.state = .pending
    self.createdAt = createdAt
    self.startsAt = startsAt
    self.policy = policy
    self.progress = progress
    self.slots = Array(repeating: Slot(), count: slotCount)
    self.passedOver = []
  }
}

/// One ask of one person for one slot.
package struct Offer: Sendable, Equatable {
  /// Where an offer stands.
  package enum State: String, Sendable, CaseIterable {
    case sent, accepted, declined, expired, withdrawn, relinquished, finished
  }

  /// The id.
  package var id: OfferID
  /// The district of its task.
  package var district: DistrictID
  /// Its task.
  package var task: TaskID
  /// Which slot of the task, from 0.
  package var slot: Int
  /// Who is asked.
  package var staff: StaffID
  /// Where it stands.
  package var state: State
  /// When it was sent.
  package var sentAt: Timestamp
  /// Until when an answer counts.
  package var expiresAt: Timestamp
  /// Why this person: rank, distance, shift, in one line.
  package var reason: String

  /// An offer that has just been sent.
  package init(
    id: OfferID, district: DistrictID, task: TaskID, slot: Int, staff: StaffID, sentAt: Timestamp,
    expiresAt: Timestamp, reason: String
  ) {
    self.id = id
    self.district = district
    self.task = task
    self.slot = slot
    self.staff = staff
    self.state = .sent
    self.sentAt = sentAt
    self.expiresAt = expiresAt
    self.reason = reason
  }
}
