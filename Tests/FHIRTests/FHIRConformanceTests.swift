import CareModel
import FHIR
import FeedSession
import JSONText
import Testing

/// The outside data of protocols page, section 4: Bundles with what two independent readers found in them.
@Suite("FHIRConformance", .serialized)
struct FHIRConformanceTests {
  /// Trial messages are read like production here, to see their content.
  private let exchange = Exchange(configuration: FHIRConfiguration(actsOnTestMessages: true))

  @Test("FHIRConformance: Bundles")
  func bundles() throws {
    guard let data = ProtocolData(subfolder: "fhir", suite: "FHIRConformance") else { return }
    var table = ConformanceTable(file: "expected.jsonl")
    var rows: [String] = []
    var keys: Set<RepeatKey?> = []
    var signalCount = 0
    for line in try data.lines("expected.jsonl") {
      let test = try JSONValue(parsing: line)
      let name = try #require(test["file"]?.string)
      let expected = try #require(test["expect"])
      let body = try data.bytes("bundles/\(name)")
      let decoded = exchange.decode(body)
      let problems = Expectation(expected).problems(decoded, body: body)
      table.record(name, problems)
      rows.append("\(name)\n    expected \(Expectation(expected).summary)\n    got      \(summary(decoded))")
      if case .signals(let signals, _) = decoded {
        keys.formUnion(signals.map(\.repeatKey))
        signalCount += signals.count
      }
    }
    print(rows.joined(separator: "\n"))
    print(table.printed())
    #expect(table.count > 0 && table.failures.isEmpty)
    #expect(keys.count == signalCount, "no Bundle is taken for a repeat of another, although they reuse identifiers")
  }

  private func summary(_ decoded: FHIRIntake.Decoded) -> String {
    switch decoded {
    case .refusal(let refusal): return "refused \(refusal.status) \(refusal.issue)"
    case .signals(let signals, _):
      return signals.map { signal in
        let hospital = signal.hospital
        let words: [String?] = [
          signal.kind.rawValue, hospital?.eventCode, hospital?.patientClass.rawValue, hospital?.visitNumber,
          hospital?.location, hospital?.patient.identifiers.map(\.value).joined(separator: ","),
          signal.oddities.map(\.rawValue).joined(separator: ","),
        ]
        return words.map { $0 ?? "-" }.joined(separator: " | ")
      }.joined(separator: "\n             ")
    }
  }
}

/// What the data says of one file, and what must come of it.
private struct Expectation {
  private let expected: JSONValue
  private let event: String
  private let encounters: [JSONValue]
  private let patient: JSONValue?

  init(_ expected: JSONValue) {
    self.expected = expected
    event = expected["event"]?.string ?? ""
    let focus = (expected["focus"]?.array ?? []).compactMap(\.string)
    let all = expected["encounter"]?.array ?? []
    let focused = all.filter { encounter in focus.contains { $0.hasSuffix(encounter["id"]?.string ?? "?") } }
    encounters = focused.isEmpty ? all : focused
    patient = expected["patient"]?.array?.first
  }

  private static let kinds: [String: SignalKind] = [
    "notification-admit": .admit, "notification-transfer": .transfer, "notification-discharge": .discharge,
    "A01": .admit, "A02": .transfer, "A03": .discharge, "A04": .register, "A05": .register, "A06": .admit,
    "A07": .discharge, "A08": .updateVisit, "A11": .cancelAdmit, "A12": .transfer, "A13": .cancelDischarge,
    "A21": .leave, "A22": .returned, "A28": .updateVisit, "A31": .updateVisit, "A40": .mergeIdentity,
  ]
  private static let classes: [String: PatientClass] = [
    "IMP": .inpatient, "ACUTE": .inpatient, "NONAC": .inpatient, "OBSENC": .observation, "EMER": .emergency,
    "AMB": .outpatient, "PRENC": .preadmit,
  ]

  private var isBundle: Bool { expected["bundle_type"]?.string != nil }

