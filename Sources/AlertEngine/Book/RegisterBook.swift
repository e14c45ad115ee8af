import CareModel
import Dispatching

/// The register's decision columns in memory. Start-up builds it once; the read model and the directory of secrets
/// share its tables until the first change of one of them.
package struct RegisterBook: Sendable {
  /// People under care.
  package internal(set) var residents: [ResidentID: Resident] = [:]
  /// Homes.
  package internal(set) var dwellings: [DwellingID: Dwelling] = [:]
  /// Devices by serial.
  package internal(set) var devices: [String: Device] = [:]
  /// Everybody who works for the centre.
  package var staff: [StaffID: StaffMember] { roster.staff }
  var parties: [PartyID: Party] = [:]
  var hospitals: [String: Hospital] = [:]
  var contacts: [ContactID: Contact] = [:]
  var contactsByResident: [ResidentID: [ContactID]] = [:]
  /// Who lives in a home, in the order of their ids; those who left the service do not count.
  var residentsByDwelling: [DwellingID: [ResidentID]] = [:]
  var residentByIdentifier: [PatientIdentifier: ResidentID] = [:]
  var roster = DutyRoster()

  /// An empty register.
  package init() {}

  /// Takes in a row as it is now, or that it is gone.
  package mutating func apply(_ change: RegisterChange) {
    switch change {
    case .resident(let resident): replace(resident)
    case .dwelling(let dwelling): dwellings[dwelling.id] = dwelling
    case .contact(let contact):
      remove(contact: contact.id)
      contacts[contact.id] = contact
      contactsByResident[contact.resident, default: []].append(contact.id)
    case .device(let device): devices[device.serial] = device
    case .staff(let member): roster.put(member)
    case .shift(let shift): roster.put(shift)
    case .party(let party): parties[party.id] = party
    case .hospital(let hospital): hospitals[hospital.code] = hospital
    case .residentRemoved(let id): forget(residents.removeValue(forKey: id))
    case .dwellingRemoved(let id): dwellings[id] = nil
    case .contactRemoved(let id): remove(contact: id)
    case .deviceRemoved(let serial): devices[serial] = nil
    case .staffRemoved(let id): roster.remove(id)
    case .shiftRemoved(let id): roster.remove(id)
    }
  }

  /// Contacts of a resident who may be told of an admission, first to ask first.
  func contactsToTell(of resident: ResidentID) -> [Contact] {
    (contactsByResident[resident] ?? []).compactMap { contacts[$0] }.filter(\.mayBeTold)
      .sorted { ($0.order, $0.id) < ($1.order, $1.id) }
  }

  /// A member of staff.
  func staff(_ id: StaffID) -> StaffMember? { roster[id] }

  /// Active people on duty in a role, in the order of their ids.
  mutating func onDuty(_ role: StaffRole, at now: Timestamp) -> [StaffMember] { roster.onDuty(role, at: now) }

  /// Those of them who serve a district.
  mutating func team(_ role: StaffRole, district: DistrictID, at now: Timestamp) -> DutyTeam {
    roster.team(role, district: district, at: now)
  }

  /// Active people who have a role at all, on duty or not, in the order of their ids.
  func everybody(with role: StaffRole) -> [StaffMember] { roster.everybody(with: role) }

  /// Whom the identifiers name: nobody, one, or several different people.
  func match(_ identifiers: [PatientIdentifier]) -> IdentityMatch {
    var found: ResidentID?
    for identifier in identifiers {
      guard let resident = residentByIdentifier[identifier] else { continue }
      if let found, found != resident { return .several }
      found = resident
    }
    return found.map(IdentityMatch.one) ?? .nobody
  }

  private mutating func replace(_ resident: Resident) {
    forget(residents[resident.id])
    residents[resident.id] = resident
    if let dwelling = resident.dwelling, resident.lifecycle != .ended {
      let others = residentsByDwelling[dwelling] ?? []
      residentsByDwelling[dwelling] = (others + [resident.id]).sorted()
    }
    for identifier in resident.identifiers.prefix(Resident.maximumIdentifiers) {
      residentByIdentifier[identifier] = resident.id
    }
  }

  private mutating func forget(_ resident: Resident?) {
    guard let resident else { return }
    if let dwelling = resident.dwelling {
      residentsByDwelling[dwelling]?.removeAll { $0 == resident.id }
      if residentsByDwelling[dwelling]?.isEmpty == true { residentsByDwelling[dwelling] = nil }
    }
    for identifier in resident.identifiers where residentByIdentifier[identifier] == resident.id {
      residentByIdentifier[identifier] = nil
    }
  }

  private mutating func remove(contact id: ContactID) {
    guard let old = contacts.removeValue(forKey: id) else { return }
    contactsByResident[old.resident]?.removeAll { $0 == id }
  }
}

/// Whom a message's identifiers name.
enum IdentityMatch: Equatable {
  case nobody
  case one(ResidentID)
  case several
}
