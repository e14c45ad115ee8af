import CareModel
import JSONText

extension JSONObjectReader {
  /// A text that must be there; see ``textOrNil(_:maximumBytes:)``.
  package func text(_ name: String, maximumBytes: Int = maximumTextBytes) throws(CareJSONError) -> String {
    try required(name, textOrNil(name, maximumBytes: maximumBytes))
  }

  /// A whole number that must be there.
  package func int(_ name: String, in range: ClosedRange<Int>) throws(CareJSONError) -> Int {
    try required(name, intOrNil(name, in: range))
  }

  /// A number that must be there.
  package func double(_ name: String) throws(CareJSONError) -> Double { try required(name, doubleOrNil(name)) }

  /// A truth value that must be there.
  package func bool(_ name: String) throws(CareJSONError) -> Bool { try required(name, boolOrNil(name)) }

  /// An id that must be there.
  package func id<Entity>(
    _ name: String, _: Entity.Type = Entity.self
  ) throws(CareJSONError) -> Identifier<Entity> {
    try required(name, idOrNil(name))
  }

  /// A moment that must be there.
  package func time(_ name: String) throws(CareJSONError) -> Timestamp { try required(name, timeOrNil(name)) }

  /// A word of the domain that must be there.
  package func word<Word: RawRepresentable<String>>(
    _ name: String, _: Word.Type = Word.self
  ) throws(CareJSONError) -> Word {
    try required(name, wordOrNil(name))
  }

  /// A district's number, 0 or more; 0 (unassigned) when it is not there.
  package func district(_ name: String) throws(CareJSONError) -> DistrictID {
    DistrictID(try intOrNil(name, in: 0...Int(DistrictID.max)) ?? 0)
  }

  /// A list of districts' numbers; empty when it is not there.
  package func districts(_ name: String) throws(CareJSONError) -> [DistrictID] {
    var districts: [DistrictID] = []
    for (value, path) in try elements(name) {
      guard let number = value.int else { throw CareJSONError(field: path, .wrongType) }
      guard let district = DistrictID(exactly: number), district >= 0 else {
        throw CareJSONError(field: path, .outOfRange)
      }
      districts.append(district)
    }
    return districts
  }

  /// A list of words; empty when it is not there.
  package func words<Word: RawRepresentable<String>>(
    _ name: String, _: Word.Type = Word.self
  ) throws(CareJSONError) -> [Word] {
    var words: [Word] = []
    for (value, path) in try elements(name) {
      guard let text = value.string else { throw CareJSONError(field: path, .wrongType) }
      guard let word = Word(rawValue: text) else { throw CareJSONError(field: path, .unknownWord) }
      words.append(word)
    }
    return words
  }

  /// The row's own id: from the address, from the body, or both when they agree.
  package func ownID<Entity>(_ given: Identifier<Entity>?) throws(CareJSONError) -> Identifier<Entity> {
    let told: Identifier<Entity>? = try idOrNil("id")
    if let given, let told, given != told { throw error("id", .otherID) }
    return try required("id", given ?? told)
  }

  /// The row's own name (a serial, a code): from the address, from the body, or both when they agree.
  package func ownName(_ field: String, _ given: String?) throws(CareJSONError) -> String {
    let told = try textOrNil(field, maximumBytes: 128)
    if let given, let told, given != told { throw error(field, .otherID) }
    return try required(field, given ?? told)
  }

  /// The value, or the error that the field is missing.
  func required<Value>(_ name: String, _ value: Value?) throws(CareJSONError) -> Value {
    guard let value else { throw error(name, .missing) }
    return value
  }
}
