import CareModel
import FeedSession

/// Reads what an item or row says of a hospital stay.
struct HospitalReader {
  let fields: HospitalFields
  let absent: Set<String>

  /// Adds the hospital message to a signal of a hospital kind; what is missing is an oddity.
  func read(_ scope: MappingScope, into signal: inout Signal) {
    var isWrong = false
    func text(_ field: FieldSource?) -> String? {
      field?.text(in: scope, absent: absent).flatMap { isStorable($0) ? $0 : nil }
    }
    func moment(_ source: TimeSource?) -> Timestamp? {
      let reading = source?.reading(in: scope, absent: absent)
      if reading == .unreadable { isWrong = true }
      return reading?.moment
    }
    let code = text(fields.code)
    let admitted = moment(fields.admittedAt)
    let discharged = moment(fields.dischargedAt)
    let visited = signal.kind == .discharge ? discharged ?? admitted : admitted ?? discharged
    let message = HospitalMessage(
      hospitalCode: code ?? signal.source.sender, eventCode: text(fields.event) ?? signal.kind.rawValue,
      visitNumber: text(fields.visitNumber), patient: identity(code: code ?? signal.source.sender, text),
      patientClass: text(fields.patientClass).flatMap { PatientClass(rawValue: $0) } ?? .unknown,
      location: text(fields.location), eventAt: moment(fields.eventAt) ?? signal.occurredAt ?? visited,
      admittedAt: admitted, dischargedAt: discharged, disposition: text(fields.disposition))
    signal.hospital = message
    signal.occurredAt = message.eventAt
    if isWrong { signal.note(.wrongClock) }
    if code == nil || message.patient.identifiers.isEmpty || message.eventAt == nil { signal.note(.missingField) }
  }

  private func identity(code: String, _ text: (FieldSource?) -> String?) -> PatientIdentity {
    var identifiers: [PatientIdentifier] = []
    if let card = text(fields.identityCard).flatMap(identityCard) {
      identifiers.append(PatientIdentifier(kind: .identityCard, value: card))
    }
    if let number = text(fields.insuranceNumber).flatMap(spreadsheetNumber) {
      identifiers.append(PatientIdentifier(kind: .medicalInsurance, value: number))
    }
    if let number = text(fields.hospitalNumber).flatMap(spreadsheetNumber) {
      identifiers.append(PatientIdentifier(kind: .hospitalNumber, authority: code, value: number))
    }
    return PatientIdentity(
      identifiers: identifiers, name: text(fields.name), birthDate: text(fields.birthDate).flatMap(birthDate))
  }
}

/// A number as it was before a spreadsheet: without the apostrophe that keeps it text; nil when the spreadsheet has
/// rounded it (`1.10101E+17`), because that names many people.
private func spreadsheetNumber(_ text: String) -> String? {
  let number = trimmed(text.hasPrefix("'") ? String(text.dropFirst()) : text)
  let isRounded = number.utf8.contains(UInt8(ascii: "+")) && Double(number) != nil
  return number.isEmpty || isRounded ? nil : number
}

/// An identity card by its shape: 15 digits, or 17 and a digit or `X`.
private func identityCard(_ text: String) -> String? {
  guard let number = spreadsheetNumber(text)?.uppercased() else { return nil }
  let digits = number.utf8.count == 18 && number.hasSuffix("X") ? number.utf8.dropLast() : number.utf8[...]
  return digits.allSatisfy(isDigit) && (number.utf8.count == 15 || number.utf8.count == 18) ? number : nil
}
