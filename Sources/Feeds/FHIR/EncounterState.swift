import CareModel
import JSONText

/// `Encounter.status` of R4 and R5 in six words.
enum EncounterState: Equatable {
  /// Not begun.
  case planned
  /// The person is there.
  case present
  /// At home while admitted.
  case onLeave
  /// Finished.
  case over
  /// Cancelled or entered in error.
  case undone
  /// Not told, or not to be understood.
  case unclear

  /// Reads the state; R5 tells leave and departure in `subjectStatus`.
  init(of encounter: JSONValue) {
    switch encounter.word("status") {
    case "planned": self = .planned
    case "arrived", "triaged", "in-progress": self = .present
    case "onleave": self = .onLeave
    case "finished", "discharged", "completed", "discontinued": self = .over
    case "cancelled", "entered-in-error": self = .undone
    default: self = .unclear
    }
    guard self == .present || self == .unclear, let subject = encounter["subjectStatus"] else { return }
    let codes = subject.codes
    if codes.contains("on-leave") { self = .onLeave }
    if codes.contains("departed") { self = .over }
  }

  /// What an Encounter says that comes without an event: only an inpatient or somebody under observation is admitted,
  /// others are registered; a class that is not understood opens nothing.
  func kind(patientClass: PatientClass) -> SignalKind {
    switch self {
    case .planned: return .register
    case .onLeave: return .leave
    case .over: return .discharge
    case .undone: return .cancelAdmit
    case .unclear: return .updateVisit
    case .present:
      switch patientClass {
      case .inpatient, .observation, .newborn: return .admit
      case .emergency, .outpatient, .recurring, .preadmit: return .register
      case .unknown: return .updateVisit
      }
    }
  }
}

extension PatientClass {
  /// Reads `Encounter.class`: a Coding (R4) or a list of concepts (R5), v3-ActCode or HL7 table 0004.
  init(of encounter: JSONValue) {
    let codes = encounter.elements("class").flatMap(\.codes)
    self = codes.lazy.map { Self(code: $0.uppercased()) }.first { $0 != .unknown } ?? .unknown
  }

  private init(code: String) {
    switch code {
    case "I", "B", "IMP", "ACUTE", "NONAC", "SS": self = .inpatient
    case "OBS", "OBSENC": self = .observation
    case "E", "EMER": self = .emergency
    case "O", "AMB", "HH", "FLD", "VR": self = .outpatient
    case "P", "PRENC": self = .preadmit
    case "R": self = .recurring
    case "NB": self = .newborn
    default: self = .unknown
    }
  }
}
