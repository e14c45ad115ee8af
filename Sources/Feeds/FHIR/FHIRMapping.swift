import CareModel
import FeedSession
import JSONText

/// Reads what a request says into the signals that the HL7 feed would have made of it; what is missing or not used
/// becomes an oddity, never a refusal.
struct FHIRMapping {
  private let configuration: FHIRConfiguration
  private let request: FHIRRequest
  private let bundle: JSONValue?
  private let resources: BundleResources
  private let hospital: FHIRHospital
  private let repeats: FHIRRepeats

  /// - Parameters:
  ///   - bundle: the Bundle; nil for a single Encounter.
  ///   - resources: what the request carries.
  init(configuration: FHIRConfiguration, request: FHIRRequest, bundle: JSONValue?, resources: BundleResources) {
    self.configuration = configuration
    self.request = request
    self.bundle = bundle
    self.resources = resources
    hospital = FHIRHospital(configuration: configuration, principal: request.principal)
    repeats = FHIRRepeats(
      interaction: request.interaction, bundle: bundle, resources: resources, raw: request.body)
  }

  /// One signal for each Encounter that a message is about, or one that keeps what could not be used.
  func signals(header: JSONValue) -> [Signal] {
    let event = FHIREvent(of: header)
    let encounters = encounters(of: header)
    guard event.kind(of: .unclear) != .unknown else { return [unsupported(event, header: header)] }
    guard event.kind(of: .unclear) != .mergeIdentity, !encounters.isEmpty else {
      return [signal(encounters.first, event: event, header: header, number: 0)]
    }
    return encounters.enumerated().map { signal($1, event: event, header: header, number: $0) }
  }

  /// One signal for each Encounter; one more for what is not used, and when there is none.
  func signals(encounters: [BundleResources.Entry], hasMore: Bool) -> [Signal] {
    var signals = encounters.enumerated().map { signal($1, event: nil, header: nil, number: $0) }
    if hasMore || signals.isEmpty {
      var other = signal(kind: .unknown, number: encounters.count)
      other.note(.unsupportedEvent)
      signals.append(finished(other, marks: [bundle]))
    }
    return signals
  }

  /// The Encounters that `focus` names. Where it names none of the message, the only one is meant; of several none is
  /// guessed. Without any focus all are meant.
  private func encounters(of header: JSONValue) -> [BundleResources.Entry] {
    let all = resources.all("Encounter")
    let focus = header.elements("focus")
    var places: [Int] = []
    for place in focus.compactMap({ resources.entryIndex(of: $0) })
    where resources.entries[place].resource.resourceType == "Encounter" && !places.contains(place) {
      places.append(place)
    }
    if !places.isEmpty { return places.map { resources.entries[$0] } }
    return focus.isEmpty || all.count == 1 ? all : []
  }

  private func unsupported(_ event: FHIREvent, header: JSONValue) -> Signal {
    var signal = signal(kind: .unknown, number: 0)
    signal.note(.unsupportedEvent)
    if event.code.isEmpty { signal.note(.missingField) }
    signal.occurredAt = sentAt
    return finished(signal, marks: [bundle, header])
  }

  private func signal(
    _ entry: BundleResources.Entry?, event: FHIREvent?, header: JSONValue?, number: Int
  ) -> Signal {
    let encounter = entry?.resource
    let reading = entry.map {
      EncounterReading(
        $0.resource, isLasting: isLasting($0), resources: resources,
        defaultOffsetMinutes: configuration.defaultOffsetMinutes)
    }
    let patientClass = patientClass(reading, event: event)
    let kind = event?.kind(of: reading?.state) ?? reading?.state.kind(patientClass: patientClass) ?? .unknown
    let code = hospital.code(header: header, encounter: encounter, resources: resources)
    let patients = PatientMapping(configuration: configuration, hospitalCode: code, resources: resources)
    let message = HospitalMessage(
      hospitalCode: code, eventCode: event?.code ?? encounter?.word("status") ?? "",
      visitNumber: reading?.visitNumber,
      patient: identity(patients, kind: kind, encounter: encounter, header: header), patientClass: patientClass,
      location: reading?.location, eventAt: eventTime(reading, kind: kind, event: event),
      admittedAt: reading?.startedAt, dischargedAt: reading?.endedAt, disposition: reading?.disposition)
    var signal = signal(kind: kind, number: number)
    signal.hospital = message
    signal.occurredAt = message.eventAt
    let isUnclear = event == nil && kind == .updateVisit
    let lacksVisit = reading == nil && kind.isAboutVisit
    if isUnclear || lacksVisit || message.patient.identifiers.isEmpty || message.eventAt == nil {
      signal.note(.missingField)
    }
    return finished(signal, marks: [bundle, header, encounter])
  }

