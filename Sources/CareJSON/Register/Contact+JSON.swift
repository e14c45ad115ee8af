import CareModel
import JSONText

extension Contact: RegisterRowJSON {
  /// Members: `id resident name relation phone order mayBeTold destination quiet minutesToCome
  /// holdsKey`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("id", id)
    object.member("resident", resident)
    object.member("name", name)
    object.member("relation", relation)
    object.member("phone", phone)
    object.member("order", order)
    object.member("mayBeTold", mayBeTold)
    object.member("destination", destination)
    object.member("quiet", quiet)
    object.member("minutesToCome", minutesToCome)
    object.member("holdsKey", holdsKey)
  }

  /// Reads a contact; who may be told must be said. Not required: `order destination quiet minutesToCome holdsKey`.
  package init(json object: JSONObjectReader, id: ContactID?) throws(CareJSONError) {
    self.init(
      id: try object.ownID(id), resident: try object.id("resident"), name: try object.text("name"),
      relation: try object.text("relation", maximumBytes: 128), phone: try object.text("phone", maximumBytes: 128),
      order: try object.intOrNil("order", in: 0...1000) ?? 0, mayBeTold: try object.bool("mayBeTold"),
      destination: try object.destinationOrNil("destination"), quiet: try object.thingOrNil("quiet"),
      minutesToCome: try object.intOrNil("minutesToCome", in: 0...1440),
      holdsKey: try object.boolOrNil("holdsKey") ?? false)
  }
}

extension Destination: CareJSONObject, CareJSONReadable {
  /// Members: `channel address`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("channel", channel)
    object.member("address", address)
  }

  /// Reads `channel address`.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(
      channel: try object.text("channel", maximumBytes: 128), address: try object.text("address", maximumBytes: 2048))
  }
}

extension JSONObjectReader {
  /// An address on a channel; nil when it is not there.
  func destinationOrNil(_ name: String) throws(CareJSONError) -> Destination? {
    guard let place = try objectOrNil(name) else { return nil }
    return try Destination(json: place)
  }
}

extension Party: RegisterRowJSON {
  /// Members: `id kind name destination`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("id", id)
    object.member("kind", kind)
    object.member("name", name)
    object.member("destination", destination)
  }

  /// Reads a party; `kind` and `name` are required.
  package init(json object: JSONObjectReader, id: PartyID?) throws(CareJSONError) {
    self.init(
      id: try object.ownID(id), kind: try object.word("kind"), name: try object.text("name"),
      destination: try object.destinationOrNil("destination"))
  }
}

extension Hospital: RegisterRowJSON {
  /// Members: `code name population`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("code", code)
    object.member("name", name)
    object.member("population", population)
  }

  /// Reads a hospital; everything is required, `code` may come from the address.
  package init(json object: JSONObjectReader, id code: String?) throws(CareJSONError) {
    self.init(
      code: try object.ownName("code", code), name: try object.text("name"), population: try object.word("population"))
  }
}
