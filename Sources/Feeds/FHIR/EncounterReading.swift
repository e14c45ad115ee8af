import CareModel
import JSONText

/// What one Encounter says, in the words of the house.
struct EncounterReading {
  var state: EncounterState
  var patientClass: PatientClass
  /// The hospital's number of the visit.
  var visitNumber: String?
  /// Ward, room and bed.
  var location: String?
  /// When the person came to that place.
  var arrivedAt: Timestamp?
  var startedAt: Timestamp?
  var endedAt: Timestamp?
  /// `meta.lastUpdated`: when the hospital's record said so.
  var updatedAt: Timestamp?
  var disposition: String?

  /// Reads an Encounter of R4 or R5.
  ///
  /// - Parameter isLasting: its id names it at the hospital for good, so that it may stand for a visit number.
  init(_ encounter: JSONValue, isLasting: Bool, resources: BundleResources, defaultOffsetMinutes: Int) {
    state = EncounterState(of: encounter)
    patientClass = PatientClass(of: encounter)
    visitNumber =
      Self.number(encounter) ?? Self.accountNumber(encounter, resources) ?? (isLasting ? encounter.word("id") : nil)
    let places = LocationMapping(resources: resources)
    location = places.place(of: encounter)
    arrivedAt = places.arrival(of: encounter, defaultOffsetMinutes: defaultOffsetMinutes)
    let period = encounter["period"] ?? encounter["actualPeriod"]
    startedAt =
      period?.moment("start", defaultOffsetMinutes: defaultOffsetMinutes)
      ?? encounter.moment("plannedStartDate", defaultOffsetMinutes: defaultOffsetMinutes)
    endedAt = period?.moment("end", defaultOffsetMinutes: defaultOffsetMinutes)
    updatedAt = encounter["meta"]?.moment("lastUpdated", defaultOffsetMinutes: defaultOffsetMinutes)
    let admission = encounter["hospitalization"] ?? encounter["admission"]
    let concept = admission?["dischargeDisposition"]
    disposition = concept?.codes.first ?? concept?.word("text")
  }

  /// The identifier of type VN (as PV1-19), else the first.
  private static func number(_ encounter: JSONValue) -> String? {
    let identifiers = encounter.elements("identifier")
    let visit = identifiers.first { $0["type"]?.codes.contains("VN") == true && $0.word("value") != nil }
    return visit?.word("value") ?? identifiers.lazy.compactMap { $0.word("value") }.first
  }

  /// The number of the account, as PID-18.
  private static func accountNumber(_ encounter: JSONValue, _ resources: BundleResources) -> String? {
    for reference in encounter.elements("account") {
      let account = resources.resolve(reference, from: encounter)
      let identifiers = (account?.elements("identifier") ?? []) + reference.elements("identifier")
      if let number = identifiers.lazy.compactMap({ $0.word("value") }).first { return number }
    }
    return nil
  }
}
