import CareJSON
import CareModel
import EngineHost

extension RegisterKind {
  /// Reads a row of this kind; `id` is its name from the address, nil when the body must say it.
  func row(_ body: JSONObjectReader, id: String?) throws(CareJSONError) -> RegisterChange {
    switch self {
    case .residents: .resident(try Resident(json: body, id: id.flatMap { ResidentID($0) }))
    case .dwellings: .dwelling(try Dwelling(json: body, id: id.flatMap { DwellingID($0) }))
    case .contacts: .contact(try Contact(json: body, id: id.flatMap { ContactID($0) }))
    case .staff: .staff(try StaffMember(json: body, id: id.flatMap { StaffID($0) }))
    case .shifts: .shift(try Shift(json: body, id: id.flatMap { ShiftID($0) }))
    case .parties: .party(try Party(json: body, id: id.flatMap { PartyID($0) }))
    case .devices: .device(try Device(json: body, id: id))
    case .hospitals: .hospital(try Hospital(json: body, id: id))
    }
  }

  /// The rows are named by an id that the house makes; the others by a serial or a code of their own.
  var hasMadeID: Bool { self != .devices && self != .hospitals }

  /// Whether a text can be the name of a row of this kind.
  func isName(_ text: String) -> Bool {
    hasMadeID ? ResidentID(text) != nil : (1...128).contains(text.utf8.count) && !text.utf8.contains(0)
  }

  /// The name of the OpenAPI schema of a row.
  var schemaName: String {
    switch self {
    case .residents: "Resident"
    case .dwellings: "Dwelling"
    case .contacts: "Contact"
    case .devices: "Device"
    case .staff: "StaffMember"
    case .shifts: "Shift"
    case .parties: "Party"
    case .hospitals: "Hospital"
    }
  }
}

extension RegisterChange {
  /// The row's name on the API.
  var name: String {
    switch self {
    case .resident(let row): row.id.description
    case .dwelling(let row): row.id.description
    case .contact(let row): row.id.description
    case .device(let row): row.serial
    case .staff(let row): row.id.description
    case .shift(let row): row.id.description
    case .party(let row): row.id.description
    case .hospital(let row): row.code
    case .residentRemoved(let id): id.description
    case .dwellingRemoved(let id): id.description
    case .contactRemoved(let id): id.description
    case .deviceRemoved(let serial): serial
    case .staffRemoved(let id): id.description
    case .shiftRemoved(let id): id.description
    }
  }

  /// The row with another secret; nil when its kind has none.
  func with(secretDigest: [UInt8]) -> RegisterChange? {
    switch self {
    case .device(var row):
      row.secretDigest = secretDigest
      return .device(row)
    case .staff(var row):
      row.secretDigest = secretDigest
      return .staff(row)
    default: return nil
    }
  }
}
