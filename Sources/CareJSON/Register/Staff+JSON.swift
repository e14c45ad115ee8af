import CareModel
import JSONText

extension StaffMember: RegisterRowJSON {
  /// Members: `id name roles skills districts position positionAt destination active canSignIn`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("id", id)
    object.member("name", name)
    object.member("roles", words: roles)
    if !skills.isEmpty {
      object.key("skills")
      object.array { list in
        for skill in skills { list.value(skill) }
      }
    }
    object.member("districts", districts: districts)
    object.member("position", position)
    object.member("positionAt", positionAt)
    object.member("destination", destination)
    object.member("active", isActive)
    object.member("canSignIn", !secretDigest.isEmpty)
  }

  /// Reads a staff member; `name` and `roles` are required. The secret's digest is empty
  /// (``RegisterChange/keepingSecret(of:)``).
  package init(json object: JSONObjectReader, id: StaffID?) throws(CareJSONError) {
    guard object.valueOrNil("roles") != nil else { throw object.error("roles", .missing) }
    self.init(
      id: try object.ownID(id), name: try object.text("name"), roles: try object.words("roles"),
      districts: try object.districts("districts"), position: try object.positionOrNil("position"),
      positionAt: try object.timeOrNil("positionAt"), destination: try object.destinationOrNil("destination"),
      isActive: try object.boolOrNil("active") ?? true, skills: try object.skills("skills"))
  }
}

extension JSONObjectReader {
  /// Skills: at most ``StaffMember/maximumSkills`` words of letters, digits, `.`, `_` and `-`.
  func skills(_ name: String) throws(CareJSONError) -> [String] {
    let words = try storedTexts(name)
    let isRight =
      words.count <= StaffMember.maximumSkills
      && words.allSatisfy { word in
        (1...64).contains(word.utf8.count)
          && word.unicodeScalars.allSatisfy {
            switch $0 {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
            default: false
            }
          }
      }
    guard isRight else { throw error(name, .outOfRange) }
    return words
  }
}

extension Shift: RegisterRowJSON {
  /// Members: `id staff role from until`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("id", id)
    object.member("staff", staff)
    object.member("role", role)
    object.member("from", from)
    object.member("until", until)
  }

  /// Reads a shift; everything is required, and `until` is after `from`.
  package init(json object: JSONObjectReader, id: ShiftID?) throws(CareJSONError) {
    let from = try object.time("from")
    let until = try object.time("until")
    guard until > from else { throw object.error("until", .outOfRange) }
    self.init(
      id: try object.ownID(id), staff: try object.id("staff"), role: try object.word("role"), from: from, until: until)
  }
}

extension Device: RegisterRowJSON {
  /// Members: `serial dwelling resident district heartbeatSeconds canSignIn`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("serial", serial)
    object.member("dwelling", dwelling)
    object.member("resident", resident)
    object.member("district", district)
    object.member("heartbeatSeconds", heartbeatSeconds)
    object.member("canSignIn", !secretDigest.isEmpty)
  }

  /// Reads a device; `serial` may come from the address. The secret's digest is empty
  /// (``RegisterChange/keepingSecret(of:)``). A heartbeat is promised every 10 s to 7 days.
  package init(json object: JSONObjectReader, id serial: String?) throws(CareJSONError) {
    self.init(
      serial: try object.ownName("serial", serial), dwelling: try object.idOrNil("dwelling"),
      resident: try object.idOrNil("resident"), district: try object.district("district"),
      heartbeatSeconds: try object.intOrNil("heartbeatSeconds", in: 10...604_800) ?? 3600)
  }
}
