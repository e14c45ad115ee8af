import CareModel
import JSONText

extension Resident: RegisterRowJSON {
  /// Members: `id district dwelling name risk canSpeak lifecycle unit doctorTeam identifiers`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("id", id)
    object.member("district", district)
    object.member("dwelling", dwelling)
    object.member("name", name)
    object.member("risk", risk)
    object.member("canSpeak", canSpeak)
    object.member("lifecycle", lifecycle)
    object.member("unit", unit)
    object.member("doctorTeam", doctorTeam)
    object.member("identifiers", identifiers)
  }

  /// Reads a resident; `name` is required, `risk` is 0-5, the rest has the defaults of a new resident.
  package init(json object: JSONObjectReader, id: ResidentID?) throws(CareJSONError) {
    var identifiers: [PatientIdentifier] = []
    for (value, path) in try object.elements("identifiers", maximumCount: Self.maximumIdentifiers) {
      identifiers.append(try PatientIdentifier(json: JSONObjectReader(value, path: path)))
    }
    self.init(
      id: try object.ownID(id), district: try object.district("district"), dwelling: try object.idOrNil("dwelling"),
      name: try object.text("name"), risk: try object.intOrNil("risk", in: 0...5) ?? 0,
      canSpeak: try object.boolOrNil("canSpeak") ?? true, lifecycle: try object.wordOrNil("lifecycle") ?? .active,
      unit: try object.idOrNil("unit"), doctorTeam: try object.idOrNil("doctorTeam"), identifiers: identifiers)
  }
}

extension PatientIdentifier: CareJSONObject, CareJSONReadable {
  /// Members: `kind authority value`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("kind", kind)
    if !authority.isEmpty { object.member("authority", authority) }
    object.member("value", value)
  }

  /// Reads `kind authority value`; hospital numbers need the authority, the national ones have none.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    let kind: Kind = try object.word("kind")
    let authority = try object.textOrNil("authority", maximumBytes: 128)
    if kind == .hospitalNumber, authority == nil { throw object.error("authority", .missing) }
    self.init(kind: kind, authority: authority ?? "", value: try object.text("value", maximumBytes: 128))
  }
}

extension Dwelling: RegisterRowJSON {
  /// Members: `id district address position`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("id", id)
    object.member("district", district)
    object.member("address", address)
    object.member("position", position)
  }

  /// Reads a dwelling; `address` is required.
  package init(json object: JSONObjectReader, id: DwellingID?) throws(CareJSONError) {
    self.init(
      id: try object.ownID(id), district: try object.district("district"), address: try object.text("address"),
      position: try object.positionOrNil("position"))
  }
}

extension Position: CareJSONObject {
  /// Members: `latitude longitude`, WGS 84 degrees.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("latitude", latitude)
    object.member("longitude", longitude)
  }
}

extension JSONObjectReader {
  /// A place on earth; nil when it is not there.
  func positionOrNil(_ name: String) throws(CareJSONError) -> Position? {
    guard let place = try objectOrNil(name) else { return nil }
    let latitude = try place.double("latitude")
    let longitude = try place.double("longitude")
    guard let position = Position(latitude: latitude, longitude: longitude) else { throw error(name, .outOfRange) }
    return position
  }
}
