import CareModel

extension ByteWriter {
  mutating func put(_ signal: Signal) {
    put(signal.source.feed)
    put(signal.source.sender)
    put(signal.source.serial) { $0.put($1) }
    put(signal.kind)
    put(signal.repeatKey) { $0.put($1) }
    put(signal.occurredAt) { $0.put($1) }
    put(signal.batteryPercent) { $0.put(Int64($1)) }
    put(signal.zone) { $0.put($1) }
    put(signal.value) { $0.put($1) }
    put(signal.hospital) { $0.put($1) }
    put(UInt32(clamping: signal.oddities.count))
    for oddity in signal.oddities { put(oddity) }
    put(signal.raw)
  }

  private mutating func put(_ key: RepeatKey) {
    switch key {
    case .message(let id, let window):
      put(0 as UInt8)
      put(id)
      put(window.microseconds)
    case .whileUnacknowledged(let fingerprint):
      put(1 as UInt8)
      put(fingerprint)
    }
  }

  private mutating func put(_ message: HospitalMessage) {
    put(message.hospitalCode)
    put(message.eventCode)
    put(message.visitNumber) { $0.put($1) }
    put(UInt32(clamping: message.patient.identifiers.count))
    for identifier in message.patient.identifiers {
      put(identifier.kind)
      put(identifier.authority)
      put(identifier.value)
    }
    put(message.patient.name) { $0.put($1) }
    put(message.patient.birthDate) { $0.put($1) }
    put(message.patientClass)
    put(message.location) { $0.put($1) }
    put(message.eventAt) { $0.put($1) }
    put(message.admittedAt) { $0.put($1) }
    put(message.dischargedAt) { $0.put($1) }
    put(message.disposition) { $0.put($1) }
  }
}

extension ByteReader {
  mutating func signal() throws(InputRecordError) -> Signal {
    let feed: SignalSource.Feed = try word()
    let sender = try text()
    let source = SignalSource(feed: feed, sender: sender, serial: try optionalText())
    var signal = Signal(source: source, kind: try word())
    signal.repeatKey = try optional { (reader) throws(InputRecordError) in try reader.repeatKey() }
    signal.occurredAt = try optionalMoment()
    signal.batteryPercent = try optional { (reader) throws(InputRecordError) in Int(try reader.integer(Int64.self)) }
    signal.zone = try optionalText()
    signal.value = try optional { (reader) throws(InputRecordError) in try reader.double() }
    signal.hospital = try optional { (reader) throws(InputRecordError) in try reader.hospitalMessage() }
    for _ in 0..<(try count()) { signal.oddities.append(try word()) }
    signal.raw = try data()
    return signal
  }

  mutating func optionalText() throws(InputRecordError) -> String? {
    try optional { (reader) throws(InputRecordError) in try reader.text() }
  }

  mutating func optionalMoment() throws(InputRecordError) -> Timestamp? {
    try optional { (reader) throws(InputRecordError) in try reader.moment() }
  }

  private mutating func repeatKey() throws(InputRecordError) -> RepeatKey {
    switch try integer(UInt8.self) {
    case 0:
      let id = try text()
      return .message(id: id, window: TimeSpan(microseconds: try integer()))
    case 1: return .whileUnacknowledged(fingerprint: try integer())
    default: throw .unknownWord
    }
  }

  private mutating func hospitalMessage() throws(InputRecordError) -> HospitalMessage {
    let hospital = try text()
    var message = HospitalMessage(hospitalCode: hospital, eventCode: try text(), patient: PatientIdentity())
    message.visitNumber = try optionalText()
    for _ in 0..<(try count()) {
      let kind: PatientIdentifier.Kind = try word()
      let authority = try text()
      message.patient.identifiers.append(PatientIdentifier(kind: kind, authority: authority, value: try text()))
    }
    message.patient.name = try optionalText()
    message.patient.birthDate = try optionalText()
    message.patientClass = try word()
    message.location = try optionalText()
    message.eventAt = try optionalMoment()
    message.admittedAt = try optionalMoment()
    message.dischargedAt = try optionalMoment()
    message.disposition = try optionalText()
    return message
  }
}
