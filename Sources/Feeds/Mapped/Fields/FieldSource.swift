import JSONText

/// Where one field of a signal comes from.
struct FieldSource: Sendable, Equatable {
  /// Always this text; the paths are not looked at.
  var literal: String?
  /// Tried in turn until one finds something; when ``isJoined``, all of them, with a slash between.
  var paths: [MappingPath] = []
  var isJoined = false
  /// What a text stands for; a text that is not in it is ``otherwise``. Empty: every text stands for itself.
  var table: [String: String] = [:]
  var otherwise: String?
  /// A number is multiplied by this, and then ``plus`` is added.
  var scale = 1.0
  var plus = 0.0

  /// The text of the field; nil when nothing is found.
  func text(in scope: MappingScope, absent: Set<String>) -> String? {
    if let literal { return literal }
    let found = paths.lazy.compactMap { firstScalar(of: $0, in: scope, absent: absent).flatMap(scalarText) }
    if isJoined {
      let text = found.joined(separator: "/")
      return text.isEmpty ? nil : looked(up: text)
    }
    return found.first.flatMap(looked)
  }

  /// The number of the field.
  func number(in scope: MappingScope, absent: Set<String>) -> NumberReading {
    let value: JSONValue?
    if literal != nil || isJoined || !table.isEmpty {
      value = text(in: scope, absent: absent).map { .string($0) }
    } else {
      value = paths.lazy.compactMap { firstScalar(of: $0, in: scope, absent: absent) }.first
    }
    guard let value else { return .absent }
    guard let number = scalarNumber(value).map({ $0 * scale + plus }), number.isFinite else { return .unreadable }
    return .number(number)
  }

  private func looked(up text: String) -> String? { table.isEmpty ? text : table[text] ?? otherwise }
}

/// What a field that should be a number turned out to be.
enum NumberReading: Equatable {
  case absent
  case unreadable
  case number(Double)
}

/// The first scalar that a path finds and that does not count as absent.
func firstScalar(of path: MappingPath, in scope: MappingScope, absent: Set<String>) -> JSONValue? {
  path.values(in: scope).first { value in
    scalarText(value).map { !$0.isEmpty && !absent.contains($0) } ?? false
  }
}
