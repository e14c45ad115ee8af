import CareModel

/// The settings of the FHIR feed, with the bounds of every request.
package struct FHIRConfiguration: Sendable, Equatable {
  /// What a patient's number is, by the system of its identifier; goes before the identifier's type and before
  /// ``nationalSystems``. Once a system of hospital numbers is named here, hospital numbers of other systems identify
  /// nobody.
  package var identifierSystems: [String: PatientIdentifier.Kind]
  /// Hospital codes by the code of the authenticated sender, then by the facility that the message names (source
  /// endpoint or name, sender, service provider): for a platform that speaks for many hospitals.
  package var hospitalCodes: [String: [String: String]]
  /// The offset from UTC in minutes of times that have none; -1439 to 1439.
  package var defaultOffsetMinutes: Int
  /// Whether messages marked as test or debugging count like production; when not, they change nothing.
  package var actsOnTestMessages: Bool
  /// Largest body in bytes.
  package var maximumBodyBytes: Int

  /// Systems that mean the same everywhere: the Chinese identity card, and a social security number as in PID-19.
  package static let nationalSystems: [String: PatientIdentifier.Kind] = [
    "urn:oid:2.16.156.10011.1.3": .identityCard, "http://hl7.org/fhir/sid/us-ssn": .medicalInsurance,
  ]
  /// Most arrays and objects inside each other.
  package static let maximumDepth = 32
  /// Most JSON values of one body.
  package static let maximumNodes = 1 << 17
  /// Most entries of a Bundle.
  package static let maximumEntries = 1000
  /// Most Encounters of a Bundle: each becomes a signal that keeps the whole body.
  package static let maximumEncounters = 64
  /// Most elements read of a repeating element; more stay in the raw body.
  package static let maximumRepetitions = 64
  /// How long a resend is recognised.
  package static let repeatWindow = TimeSpan.hours(7 * 24)
  /// Most bytes of each part of a repeat key; the hash covers the rest.
  package static let maximumRepeatKeyPartBytes = 64
  /// The hospital's code where neither the sender nor the message gives one.
  package static let namelessHospital = "unknown"

  /// Settings; the defaults serve one hospital in China that signs in under its own code.
  package init(
    identifierSystems: [String: PatientIdentifier.Kind] = [:], hospitalCodes: [String: [String: String]] = [:],
    defaultOffsetMinutes: Int = 480, actsOnTestMessages: Bool = false, maximumBodyBytes: Int = 1 << 20
  ) {
    precondition(abs(defaultOffsetMinutes) < 1440 && maximumBodyBytes > 0)
    self.identifierSystems = identifierSystems
    self.hospitalCodes = hospitalCodes
    self.defaultOffsetMinutes = defaultOffsetMinutes
    self.actsOnTestMessages = actsOnTestMessages
    self.maximumBodyBytes = maximumBodyBytes
  }
}
