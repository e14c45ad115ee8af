import CareModel

/// Whom and what a signal is about, as the register knows it at the time of receipt.
struct SignalSubject {
  var device: Device?
  var resident: Resident?
  var dwelling: Dwelling?
  var district: DistrictID
  var caseKey: CaseKey
  /// Distinguishes people nobody knows: one work item for each of them, not one for all.
  var strangerKey: String?
  /// Somebody in a whole-hospital feed who is not ours: counted, not kept.
  var isStranger = false
  /// A rule that fails, not a person: many people's signals are in it.
  var isOfRule = false

  /// The alert key of the rules, told apart for unknown people.
  func alertKey(_ key: String) -> String {
    guard let strangerKey else { return key }
    return key + "\u{1F}" + strangerKey
  }
}

extension EngineCore {
  /// Finds device, home and person; names what is odd about them.
  mutating func settleSubject(of signal: inout Signal) -> SignalSubject {
    if let message = signal.hospital { return settlePatient(message, of: &signal) }
    if let serial = signal.source.serial { return settleDevice(serial, of: &signal) }
    if signal.source.feed == .engine, let staff = StaffID(signal.source.sender) {
      return SignalSubject(district: 0, caseKey: .staff(staff))
    }
    let caseKey = CaseKey.source(signal.source.feed.rawValue + ":" + signal.source.sender)
    return SignalSubject(district: signal.networkDistrict ?? 0, caseKey: caseKey)
  }

  private func settleDevice(_ serial: String, of signal: inout Signal) -> SignalSubject {
    guard let device = register.devices[serial] else {
      signal.addOddity(.unknownDevice)
      return SignalSubject(district: 0, caseKey: .device(serial: serial))
    }
    let resident = device.resident.flatMap { register.residents[$0] }
    let dwelling = (device.dwelling ?? resident?.dwelling).flatMap { register.dwellings[$0] }
    var subject = SignalSubject(
      device: device, resident: resident, dwelling: dwelling, district: device.district,
      caseKey: .device(serial: serial))
    if let resident {
      subject.caseKey = .resident(resident.id)
      subject.district = resident.district
    } else if let dwelling {
      subject.caseKey = .dwelling(dwelling.id)
      subject.district = dwelling.district
    } else {
      signal.addOddity(.unassignedDevice)
    }
    return subject
  }

  private func settlePatient(_ message: HospitalMessage, of signal: inout Signal) -> SignalSubject {
    switch register.match(message.patient.identifiers) {
    case .one(let id):
      guard let resident = register.residents[id] else { break }
      return SignalSubject(
        resident: resident, dwelling: resident.dwelling.flatMap { register.dwellings[$0] },
        district: resident.district, caseKey: .resident(id))
    case .several: signal.addOddity(.ambiguousPatient)
    case .nobody:
      if register.hospitals[message.hospitalCode]?.population == .whole {
        var subject = SignalSubject(district: 0, caseKey: .source("hospital:" + message.hospitalCode))
        subject.isStranger = true
        return subject
      }
      signal.addOddity(.unknownPatient)
    }
    var subject = SignalSubject(district: 0, caseKey: .source("hospital:" + message.hospitalCode))
    subject.strangerKey = message.strangerKey
    return subject
  }
}

extension Signal {
  fileprivate mutating func addOddity(_ oddity: SignalOddity) {
    if !oddities.contains(oddity) { oddities.append(oddity) }
  }
}

extension HospitalMessage {
  /// The same for all messages about one unknown person; a hash, because the key is stored and shown.
  fileprivate var strangerKey: String {
    let identity = patient.identifiers.first.map { $0.kind.rawValue + $0.authority + "|" + $0.value }
    let text = identity ?? visitNumber ?? patient.name ?? ""
    return String(fixedHash(text.utf8), radix: 16)
  }
}
