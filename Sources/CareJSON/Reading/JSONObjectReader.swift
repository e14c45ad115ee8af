import CareModel
import JSONText

/// Reads the members of one JSON object; every error names the field. `null` counts as not there.
package struct JSONObjectReader: Sendable {
  /// Longest text of a field unless said otherwise, in bytes.
  package static let maximumTextBytes = 1024
  /// Most elements of a list unless said otherwise.
  package static let maximumElements = 256

  private let value: JSONField
  private let path: String

  /// A reader of `value`, which must be an object; `path` is put before the names in errors.
  package init(_ value: JSONValue, path: String = "") throws(CareJSONError) {
    try self.init(.tree(value), path: path)
  }

  /// A reader of `field`, which must be an object; `path` is put before the names in errors.
  package init(_ field: JSONField, path: String = "") throws(CareJSONError) {
    guard field.isObject else { throw CareJSONError(field: path, .wrongType) }
    value = field
    self.path = path
  }

  /// An error about a field of this object.
  package func error(_ name: String, _ problem: CareJSONError.Problem) -> CareJSONError {
    CareJSONError(field: path.isEmpty ? name : path + "." + name, problem)
  }

  /// The field's value, when it is there and not `null`.
  package func valueOrNil(_ name: String) -> JSONField? {
    guard let member = value[name], !member.isNull else { return nil }
    return member
  }

  /// A text of 1 to `maximumBytes` bytes without U+0000; nil when it is not there.
  package func textOrNil(
    _ name: String, maximumBytes: Int = maximumTextBytes
  ) throws(CareJSONError) -> String? {
    guard let member = valueOrNil(name) else { return nil }
    guard let text = member.string else { throw error(name, .wrongType) }
    guard (1...maximumBytes).contains(text.utf8.count) else { throw error(name, .length) }
    guard !text.utf8.contains(0) else { throw error(name, .notText) }
    return text
  }

  /// A whole number in a range; nil when it is not there.
  package func intOrNil(_ name: String, in range: ClosedRange<Int>) throws(CareJSONError) -> Int? {
    guard let member = valueOrNil(name) else { return nil }
    guard let number = member.int else { throw error(name, .wrongType) }
    guard let number = Int(exactly: number), range.contains(number) else { throw error(name, .outOfRange) }
    return number
  }

  /// A number; nil when it is not there.
  package func doubleOrNil(_ name: String) throws(CareJSONError) -> Double? {
    guard let member = valueOrNil(name) else { return nil }
    guard let number = member.double else { throw error(name, .wrongType) }
    return number
  }

  /// A truth value; nil when it is not there.
  package func boolOrNil(_ name: String) throws(CareJSONError) -> Bool? {
    guard let member = valueOrNil(name) else { return nil }
    guard let flag = member.bool else { throw error(name, .wrongType) }
    return flag
  }

  /// An id; nil when it is not there.
  package func idOrNil<Entity>(
    _ name: String, _: Entity.Type = Entity.self
  ) throws(CareJSONError) -> Identifier<Entity>? {
    guard let member = valueOrNil(name) else { return nil }
    guard let id: Identifier<Entity> = member.id() else { throw error(name, .notAnID) }
    return id
  }

  /// A moment; nil when it is not there. A whole number is microseconds since 1970, and only outside years 1-9999.
  package func timeOrNil(_ name: String) throws(CareJSONError) -> Timestamp? {
    guard let member = valueOrNil(name) else { return nil }
    if let time = member.time { return time }
    guard let microseconds = member.int, !member.isFraction, !Timestamp.writable.contains(microseconds) else {
      throw error(name, .notATime)
    }
    return Timestamp(microseconds: microseconds)
  }

  /// A word of the domain; nil when it is not there.
  package func wordOrNil<Word: RawRepresentable<String>>(
    _ name: String, _: Word.Type = Word.self
  ) throws(CareJSONError) -> Word? {
    guard let member = valueOrNil(name) else { return nil }
    guard let text = member.string else { throw error(name, .wrongType) }
    guard let word = Word(rawValue: text) else { throw error(name, .unknownWord) }
    return word
  }

  /// An object; nil when it is not there.
  package func objectOrNil(_ name: String) throws(CareJSONError) -> JSONObjectReader? {
    guard let member = valueOrNil(name) else { return nil }
    return try JSONObjectReader(member, path: pathInside(name))
  }

  /// The elements of a list with the path of each; empty when it is not there.
  package func elements(
    _ name: String, maximumCount: Int = maximumElements
  ) throws(CareJSONError) -> [(value: JSONField, path: String)] {
    guard let member = valueOrNil(name) else { return [] }
    guard let list = member.elements else { throw error(name, .wrongType) }
    guard list.count <= maximumCount else { throw error(name, .tooMany) }
    let field = pathInside(name)
    if case .view = member { return list.map { ($0, field) } }
    return list.enumerated().map { ($0.element, "\(field)[\($0.offset)]") }
  }

  /// The path of what is in a field; none in a stored record, for making paths takes as long as reading.
  private func pathInside(_ name: String) -> String {
    if case .view = value { return "" }
    return error(name, .wrongType).field
  }
}