  var summary: String {
    guard isBundle else { return "refused 422 not-supported" }
    guard let kind = Self.kinds[event] else {
      return "unknown | - (event \(event.isEmpty ? "none" : event) is not used)"
    }
    let visits = encounters.map { encounter in
      let numbers = (encounter["identifiers"]?.array ?? []).compactMap { $0.array?.last?.string }
      return [
        kind.rawValue, event, encounter["class"]?.string ?? "-", encounter["status"]?.string ?? "-",
        numbers.joined(separator: ","),
      ].joined(separator: " | ")
    }
    return (visits.isEmpty ? ["\(kind.rawValue) | \(event) | no Encounter"] : visits).joined(
      separator: "\n             ")
  }

  func problems(_ decoded: FHIRIntake.Decoded, body: [UInt8]) -> [String] {
    switch decoded {
    case .refusal(let refusal):
      return isBundle ? ["refused: \(refusal.text)"] : refusal.status == 422 ? [] : ["status \(refusal.status)"]
    case .signals(let signals, _):
      guard isBundle else { return ["taken"] }
      var problems = signals.allSatisfy { $0.raw == body && $0.source.sender == "H1" } ? [] : ["raw or sender"]
      guard let kind = Self.kinds[event] else {
        let isKept = signals.map(\.kind) == [.unknown] && signals.first?.oddities.contains(.unsupportedEvent) == true
        return isKept ? problems : problems + ["event \(event) not kept as unsupported"]
      }
      let wanted = kind == .mergeIdentity ? 1 : max(1, encounters.count)
      if signals.count != wanted { problems.append("\(signals.count) signals, not \(wanted)") }
      for (index, signal) in signals.enumerated() {
        if signal.kind != kind { problems.append("kind \(signal.kind)") }
        guard let hospital = signal.hospital else { return problems + ["no hospital message"] }
        problems += visitProblems(hospital, index < encounters.count ? encounters[index] : nil)
        problems += kind == .mergeIdentity ? mergeProblems(hospital) : patientProblems(hospital.patient)
      }
      return problems
    }
  }

  private func visitProblems(_ hospital: HospitalMessage, _ encounter: JSONValue?) -> [String] {
    guard let encounter else { return [] }
    var problems: [String] = []
    if hospital.eventCode != event { problems.append("event \(hospital.eventCode)") }
    if hospital.admittedAt != encounter["start"]?.string.flatMap(moment) { problems.append("start") }
    if hospital.dischargedAt != encounter["end"]?.string.flatMap(moment) { problems.append("end") }
    let wanted = event == "A05" ? .preadmit : encounter["class"]?.string.map { Self.classes[$0] ?? .unknown }
    if hospital.patientClass != wanted ?? .unknown { problems.append("class \(hospital.patientClass)") }
    let numbers = (encounter["identifiers"]?.array ?? []).compactMap { $0.array?.last?.string }
    if !numbers.isEmpty, !numbers.contains(hospital.visitNumber ?? "") { problems.append("visit number") }
    return problems
  }

  private func patientProblems(_ identity: PatientIdentity) -> [String] {
    guard let patient else { return identity == PatientIdentity() ? [] : ["a patient from nowhere"] }
    var problems: [String] = []
    let numbers = (patient["identifiers"]?.array ?? []).compactMap { $0.array?.last?.string?.uppercased() }
    if !numbers.isEmpty, identity.identifiers.isEmpty { problems.append("no identifier") }
    if !identity.identifiers.allSatisfy({ numbers.contains($0.value.uppercased()) }) { problems.append("identifiers") }
    if let family = patient["family"]?.string, identity.name?.hasPrefix(family) != true { problems.append("name") }
    let day = patient["birthDate"]?.string?.filter { $0 != "-" }
    if identity.birthDate != day.flatMap({ $0.utf8.count == 8 ? $0 : nil }) { problems.append("birth date") }
    return problems
  }

  /// A merge names at least the surviving and the old number.
  private func mergeProblems(_ hospital: HospitalMessage) -> [String] {
    hospital.patient.identifiers.count >= 2 ? [] : ["merge of \(hospital.patient.identifiers.count) numbers"]
  }
}
