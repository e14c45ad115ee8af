/// What a staff member can answer (interfaces page, section 3); the raw value is the word on the wire.
package enum StaffAnswer: String, Sendable, CaseIterable {
  case accept, decline, enRoute, onScene, withPatient, completed, relinquish, distress
}

/// What a member of staff answered from a phone (interfaces page, section 3).
package struct StaffAnswerMessage: Sendable, Equatable {
  /// Who answers; from the connection, not from the payload.
  package var staff: StaffID
  /// The offer that is answered.
  package var offer: OfferID
  /// The answer.
  package var answer: StaffAnswer
  /// A reason in the staff member's own words; bounded to ``Signal/maximumTextBytes`` bytes.
  package var reason: String?

  /// An answer.
  package init(staff: StaffID, offer: OfferID, answer: StaffAnswer, reason: String? = nil) {
    self.staff = staff
    self.offer = offer
    self.answer = answer
    self.reason = reason
  }
}
