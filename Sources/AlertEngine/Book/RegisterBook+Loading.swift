import CareModel

/// Start-up: parts are read side by side and joined.
extension RegisterBook {
  /// A register of these rows.
  package init(_ rows: [RegisterChange]) {
    self.init()
    for row in rows { apply(row) }
  }

  /// Rows of all kinds.
  package var count: Int {
    residents.count + dwellings.count + devices.count + staff.count + parties.count + hospitals.count
      + contacts.count + roster.shifts.count
  }

  /// Every row, homes before people and people before what is theirs, within a kind in the order of the keys; for
  /// comparing two registers.
  package var rows: [RegisterChange] {
    var rows = dwellings.values.sorted { $0.id < $1.id }.map(RegisterChange.dwelling)
    rows += residents.values.sorted { $0.id < $1.id }.map(RegisterChange.resident)
    rows += contacts.values.sorted { $0.id < $1.id }.map(RegisterChange.contact)
    rows += devices.values.sorted { $0.serial < $1.serial }.map(RegisterChange.device)
    rows += parties.values.sorted { $0.id < $1.id }.map(RegisterChange.party)
    rows += hospitals.values.sorted { $0.code < $1.code }.map(RegisterChange.hospital)
    rows += staff.values.sorted { $0.id < $1.id }.map(RegisterChange.staff)
    rows += roster.shifts.values.sorted { $0.id < $1.id }.map(RegisterChange.shift)
    return rows
  }

  /// Makes room for about so many rows of a kind that there are many of; others pay for their growth.
  package mutating func reserve(_ kind: LargeKind, _ count: Int) {
    let count = min(max(0, count), Self.maximumReserved)
    switch kind {
    case .residents: residents.reserveCapacity(count)
    case .identifiers: residentByIdentifier.reserveCapacity(count)
    case .dwellings: dwellings.reserveCapacity(count)
    case .devices: devices.reserveCapacity(count)
    case .contacts:
      contacts.reserveCapacity(count)
      contactsByResident.reserveCapacity(count)
    }
  }

  /// Kinds of rows of which there is about one a home.
  package enum LargeKind: Sendable { case residents, identifiers, dwellings, devices, contacts }

  /// Most rows for which room is made in advance: an estimate may be wrong.
  package static var maximumReserved: Int { 1_000_000 }

  /// Takes in what another part has read; where both have a row, the other's counts.
  package mutating func merge(_ other: RegisterBook) {
    join(&residents, other.residents)
    join(&dwellings, other.dwellings)
    join(&devices, other.devices)
    join(&parties, other.parties)
    join(&hospitals, other.hospitals)
    join(&contacts, other.contacts)
    join(&contactsByResident, other.contactsByResident)
    join(&residentsByDwelling, other.residentsByDwelling)
    join(&residentByIdentifier, other.residentByIdentifier)
    for member in other.staff.values { roster.put(member) }
    for shift in other.roster.shifts.values { roster.put(shift) }
  }

  /// One more number by which hospitals know a person; passed over when nobody is there or the person has enough.
  package mutating func add(_ identifier: PatientIdentifier, to resident: ResidentID) {
    guard let count = residents[resident]?.identifiers.count, count < Resident.maximumIdentifiers else { return }
    residents[resident]?.identifiers.append(identifier)
    residentByIdentifier[identifier] = resident
  }

  /// The usual part has the table for itself: it is taken over whole.
  private func join<Key, Value>(_ own: inout [Key: Value], _ other: [Key: Value]) {
    if own.isEmpty { own = other } else { own.merge(other) { _, new in new } }
  }
}

extension EngineCore {
  /// Takes over the register that start-up has read.
  package mutating func adopt(_ register: RegisterBook, at time: Timestamp) {
    self.register = register
    for device in register.devices.values.sorted(by: { $0.serial < $1.serial }) { supervision.put(device, at: time) }
  }
}
