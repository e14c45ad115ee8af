import CareModel
import JSONText

/// A value of an object that is read: of a tree, or of a scanned document whose values are made when asked for.
package enum JSONField: Sendable {
  /// From outside: read whole, and checked before anything is looked at.
  case tree(JSONValue)
  /// From the database: a record that this program wrote.
  case view(JSONView)

  /// The member `name`; nil when this is no object or has none.
  subscript(name: String) -> JSONField? {
    switch self {
    case .tree(let value): value[name].map { .tree($0) }
    case .view(let view): view[name].map { .view($0) }
    }
  }

  var isObject: Bool {
    switch self {
    case .tree(let value): value.object != nil
    case .view(let view): view.isObject
    }
  }

  var isNull: Bool {
    switch self {
    case .tree(let value): value.isNull
    case .view(let view): view.isNull
    }
  }

  /// The text, when this is a text.
  package var string: String? {
    switch self {
    case .tree(let value): value.string
    case .view(let view): view.string
    }
  }

  /// The whole number, when this is one.
  package var int: Int64? {
    switch self {
    case .tree(let value): value.int
    case .view(let view): view.int
    }
  }

  var double: Double? {
    switch self {
    case .tree(let value): value.double
    case .view(let view): view.double
    }
  }

  var bool: Bool? {
    switch self {
    case .tree(let value): value.bool
    case .view(let view): view.bool
    }
  }

  var elements: [JSONField]? {
    switch self {
    case .tree(let value): value.array?.map { .tree($0) }
    case .view(let view): view.elements?.map { .view($0) }
    }
  }

  /// Whether a number was written with a fraction or an exponent.
  var isFraction: Bool {
    if case .tree(.double) = self { true } else { false }
  }

  /// The id that the text is.
  func id<Entity>() -> Identifier<Entity>? {
    if case .view(let view) = self, let id = view.withPlainText({ Identifier<Entity>(utf8: $0) }) { return id }
    return string.flatMap { Identifier($0) }
  }

  /// The moment that the text is (RFC 3339).
  var time: Timestamp? {
    if case .view(let view) = self, let time = view.withPlainText({ Timestamp(jsonUTF8: $0) }) ?? nil { return time }
    return string.flatMap { Timestamp(rfc3339: $0) }
  }
}
