import AlertRules
import CareModel

/// Somebody outside the centre who can be asked.
struct OutsidePerson {
  var contact: ContactID?
  var party: PartyID?
  var resident: ResidentID?
  var relation: String
  /// Where a message may go; nil = the desk calls.
  var destination: Destination?
}

/// Why nobody outside can be asked; the raw value stands in the timeline.
enum NobodyOutside: String, Error {
  case residentUnknown, cannotSpeak, inHospital, noCoResident, noContact, quietHours, noFamily, noNeighbour
  case nobodyHoldsKey, noDoctorTeam, noUnit, noBureau, noProvider
}

extension EngineCore {
  /// Whom a word means for an alert, first to ask first.
  func people(_ group: OutsideGroup, about alert: Alert) throws(NobodyOutside) -> [OutsidePerson] {
    switch group {
    case .resident: return [try theResident(of: alert)]
    case .coResident: return try coResidents(of: alert)
    case .contacts: return try contacts(of: alert, orElse: .noContact) { _ in true }
    case .family: return try contacts(of: alert, orElse: .noFamily) { !$0.isNeighbour }
    case .neighbour: return try contacts(of: alert, orElse: .noNeighbour, where: \.isNeighbour)
    case .keyHolder: return try contacts(of: alert, orElse: .nobodyHoldsKey, where: \.holdsKey)
    case .familyDoctor: return [try party(try person(of: alert).doctorTeam, orElse: .noDoctorTeam)]
    case .unit: return [try party(try person(of: alert).unit, orElse: .noUnit)]
    case .bureau:
      let bureau = register.parties.values.filter { $0.kind == .bureau }.map(\.id).min()
      return [try party(bureau, orElse: .noBureau)]
    case .provider: throw .noProvider
    }
  }

  private func person(of alert: Alert) throws(NobodyOutside) -> Resident {
    guard let resident = alert.resident.flatMap({ register.residents[$0] }) else { throw .residentUnknown }
    return resident
  }

  private func theResident(of alert: Alert) throws(NobodyOutside) -> OutsidePerson {
    let resident = try person(of: alert)
    guard resident.canSpeak else { throw .cannotSpeak }
    return OutsidePerson(resident: resident.id, relation: OutsideGroup.resident.rawValue)
  }

  /// The others at home who can speak and are not in hospital.
  private func coResidents(of alert: Alert) throws(NobodyOutside) -> [OutsidePerson] {
    let home = alert.dwelling ?? alert.resident.flatMap { register.residents[$0]?.dwelling }
    let others = (home.flatMap { register.residentsByDwelling[$0] } ?? []).filter { $0 != alert.resident }
    guard !others.isEmpty else { throw .noCoResident }
    let present = others.filter { book.hospitalSince($0) == nil }
    guard !present.isEmpty else { throw .inHospital }
    let able = present.filter { register.residents[$0]?.canSpeak == true }
    guard !able.isEmpty else { throw .cannotSpeak }
    return able.map { OutsidePerson(resident: $0, relation: OutsideGroup.coResident.rawValue) }
  }

  /// Contacts of the person: by the order of an override, then those whom the hour does not disturb, in the order of
  /// the register, the nearest of equals first. In quiet hours only a matter of life disturbs.
  private func contacts(
    of alert: Alert, orElse nobody: NobodyOutside, where isMeant: (Contact) -> Bool
  ) throws(NobodyOutside) -> [OutsidePerson] {
    let resident = try person(of: alert).id
    let all = (register.contactsByResident[resident] ?? []).compactMap { register.contacts[$0] }.filter(isMeant)
    guard !all.isEmpty else { throw nobody }
    let wanted = rules.contactOrder(of: resident, at: draft.now)
    let ranked = all.map { contact in
      (contact: contact, isQuiet: contact.quiet?.includes(draft.now) ?? false, place: contact.place(in: wanted))
    }
    let asked = alert.alertClass == .life ? ranked : ranked.filter { !$0.isQuiet }
    guard !asked.isEmpty else { throw .quietHours }
    return asked.sorted { left, right in
      if left.isQuiet != right.isQuiet { return right.isQuiet }
      if left.place != right.place { return left.place < right.place }
      let (one, other) = (left.contact, right.contact)
      return (one.order, one.minutesToCome ?? .max, one.id) < (other.order, other.minutesToCome ?? .max, other.id)
    }.map {
      OutsidePerson(
        contact: $0.contact.id, relation: $0.contact.relation,
        destination: $0.contact.mayBeTold ? $0.contact.destination : nil)
    }
  }

  private func party(_ id: PartyID?, orElse nobody: NobodyOutside) throws(NobodyOutside) -> OutsidePerson {
    guard let party = id.flatMap({ register.parties[$0] }) else { throw nobody }
    return OutsidePerson(party: party.id, relation: party.kind.rawValue, destination: party.destination)
  }
}

extension Contact {
  /// Lives next door.
  fileprivate var isNeighbour: Bool { ["neighbour", "neighbor", "邻居"].contains(relation) }

  /// The place in an override's order; after all that it names when it does not name this one.
  fileprivate func place(in wanted: [String]) -> Int {
    wanted.firstIndex { name in
      name == relation || name == id.description || name == OutsideGroup.neighbour.rawValue && isNeighbour
        || name == OutsideGroup.keyHolder.rawValue && holdsKey
        || name == OutsideGroup.family.rawValue && !isNeighbour
    } ?? wanted.count
  }
}
