import CareModel
import JSONText

/// Reads who the patient is, into the same identifiers as the HL7 feed.
struct PatientMapping {
  let configuration: FHIRConfiguration
  let hospitalCode: String
  let resources: BundleResources

  /// The patient of an Encounter: the resource that `subject` means, else what the reference itself says.
  func identity(of encounter: JSONValue) -> PatientIdentity {
    guard let subject = encounter["subject"] ?? encounter["patient"] else {
      return resources.only("Patient").map(identity(patient:)) ?? PatientIdentity()
    }
    if let patient = resources.resolve(subject, from: encounter), patient.resourceType == "Patient" {
      var identity = identity(patient: patient)
      if identity.identifiers.isEmpty { identity.identifiers = told(by: subject) }
      return identity
    }
    return PatientIdentity(identifiers: told(by: subject), name: subject.word("display"))
  }

  /// The identity that a Patient tells.
  func identity(patient: JSONValue) -> PatientIdentity {
    PatientIdentity(
      identifiers: collected(patient.elements("identifier").map(identifier)), name: name(patient),
      birthDate: patient.day("birthDate"))
  }

  /// The one person of a merge: the surviving record first, then the numbers of the others (Linkage, `Patient.link`);
  /// of each list ``FHIRConfiguration/maximumRepetitions``.
  func mergedIdentity(focus: JSONValue?) -> PatientIdentity {
    let items = resources.all("Linkage").flatMap { $0.resource.elements("item") }
      .prefix(FHIRConfiguration.maximumRepetitions).filter(isAboutPatient)
    let sources = items.filter { $0.word("type") == "source" }
    let linkage = (sources + items.filter { $0.word("type") != "source" }).compactMap { $0["resource"] }
    var patients = [focus].compactMap { $0 } + linkage.compactMap { resources.resolve($0) }
    // Without any such word the Patients of the message are the records that it merges.
    if patients.isEmpty, linkage.isEmpty {
      patients = resources.all("Patient").prefix(FHIRConfiguration.maximumRepetitions).map(\.resource)
    }
    let links = patients.lazy.flatMap { $0.elements("link") }.compactMap { $0["other"] }
      .prefix(FHIRConfiguration.maximumRepetitions)
    patients += links.compactMap { resources.resolve($0) }
    let records = patients.filter { !isReplaced($0) } + patients.filter(isReplaced)
    var identity = records.first.map(identity(patient:)) ?? PatientIdentity()
    let numbers = records.flatMap { self.identity(patient: $0).identifiers } + (linkage + links).flatMap(told)
    identity.identifiers = collected(numbers)
    return identity
  }

  private func isAboutPatient(_ item: JSONValue) -> Bool {
    guard let resource = item["resource"] else { return false }
    return resource.word("type") == "Patient" || resource.address("reference")?.contains("Patient/") == true
      || resources.resolve(resource)?.resourceType == "Patient"
  }

  private func isReplaced(_ patient: JSONValue) -> Bool {
    patient["active"]?.bool == false || patient.elements("link").contains { $0.word("type") == "replaced-by" }
  }

  /// What a Reference says by itself: a logical identifier, or a search (`Patient?identifier=system|value`).
  private func told(by reference: JSONValue) -> [PatientIdentifier] {
    let searched = reference.address("reference").flatMap(searchedIdentifier)
    return collected([reference["identifier"].flatMap(identifier), searched.flatMap(identifier)])
  }

  private func collected(_ found: [PatientIdentifier?]) -> [PatientIdentifier] {
    var identifiers: [PatientIdentifier] = []
    for case let identifier? in found where !identifiers.contains(identifier) {
      guard identifiers.count < Resident.maximumIdentifiers else { break }
      identifiers.append(identifier)
    }
    return identifiers
  }

  /// One Identifier; nil for kinds and systems that identify nobody here.
  private func identifier(_ value: JSONValue) -> PatientIdentifier? {
    guard let number = value.word("value") else { return nil }
    let system = value.word("system")
    let listed = system.flatMap { configuration.identifierSystems[$0] }
    guard let kind = listed ?? typedKind(value, system: system) else { return nil }
    switch kind {
    case .hospitalNumber:
      let namesSystems = configuration.identifierSystems.values.contains(.hospitalNumber)
      guard listed != nil || system == nil || !namesSystems else { return nil }
      return PatientIdentifier(kind: .hospitalNumber, authority: hospitalCode, value: number)
    case .identityCard: return PatientIdentifier(kind: .identityCard, value: number.uppercased())
    case .medicalInsurance: return PatientIdentifier(kind: .medicalInsurance, value: number)
    }
  }

  private func typedKind(_ value: JSONValue, system: String?) -> PatientIdentifier.Kind? {
    if let national = system.flatMap({ FHIRConfiguration.nationalSystems[$0] }) { return national }
    guard let type = value["type"] else { return .hospitalNumber }
    let words = type.codes + [type.word("text")].compactMap { $0 }
    return words.isEmpty ? .hospitalNumber : words.lazy.compactMap { identifierKind($0.uppercased()) }.first
  }

  /// Family and first given name with a blank between, of the name in use.
  private func name(_ patient: JSONValue) -> String? {
    let names = patient.elements("name")
    let former = ["old", "maiden", "nickname", "anonymous", "temp"]
    guard let name = names.first(where: { !former.contains($0.word("use") ?? "") }) ?? names.first else { return nil }
    let given = name.elements("given").first?.string.flatMap(boundedWord)
    let text = [name.word("family"), given].compactMap { $0 }.joined(separator: " ")
    return text.isEmpty ? name.word("text") : text.utf8.count <= Signal.maximumTextBytes ? text : nil
  }
}

/// `Patient?identifier=system|value` as an Identifier.
private func searchedIdentifier(_ reference: String) -> JSONValue? {
  let prefix = "Patient?identifier="
  guard reference.hasPrefix(prefix) else { return nil }
  let parts = percentDecoded(reference.dropFirst(prefix.count)).split(
    separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
  let value = JSONMember(key: "value", value: .string(String(parts.last ?? "")))
  guard parts.count == 2, let system = parts.first, !system.isEmpty else { return .object([value]) }
  return .object([JSONMember(key: "system", value: .string(String(system))), value])
}

/// An identifier type (HL7 table 0203, and words seen from Chinese senders), as the HL7 feed reads it; nil for others.
private func identifierKind(_ type: String) -> PatientIdentifier.Kind? {
  switch type {
  case "MR", "MRN", "PI", "PT": .hospitalNumber
  case "NI", "NNCHN", "NNCN", "IDCARD", "身份证", "身份证号", "居民身份证": .identityCard
  case "SS", "HC", "MI", "医保", "医保号", "医保卡", "社保卡": .medicalInsurance
  default: nil
  }
}
