/// A stay's id.
package typealias StayID = Identifier<Stay>
/// A reminder's id.
package typealias ReminderID = Identifier<Reminder>

/// One hospital stay of one resident, merged from messages that may come late, twice and in any order.
package struct Stay: Sendable, Equatable {
  /// The id, derived from the input that made it known.
  package var id: StayID
  /// The district of the resident.
  package var district: DistrictID
  /// The resident's case.
  package var caseKey: CaseKey
  /// Whose stay.
  package var resident: ResidentID
  /// Where.
  package var hospitalCode: String
  /// The hospital's visit number, or a key made of patient number and day when it gives none.
  package var visitNumber: String
  /// Admission, by event time; nil until an admission was heard.
  package var admittedAt: Timestamp?
  /// Discharge; nil while it lasts.
  package var dischargedAt: Timestamp?
  /// Ward, room, bed as last told.
  package var location: String?
  /// Event time of the message that told the location.
  package var locationEventAt: Timestamp?
  /// The visit in hospital that this stay caused.
  package var visitTask: TaskID?
  /// The first visit at home that its discharge caused.
  package var firstVisitTask: TaskID?
  /// The admission was cancelled, with the event time of the cancellation.
  package var cancelledAt: Timestamp?
  /// Event time of the newest admission message applied.
  package var admissionEventAt: Timestamp?
  /// Event time of the newest discharge message applied.
  package var dischargeEventAt: Timestamp?
  /// The discharge was cancelled, with the event time of the cancellation.
  package var dischargeCancelledAt: Timestamp?
  /// When the stay was first known here.
  package var knownAt: Timestamp

  /// The admission holds: heard, and not cancelled by a later message.
  package var isAdmitted: Bool {
    guard admittedAt != nil, let admissionEventAt else { return false }
    guard let cancelledAt else { return true }
    return admissionEventAt > cancelledAt
  }

  /// The discharge holds: heard, and not cancelled by a later message.
  package var isDischarged: Bool {
    guard let dischargeEventAt else { return false }
    guard let dischargeCancelledAt else { return true }
    return dischargeEventAt > dischargeCancelledAt
  }

  /// Whether the person is in hospital now, as far as known.
  package var isOpen: Bool { isAdmitted && !isDischarged }

  /// A stay of which nothing but its name is known.
  package init(
    id: StayID, district: DistrictID, caseKey: CaseKey, resident: ResidentID, hospitalCode: String,
    visitNumber: String, knownAt: Timestamp
  ) {
    self.id = id
    self.district = district
    self.caseKey = caseKey
    self.resident = resident
    self.hospitalCode = hospitalCode
    self.visitNumber = visitNumber
    self.knownAt = knownAt
  }
}

/// A notice that somebody must confirm.
package struct Reminder: Sendable, Equatable {
  /// Who is reminded.
  package enum Audience: String, Sendable, CaseIterable { case unit, family, doctorTeam }
  /// Where it stands; a due one is sent again and again until somebody confirms it.
  package enum State: String, Sendable, CaseIterable { case due, confirmed, withdrawn }

  /// The id.
  package var id: ReminderID
  /// The district of its stay.
  package var district: DistrictID
  /// The resident's case.
  package var caseKey: CaseKey
  /// The stay that caused it; what undoes the stay withdraws it.
  package var stay: StayID
  /// Who is reminded.
  package var audience: Audience
  /// The name of who is reminded, for the desk.
  package var recipientName: String
  /// Where it goes; nil = the desk calls.
  package var destination: Destination?
  /// Where it stands.
  package var state: State
  /// When it is sent again, or given to the desk.
  package var deadline: Timestamp?
  /// How often it was sent.
  package var sentCount: Int
  /// Who confirmed it.
  package var confirmedBy: StaffID?
  /// When.
  package var confirmedAt: Timestamp?

  /// A reminder that is due.
  package init(
    id: ReminderID, district: DistrictID, caseKey: CaseKey, stay: StayID, audience: Audience, recipientName: String,
    destination: Destination?, deadline: Timestamp
  ) {
    self.id = id
    self.district = district
    self.caseKey = caseKey
    self.stay = stay
    self.audience = audience
    self.recipientName = recipientName
    self.destination = destination
    self.state = .due
    self.deadline = deadline
    self.sentCount = 1
  }
}
