/// One JSON value (RFC 8259) as read or to be written.
///
/// Equality is structural: `1` and `1.0` differ, and so do objects with the same members in another order.
package enum JSONValue: Sendable, Equatable {
  /// The word `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number without fraction and exponent that fits 64 bits.
  case int(Int64)
  /// Any other number; always finite.
  case double(Double)
  /// A text; may contain U+0000, which PostgreSQL's `text` does not take.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// An object with its members as they came; a name that came twice is here twice.
  case object([JSONMember])

  /// The value of the member `key`; nil when this is no object or has no such member.
  ///
  /// Names are compared byte for byte. Of several members with one name the last counts (RFC 8259 section 4 leaves it
  /// open); refusing them would throw away an alarm for an oddity.
  package subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.key.utf8.elementsEqual(key.utf8) }?.value
  }

  /// The text, when this is a text.
  package var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The truth value, when this is one.
  package var bool: Bool? {
    if case .bool(let flag) = self { flag } else { nil }
  }

  /// The whole number, also when it was written with a fraction of zero (`80.0`); nil outside 64 bits.
  package var int: Int64? {
    switch self {
    case .int(let number): number
    case .double(let number): wholeNumber(number)
    case .null, .bool, .string, .array, .object: nil
    }
  }

  /// The number; integers beyond 2^53 are rounded.
  package var double: Double? {
    switch self {
    case .int(let number): Double(number)
    case .double(let number): number
    case .null, .bool, .string, .array, .object: nil
    }
  }

  /// The elements, when this is an array.
  package var array: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The members, when this is an object.
  package var object: [JSONMember]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// Whether this is `null`.
  package var isNull: Bool { self == .null }
}

/// One member of an object.
package struct JSONMember: Sendable, Equatable {
  /// The name.
  package var key: String
  /// The value.
  package var value: JSONValue

  /// A member.
  package init(key: String, value: JSONValue) {
    self.key = key
    self.value = value
  }
}

/// `Int64(exactly:)` without the C mathematics library, which a program without Foundation does not link.
private func wholeNumber(_ number: Double) -> Int64? {
  guard number >= -0x1p63, number < 0x1p63 else { return nil }
  let whole = Int64(number)
  return Double(whole) == number ? whole : nil
}
