import CareModel
import JSONText

extension JSONObjectReader {
  /// A text that the house wrote itself: of any length, also empty; nil when it is not there.
  func storedTextOrNil(_ name: String) -> String? { valueOrNil(name)?.string }

  /// A text that the house wrote itself and that must be there.
  func storedText(_ name: String) throws(CareJSONError) -> String { try required(name, storedTextOrNil(name)) }

  /// A count that the house wrote itself.
  func storedInt(_ name: String) throws(CareJSONError) -> Int { try int(name, in: Int.min...Int.max) }

  /// A case's key that must be there.
  func caseKey(_ name: String) throws(CareJSONError) -> CaseKey {
    guard let caseKey = CaseKey(try storedText(name)) else { throw error(name, .unknownWord) }
    return caseKey
  }

  /// A thing that must be there.
  func thing<Thing: CareJSONReadable>(
    _ name: String, _: Thing.Type = Thing.self
  ) throws(CareJSONError) -> Thing {
    try required(name, thingOrNil(name))
  }

  /// A thing; nil when it is not there.
  func thingOrNil<Thing: CareJSONReadable>(
    _ name: String, _: Thing.Type = Thing.self
  ) throws(CareJSONError) -> Thing? {
    guard let object = try objectOrNil(name) else { return nil }
    return try Thing(json: object)
  }

  /// A list of things; empty when it is not there.
  func things<Thing: CareJSONReadable>(
    _ name: String, _: Thing.Type = Thing.self, maximumCount: Int = maximumElements
  ) throws(CareJSONError) -> [Thing] {
    var things: [Thing] = []
    for (value, path) in try elements(name, maximumCount: maximumCount) {
      things.append(try Thing(json: JSONObjectReader(value, path: path)))
    }
    return things
  }

  /// A list of ids; empty when it is not there.
  func ids<Entity>(
    _ name: String, _: Entity.Type = Entity.self
  ) throws(CareJSONError) -> [Identifier<Entity>] {
    var ids: [Identifier<Entity>] = []
    for (value, path) in try elements(name) {
      guard let id: Identifier<Entity> = value.id() else { throw CareJSONError(field: path, .notAnID) }
      ids.append(id)
    }
    return ids
  }
}
