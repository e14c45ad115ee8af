import CareModel

/// Reads what a message says into the words of the house.
package struct HospitalMapping: Sendable {
  /// The settings of the connection.
  package var configuration: MLLPConfiguration

  /// A mapping.
  package init(configuration: MLLPConfiguration) { self.configuration = configuration }

  /// The signal of one message; what is missing or not used becomes an oddity, never a refusal.
  ///
  /// - Parameter raw: the block as it came.
  package func signal(for message: HL7Message, raw: [UInt8]) -> Signal {
    let event = HL7Event(of: message)
    let code = configuration.hospitalCode(for: message)
    var signal = Signal(
      source: SignalSource(feed: .mllp, sender: code), kind: event.kind, repeatKey: repeatKey(message, raw), raw: raw)
    guard event.kind != .unknown else {
      signal.oddities = [.unsupportedEvent]
      signal.occurredAt = times(of: message).event
      return signal
    }
    let hospital = hospitalMessage(message, event: event, code: code)
    signal.hospital = hospital
    signal.occurredAt = hospital.eventAt
    let lacksVisit = event.isAboutVisit && message.first("PV1") == nil
    if hospital.patient.identifiers.isEmpty || lacksVisit || hospital.eventAt == nil {
      signal.oddities = [.missingField]
    }
    return signal
  }

  /// MSH-3, MSH-4, MSH-10 and a hash of the whole block: ids are reused in the field, resends are byte-identical.
  package func repeatKey(_ message: HL7Message, _ raw: [UInt8]) -> RepeatKey {
    let names = [3, 4, 10].map { number in
      // Control bytes would not be stored; the hash tells such messages apart.
      let bytes = message.header.field(number).bytes.filter { $0 >= 0x20 && $0 != 0x7F }
      return String(decoding: bytes.prefix(MLLPConfiguration.maximumRepeatKeyPartBytes), as: UTF8.self)
    }
    let digits = String(fixedHash(raw), radix: 16)
    return .message(
      id: names.joined(separator: "|") + "|" + String(repeating: "0", count: 16 - digits.utf8.count) + digits,
      window: MLLPConfiguration.repeatWindow)
  }

  private func hospitalMessage(_ message: HL7Message, event: HL7Event, code: String) -> HospitalMessage {
    let patient = PatientMapping(hospitalCode: code).identity(in: message, isMerge: event.kind == .mergeIdentity)
    let visit = message.first("PV1")
    func word(_ value: HL7Value?) -> String? { value?.word(maximumBytes: Signal.maximumTextBytes) }
    let times = times(of: message)
    let account = message.first("PID")?.field(18).component(1)
    return HospitalMessage(
      hospitalCode: code, eventCode: event.code,
      visitNumber: word(visit?.field(19).component(1)) ?? word(account), patient: patient,
      patientClass: event.code == "A05" ? .preadmit : patientClass(word(visit?.field(2).component(1))),
      location: location(visit?.field(3)), eventAt: times.event, admittedAt: times.admitted,
      dischargedAt: times.discharged, disposition: word(visit?.field(36).component(1)))
  }

  /// EVN-6, EVN-2, PV1-44 (PV1-45 of a discharge), MSH-7, in this order of trust. For times without an offset that of
  /// MSH-7 counts (HL7 2.5.1 section 2.15.9.7), then the configured one.
  private func times(of message: HL7Message) -> (event: Timestamp?, admitted: Timestamp?, discharged: Timestamp?) {
    let base = Int64(configuration.defaultOffsetMinutes)
    let sent = HL7Time(message.header.field(7).component(1).text, defaultOffsetMinutes: base)
    func time(_ value: HL7Value?) -> Timestamp? {
      guard let value, !value.isEmpty else { return nil }
      return HL7Time(value.component(1).text, defaultOffsetMinutes: sent?.offsetMinutes ?? base)?.moment
    }
    let event = message.first("EVN")
    let visit = message.first("PV1")
    let admitted = time(visit?.field(44))
    let discharged = time(visit?.field(45))
    let recorded = time(event?.field(6)) ?? time(event?.field(2))
    let visited = HL7Event(of: message).kind == .discharge ? discharged ?? admitted : admitted ?? discharged
    return (recorded ?? visited ?? sent?.moment, admitted, discharged)
  }

  /// Ward, room and bed of PV1-3 with a slash between.
  private func location(_ value: HL7Value?) -> String? {
    guard let value else { return nil }
    let parts = [value.subcomponent(1), value.component(2), value.component(3)]
    let words = parts.compactMap { $0.word(maximumBytes: Signal.maximumTextBytes) }
    let text = words.joined(separator: "/")
    return text.isEmpty || text.utf8.count > Signal.maximumTextBytes ? nil : text
  }
}

/// PV1-2 (HL7 table 0004, and words of FHIR's class that some senders use).
private func patientClass(_ code: String?) -> PatientClass {
  switch code?.uppercased() {
  case "I", "B", "IMP", "ACUTE": .inpatient
  case "OBS", "OBSENC": .observation
  case "E", "EMER": .emergency
  case "O", "AMB": .outpatient
  case "P", "PRENC": .preadmit
  case "R": .recurring
  case "NB": .newborn
  default: .unknown
  }
}
