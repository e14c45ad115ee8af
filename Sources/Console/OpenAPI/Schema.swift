import JSONText

/// The part of JSON Schema 2020-12 that the API's document needs.
indirect enum Schema: Sendable {
  case string
  case text(maximumBytes: Int)
  case id
  case time
  case integer(ClosedRange<Int>?)
  case number
  case boolean
  case word([String])
  case array(Schema)
  case object([Property])
  case either([Schema])
  case reference(String)
  case anything

  /// A member of an object, or a parameter of a query.
  struct Property: Sendable {
    var name: String
    var schema: Schema
    var isRequired: Bool

    init(_ name: String, _ schema: Schema, isRequired: Bool = false) {
      self.name = name
      self.schema = schema
      self.isRequired = isRequired
    }

    static let limit = Property("limit", .integer(1...APIRequest.maximumPageRows))
    static let cursor = Property("cursor", .string)
  }

  /// The words of an enumeration of the domain.
  static func words<Word: CaseIterable & RawRepresentable<String>>(_: Word.Type) -> Schema {
    .word(Word.allCases.map(\.rawValue))
  }

  /// A page of things.
  static func page(of name: String) -> Schema {
    .object([.init("items", .array(.reference(name)), isRequired: true), .init("next", .string)])
  }

  /// Writes it as JSON.
  func write(to writer: inout JSONWriter) {
    writer.object { object in
      switch self {
      case .string: object.member("type", "string")
      case .text(let maximumBytes):
        object.member("type", "string")
        object.member("maxLength", maximumBytes)
      case .id: Self.writeText("uuid", to: &object)
      case .time: Self.writeText("date-time", to: &object)
      case .integer(let range):
        object.member("type", "integer")
        object.member("minimum", range?.lowerBound)
        object.member("maximum", range?.upperBound)
      case .number: object.member("type", "number")
      case .boolean: object.member("type", "boolean")
      case .word(let words):
        object.member("type", "string")
        object.arrayMember("enum") { array in words.forEach { array.value($0) } }
      case .array(let element):
        object.member("type", "array")
        object.key("items")
        element.write(to: &object)
      case .object(let properties): Self.write(properties, to: &object)
      case .either(let schemas):
        object.arrayMember("anyOf") { array in schemas.forEach { $0.write(to: &array) } }
      case .reference(let name): object.member("$ref", "#/components/schemas/" + name)
      case .anything: break
      }
    }
  }

  private static func writeText(_ format: String, to object: inout JSONWriter) {
    object.member("type", "string")
    object.member("format", format)
  }

  private static func write(_ properties: [Property], to object: inout JSONWriter) {
    object.member("type", "object")
    object.objectMember("properties") { members in
      for property in properties {
        members.key(text: property.name)
        property.schema.write(to: &members)
      }
    }
    let required = properties.filter(\.isRequired).map(\.name)
    guard !required.isEmpty else { return }
    object.arrayMember("required") { array in required.forEach { array.value($0) } }
  }
}
