import CEL
import CareModel

/// Turns facts into the records that expressions read.
enum FactRecords {
  static func record(_ type: CELRecordType, _ fields: ContiguousArray<CELValue?>) -> CELValue? {
    let record = CELRecord(type, fields)
    precondition(record != nil, "as many values as the vocabulary has fields")
    return record.map(CELValue.record)
  }

  static func signal(_ signal: Signal) -> CELValue? {
    let source = signal.source
    let sender = CELValue.text(source.sender)
    let serial = source.serial.map(CELValue.text)
    return record(
      RuleVocabulary.signal,
      [
        Words.kinds.value(signal.kind), Words.groups.value(signal.kind.group), Words.feeds.value(source.feed),
        sender, serial ?? Words.empty, serial ?? sender,
        signal.batteryPercent.map { .int(Int64($0)) }, signal.zone.map(CELValue.text),
        signal.value.map(CELValue.double), signal.hospital.map { .text($0.hospitalCode) },
        signal.hospital.map { .text($0.patientClass.rawValue) }, oddities(signal.oddities),
        .bool(!signal.oddities.isEmpty),
      ])
  }

  static func resident(_ resident: Resident?, plan: CELValue? = nil) -> CELValue? {
    guard let resident else { return Unknown.resident }
    return record(
      RuleVocabulary.resident,
      [
        .bool(true), .text(resident.id.description), .int(Int64(resident.risk)), .bool(resident.canSpeak),
        .int(Int64(resident.district)), Words.lifecycles.value(resident.lifecycle),
        plan ?? Words.emptyMap,
      ])
  }

  static func device(_ device: Device?) -> CELValue? {
    guard let device else { return Unknown.device }
    return record(
      RuleVocabulary.device,
      [
        .bool(true), .int(Int64(device.district)), .int(Int64(device.heartbeatSeconds)),
        .bool(device.resident != nil),
      ])
  }

  static func dwelling(_ dwelling: Dwelling?) -> CELValue? {
    guard let dwelling else { return Unknown.dwelling }
    return record(
      RuleVocabulary.dwelling,
      [.bool(true), .text(dwelling.id.description), .int(Int64(dwelling.district))])
  }

  static func hospital(since: Timestamp?) -> CELValue? {
    guard let since else { return Unknown.hospital }
    return record(RuleVocabulary.hospital, [.bool(true), timestamp(since)])
  }

  static func decided(_ alertClass: AlertClass, severity: Int, labels: [AlertLabel]) -> CELValue? {
    record(
      RuleVocabulary.decided, [Words.classes.value(alertClass), .int(Int64(severity)), Self.labels(labels)])
  }

  private static func labels(_ labels: [AlertLabel]) -> CELValue {
    if labels.isEmpty { return Words.emptyMap }
    return CELMap(labels.map { (.text($0.name), .text($0.value)) }).map(CELValue.map) ?? Words.emptyMap
  }

  static func caseRecord(_ alert: Alert, now: Timestamp) -> CELValue? {
    record(
      RuleVocabulary.caseRecord,
      [
        alert.holder.map { .text($0.staff.description) } ?? Words.empty,
        alert.verdict.map(Words.verdicts.value) ?? Words.none, .int(Int64(alert.extras.calls)),
        alert.extras.lastCall.map { .text($0.rawValue) } ?? Words.none,
        .int((now - alert.openedAt).wholeSeconds),
      ])
  }

  static func staff(_ staff: StaffFacts) -> CELValue? {
    record(
      RuleVocabulary.staff,
      [
        .text(staff.member.id.description), .list(ContiguousArray(staff.member.roles.map { .text($0.rawValue) })),
        .list(ContiguousArray(staff.member.skills.map(CELValue.text))),
        .list(ContiguousArray(staff.member.districts.map { .int(Int64($0)) })),
        staff.distanceMetres.map(CELValue.double), .bool(staff.hasOpenOffer),
      ])
  }

  static func caseAlert(_ alert: Alert, now: Timestamp) -> CELValue? {
    record(
      RuleVocabulary.caseAlert,
      [
        Words.kinds.value(alert.kind), Words.classes.value(alert.alertClass), .int(Int64(alert.severity)),
        .int(Int64(alert.signalCount)), .int(Int64(alert.raisedCount)),
        alert.verdict.map(Words.verdicts.value) ?? Words.none, .bool(alert.holder != nil),
        Words.states.value(alert.state), timestamp(alert.openedAt),
        .int((now - alert.openedAt).wholeSeconds), oddities(alert.oddities), .bool(alert.hospitalSince != nil),
        labels(alert.hasExtras ? alert.labels : []),
      ])
  }

  /// Nil outside the years 1 to 9999: reading it is then an error, which fails toward help.
  static func timestamp(_ time: Timestamp) -> CELValue? {
    let (seconds, rest) = time.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    let isBefore = rest < 0
    let nanos = Int32(isBefore ? rest + 1_000_000 : rest) * 1000
    return CELTimestamp(seconds: isBefore ? seconds - 1 : seconds, nanos: nanos).map(CELValue.timestamp)
  }

  private static func oddities(_ oddities: [SignalOddity]) -> CELValue {
    oddities.isEmpty ? Words.noOddities : .list(ContiguousArray(oddities.map(Words.oddities.value)))
  }
}

/// The records of what is not known, made once.
private enum Unknown {
  static let resident = FactRecords.record(
    RuleVocabulary.resident, [.bool(false), nil, nil, nil, nil, nil, Words.emptyMap])
  static let device = FactRecords.record(RuleVocabulary.device, [.bool(false), nil, nil, nil])
  static let dwelling = FactRecords.record(RuleVocabulary.dwelling, [.bool(false), nil, nil])
  static let hospital = FactRecords.record(RuleVocabulary.hospital, [.bool(false), nil])
}

/// The fixed words of the domain as values, made once.
private enum Words {
  struct Table<Word: CaseIterable & RawRepresentable & Hashable & Sendable>: Sendable where Word.RawValue == String {
    private let values: [Word: CELValue]

    init() {
      values = Dictionary(uniqueKeysWithValues: Word.allCases.map { ($0, CELValue.text($0.rawValue)) })
    }

    func value(_ word: Word) -> CELValue { values[word] ?? .text(word.rawValue) }
  }

  static let kinds = Table<SignalKind>()
  static let groups = Table<SignalGroup>()
  static let feeds = Table<SignalSource.Feed>()
  static let classes = Table<AlertClass>()
  static let lifecycles = Table<Resident.Lifecycle>()
  static let verdicts = Table<Alert.Verdict>()
  static let states = Table<Alert.State>()
  static let oddities = Table<SignalOddity>()
  static let empty = CELValue.text("")
  static let none = CELValue.text("none")
  static let noOddities = CELValue.list([])
  static let emptyMap = CELMap([]).map(CELValue.map) ?? .null
}
