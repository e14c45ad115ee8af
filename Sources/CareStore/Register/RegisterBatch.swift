import CareModel
import EngineHost

/// The rows of one save, sorted by kind; of several rows with one name the last counts.
struct RegisterBatch: Sendable {
  private(set) var residents: [Resident] = []
  private(set) var dwellings: [Dwelling] = []
  private(set) var contacts: [Contact] = []
  private(set) var devices: [Device] = []
  private(set) var staff: [StaffMember] = []
  private(set) var shifts: [Shift] = []
  private(set) var parties: [Party] = []
  private(set) var hospitals: [Hospital] = []
  /// Rows that go.
  private(set) var removed: [RegisterName] = []

  /// Sorts rows.
  init(_ rows: [RegisterChange]) {
    var last: [RegisterName: Int] = [:]
    last.reserveCapacity(rows.count)
    for (index, row) in rows.enumerated() { last[row.name] = index }
    for (index, row) in rows.enumerated() where last[row.name] == index { add(row) }
  }

  private mutating func add(_ row: RegisterChange) {
    switch row {
    case .resident(let row): residents.append(row)
    case .dwelling(let row): dwellings.append(row)
    case .contact(let row): contacts.append(row)
    case .device(let row): devices.append(row)
    case .staff(let row): staff.append(row)
    case .shift(let row): shifts.append(row)
    case .party(let row): parties.append(row)
    case .hospital(let row): hospitals.append(row)
    case .residentRemoved, .dwellingRemoved, .contactRemoved, .deviceRemoved, .staffRemoved, .shiftRemoved:
      removed.append(row.name)
    }
  }
}

/// Names one row of the register, whatever its kind.
struct RegisterName: Hashable, Sendable {
  var kind: RegisterKind
  var key: RegisterKey
}

extension RegisterChange {
  /// Which row it is about.
  var name: RegisterName {
    switch self {
    case .resident(let row): RegisterName(kind: .residents, key: row.key)
    case .dwelling(let row): RegisterName(kind: .dwellings, key: row.key)
    case .contact(let row): RegisterName(kind: .contacts, key: row.key)
    case .device(let row): RegisterName(kind: .devices, key: row.key)
    case .staff(let row): RegisterName(kind: .staff, key: row.key)
    case .shift(let row): RegisterName(kind: .shifts, key: row.key)
    case .party(let row): RegisterName(kind: .parties, key: row.key)
    case .hospital(let row): RegisterName(kind: .hospitals, key: row.key)
    case .residentRemoved(let id): RegisterName(kind: .residents, key: .id(id.stored))
    case .dwellingRemoved(let id): RegisterName(kind: .dwellings, key: .id(id.stored))
    case .contactRemoved(let id): RegisterName(kind: .contacts, key: .id(id.stored))
    case .deviceRemoved(let serial): RegisterName(kind: .devices, key: .name(serial))
    case .staffRemoved(let id): RegisterName(kind: .staff, key: .id(id.stored))
    case .shiftRemoved(let id): RegisterName(kind: .shifts, key: .id(id.stored))
    }
  }

  /// The removal of a row; nil for kinds whose rows are never taken away (parties, hospitals).
  init?(removing kind: RegisterKind, _ key: RegisterKey) {
    switch (kind, key) {
    case (.residents, .id(let id)): self = .residentRemoved(ResidentID(stored: id))
    case (.dwellings, .id(let id)): self = .dwellingRemoved(DwellingID(stored: id))
    case (.contacts, .id(let id)): self = .contactRemoved(ContactID(stored: id))
    case (.devices, .name(let serial)): self = .deviceRemoved(serial)
    case (.staff, .id(let id)): self = .staffRemoved(StaffID(stored: id))
    case (.shifts, .id(let id)): self = .shiftRemoved(ShiftID(stored: id))
    default: return nil
    }
  }
}

extension RegisterKind {
  /// The type of the kind's rows.
  var row: any RegisterRow.Type {
    switch self {
    case .residents: Resident.self
    case .dwellings: Dwelling.self
    case .contacts: Contact.self
    case .devices: Device.self
    case .staff: StaffMember.self
    case .shifts: Shift.self
    case .parties: Party.self
    case .hospitals: Hospital.self
    }
  }
}
