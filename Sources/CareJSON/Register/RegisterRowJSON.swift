import CareModel
import JSONText

/// A row of the register with its JSON form: what the API shows and takes.
package protocol RegisterRowJSON: CareJSONObject {
  /// What names the row: a typed id, a serial, a code.
  associatedtype RowID
  /// Reads a body; `id` is the row's name from the address or newly made, and need not be in the body then.
  init(json object: JSONObjectReader, id: RowID?) throws(CareJSONError)
}

extension RegisterRowJSON {
  /// Reads one row from JSON text.
  package init(jsonText: String, id: RowID? = nil) throws(CareJSONError) {
    try self.init(json: JSONObjectReader(JSONValue(careText: jsonText)), id: id)
  }
}

extension RegisterChange: CareJSONObject {
  /// The row's own members; for a removed one the name of the row and `"removed": true`. Never a secret's digest.
  package func writeMembers(to object: inout JSONWriter) {
    switch self {
    case .resident(let row): row.writeMembers(to: &object)
    case .dwelling(let row): row.writeMembers(to: &object)
    case .contact(let row): row.writeMembers(to: &object)
    case .device(let row): row.writeMembers(to: &object)
    case .staff(let row): row.writeMembers(to: &object)
    case .shift(let row): row.writeMembers(to: &object)
    case .party(let row): row.writeMembers(to: &object)
    case .hospital(let row): row.writeMembers(to: &object)
    case .residentRemoved(let id): writeRemoved(id, to: &object)
    case .dwellingRemoved(let id): writeRemoved(id, to: &object)
    case .contactRemoved(let id): writeRemoved(id, to: &object)
    case .staffRemoved(let id): writeRemoved(id, to: &object)
    case .shiftRemoved(let id): writeRemoved(id, to: &object)
    case .deviceRemoved(let serial):
      object.member("serial", serial)
      object.member("removed", true)
    }
  }

  /// The row with the secret's digest of `older`, when both are the same device or staff member.
  ///
  /// A body never carries a digest: without this step a changed address would take away the right to sign in.
  package func keepingSecret(of older: RegisterChange?) -> RegisterChange {
    switch (self, older) {
    case (.device(var row), .device(let old)) where row.serial == old.serial:
      row.secretDigest = old.secretDigest
      return .device(row)
    case (.staff(var row), .staff(let old)) where row.id == old.id:
      row.secretDigest = old.secretDigest
      return .staff(row)
    default: return self
    }
  }

  private func writeRemoved<Entity>(_ id: Identifier<Entity>, to object: inout JSONWriter) {
    object.member("id", id)
    object.member("removed", true)
  }
}
