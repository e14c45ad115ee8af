import CareModel

/// Reads who the patient is (PID, and MRG of a merge).
struct PatientMapping {
  let hospitalCode: String

  /// The identity that a message tells. After a merge (A40) the numbers of MRG-1 name the same person and follow
  /// those of the surviving record.
  func identity(in message: HL7Message, isMerge: Bool) -> PatientIdentity {
    var identifiers: [PatientIdentifier] = []
    func add(_ identifier: PatientIdentifier?) {
      guard let identifier, identifiers.count < Resident.maximumIdentifiers, !identifiers.contains(identifier) else {
        return
      }
      identifiers.append(identifier)
    }
    guard let patient = message.first("PID") else { return PatientIdentity() }
    patient.field(3).repetitions.forEach { add(identifier($0)) }
    if identifiers.isEmpty { add(identifier(patient.field(2))) }
    add(oldNationalNumber(patient.field(19)))
    if isMerge, let merge = message.first("MRG") {
      merge.field(1).repetitions.forEach { add(identifier($0)) }
    }
    return PatientIdentity(
      identifiers: identifiers, name: name(patient.field(5)), birthDate: birthDate(patient.field(7)))
  }

  /// One repetition of PID-3: `id^^^authority^type`; nil for types that identify nobody here.
  private func identifier(_ value: HL7Value) -> PatientIdentifier? {
    guard let number = value.component(1).word(maximumBytes: Signal.maximumTextBytes) else { return nil }
    let type = value.component(5).word(maximumBytes: Signal.maximumTextBytes) ?? ""
    switch identifierKind(type.uppercased()) {
    case .hospitalNumber: return PatientIdentifier(kind: .hospitalNumber, authority: hospitalCode, value: number)
    case .identityCard: return PatientIdentifier(kind: .identityCard, value: number.uppercased())
    case .medicalInsurance: return PatientIdentifier(kind: .medicalInsurance, value: number)
    case nil: return nil
    }
  }

  /// PID-19 of old senders: an identity card by its shape, else the number of the social security card.
  private func oldNationalNumber(_ value: HL7Value) -> PatientIdentifier? {
    guard let number = value.component(1).word(maximumBytes: Signal.maximumTextBytes)?.uppercased() else { return nil }
    let digits = number.utf8.count == 18 && number.hasSuffix("X") ? number.utf8.dropLast() : number.utf8[...]
    let isCard = digits.allSatisfy(isDigit) && (number.utf8.count == 15 || number.utf8.count == 18)
    return PatientIdentifier(kind: isCard ? .identityCard : .medicalInsurance, value: number)
  }

  /// Family and given name with a blank between; a Chinese sender puts the whole name in the first component.
  private func name(_ value: HL7Value) -> String? {
    for repetition in value.repetitions {
      let parts = [repetition.subcomponent(1), repetition.component(2)]
      let words = parts.compactMap { $0.word(maximumBytes: Signal.maximumTextBytes) }
      let name = words.joined(separator: " ")
      if !name.isEmpty { return name.utf8.count <= Signal.maximumTextBytes ? name : nil }
    }
    return nil
  }

  private func birthDate(_ value: HL7Value) -> String? {
    let day = String(value.component(1).text.prefix(8))
    return HL7Time(day, defaultOffsetMinutes: 0) == nil ? nil : day
  }
}

/// What an identifier type (HL7 table 0203, and words seen from Chinese senders) stands for; nil for the others.
private func identifierKind(_ type: String) -> PatientIdentifier.Kind? {
  switch type {
  case "", "MR", "MRN", "PI", "PT": .hospitalNumber
  case "NI", "NNCHN", "NNCN", "IDCARD", "身份证", "身份证号", "居民身份证": .identityCard
  case "SS", "HC", "MI", "医保", "医保号", "医保卡", "社保卡": .medicalInsurance
  default: nil
  }
}
