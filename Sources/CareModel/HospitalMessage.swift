/// What a hospital admission message says, whatever protocol brought it (HL7 v2 ADT, FHIR, a person).
package struct HospitalMessage: Sendable, Equatable {
  /// The hospital's code in the register; from the listener's configuration or the sending facility.
  package var hospitalCode: String
  /// The event's own name (`A01`), for the record.
  package var eventCode: String
  /// The hospital's number of the visit (PV1-19, or the account number); orders and joins messages of one stay.
  package var visitNumber: String?
  /// Who the patient is said to be.
  package var patient: PatientIdentity
  /// Inpatient, outpatient, emergency …
  package var patientClass: PatientClass
  /// Ward, room, bed as told.
  package var location: String?
  /// When it happened at the hospital (EVN-6, EVN-2, PV1-44/45, MSH-7 in this order of trust).
  package var eventAt: Timestamp?
  /// Admission time (PV1-44).
  package var admittedAt: Timestamp?
  /// Discharge time (PV1-45).
  package var dischargedAt: Timestamp?
  /// Discharge disposition (PV1-36) as told.
  package var disposition: String?

  /// A hospital message; what was not said is nil.
  package init(
    hospitalCode: String, eventCode: String, visitNumber: String? = nil, patient: PatientIdentity,
    patientClass: PatientClass = .unknown, location: String? = nil, eventAt: Timestamp? = nil,
    admittedAt: Timestamp? = nil, dischargedAt: Timestamp? = nil, disposition: String? = nil
  ) {
    self.hospitalCode = hospitalCode
    self.eventCode = eventCode
    self.visitNumber = visitNumber
    self.patient = patient
    self.patientClass = patientClass
    self.location = location
    self.eventAt = eventAt
    self.admittedAt = admittedAt
    self.dischargedAt = dischargedAt
    self.disposition = disposition
  }
}

/// Who a message says the patient is.
package struct PatientIdentity: Sendable, Equatable {
  /// Identifiers with the authority that gave them, in the order of the message.
  package var identifiers: [PatientIdentifier]
  /// The name as told; never enough to identify anybody by itself.
  package var name: String?
  /// Date of birth as `yyyymmdd`.
  package var birthDate: String?

  /// An identity; all of it may be missing.
  package init(identifiers: [PatientIdentifier] = [], name: String? = nil, birthDate: String? = nil) {
    self.identifiers = identifiers
    self.name = name
    self.birthDate = birthDate
  }
}

/// One identifier of a person.
package struct PatientIdentifier: Sendable, Hashable {
  /// What kind of number it is.
  package enum Kind: String, Sendable, CaseIterable {
    case identityCard, medicalInsurance, hospitalNumber
  }

  /// What kind of number it is.
  package var kind: Kind
  /// Who gave it: the hospital code for hospital numbers, empty for national ones.
  package var authority: String
  /// The number, trimmed; compared byte for byte.
  package var value: String

  /// An identifier.
  package init(kind: Kind, authority: String = "", value: String) {
    self.kind = kind
    self.authority = authority
    self.value = value
  }
}

/// PV1-2 in house words; only `inpatient` and `observation` open a stay.
package enum PatientClass: String, Sendable, CaseIterable {
  case inpatient, observation, emergency, outpatient, preadmit, recurring, newborn, unknown
}