  private func identity(
    _ patients: PatientMapping, kind: SignalKind, encounter: JSONValue?, header: JSONValue?
  ) -> PatientIdentity {
    let focus = header?.elements("focus").lazy.compactMap { resources.resolve($0, from: header) }
      .first { $0.resourceType == "Patient" }
    if kind == .mergeIdentity { return patients.mergedIdentity(focus: focus) }
    if let encounter { return patients.identity(of: encounter) }
    return (focus ?? resources.only("Patient")).map(patients.identity(patient:)) ?? PatientIdentity()
  }

  private func patientClass(_ reading: EncounterReading?, event: FHIREvent?) -> PatientClass {
    if event?.list == .version2 { return event?.code == "A05" ? .preadmit : reading?.patientClass ?? .unknown }
    return reading?.state == .planned ? .preadmit : reading?.patientClass ?? .unknown
  }

  /// Of a message its time stamp, of a resource its own; then the time of the visit that the kind is about. What takes
  /// back has no time of its own in the visit: without a stamp it counts from its arrival.
  private func eventTime(_ reading: EncounterReading?, kind: SignalKind, event: FHIREvent?) -> Timestamp? {
    let recorded = event == nil ? reading?.updatedAt ?? sentAt : sentAt ?? reading?.updatedAt
    if let recorded { return recorded }
    switch kind {
    case .cancelAdmit, .cancelDischarge: return nil
    case .discharge: return reading?.endedAt ?? reading?.startedAt
    case .transfer: return reading?.arrivedAt ?? reading?.startedAt
    default: return reading?.startedAt ?? reading?.endedAt
    }
  }

  /// `Bundle.timestamp`: when the message was put together.
  private var sentAt: Timestamp? {
    bundle?.moment("timestamp", defaultOffsetMinutes: configuration.defaultOffsetMinutes)
  }

  /// An id that a server gave lasts; that of a new resource, or under a `urn:uuid:`, may differ in every message.
  private func isLasting(_ entry: BundleResources.Entry) -> Bool {
    if case .updateEncounter = request.interaction { return true }
    return entry.method == "PUT" || entry.fullURL?.hasPrefix("http") == true
  }

  private func signal(kind: SignalKind, number: Int) -> Signal {
    Signal(
      source: SignalSource(feed: .fhir, sender: hospital.sender), kind: kind, repeatKey: repeats.key(number),
      raw: request.body)
  }

  /// The signal as it is delivered; one of a test message has no effect.
  private func finished(_ signal: Signal, marks resources: [JSONValue?]) -> Signal {
    var signal = signal
    if !configuration.actsOnTestMessages, resources.contains(where: { $0.map(isMarkedAsTest) == true }) {
      signal.kind = .unknown
      signal.hospital = nil
      signal.oddities = [.testMessage]
    }
    if request.principal == .anonymous { signal.note(.anonymousSender) }
    return signal
  }
}

/// Marked as test data: HL7 table 0103 `T` or `D` as a tag, or the label HTEST (test health data).
private func isMarkedAsTest(_ resource: JSONValue) -> Bool {
  guard let meta = resource["meta"] else { return false }
  let tags = meta.elements("tag")
  return tags.contains { $0.word("system")?.hasSuffix("v2-0103") == true && ["T", "D"].contains($0.word("code")) }
    || (tags + meta.elements("security")).contains { $0.word("code") == "HTEST" }
}

extension SignalKind {
  /// Whether a message of this kind misses something without an Encounter.
  fileprivate var isAboutVisit: Bool {
    switch self {
    case .admit, .transfer, .discharge, .cancelAdmit, .cancelDischarge, .leave, .returned: true
    default: false
    }
  }
}
