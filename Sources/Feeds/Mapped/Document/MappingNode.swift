import JSONText

/// A value of a mapping file with its place, read strictly: what is not understood is an error, never ignored.
struct MappingNode {
  let value: JSONValue
  let path: String

  init(_ value: JSONValue, path: String = "") {
    self.value = value
    self.path = path
  }

  func error(_ problem: String) -> MappingError { MappingError(path: path, problem: problem) }

  // MARK: scalars

  /// A text; a number or truth value that YAML read as such counts as it is written.
  func text(
    maximumBytes: Int = MappedLimits.maximumTextBytes, mayBeEmpty: Bool = false
  ) throws(MappingError) -> String {
    let found: String? = if case .string(let text) = value { text } else { scalarText(value) }
    guard let found else { throw error("must be a text.") }
    guard found.utf8.count <= maximumBytes else { throw error("is longer than \(maximumBytes) bytes.") }
    guard !found.utf8.contains(0) else { throw error("must not hold U+0000.") }
    guard mayBeEmpty || !found.isEmpty else { throw error("must not be empty.") }
    return found
  }

  /// A whole number within a range.
  func number(in range: ClosedRange<Int>) throws(MappingError) -> Int {
    let found = value.int ?? value.string.flatMap { Int64($0) }
    guard let number = found.flatMap({ Int(exactly: $0) }), range.contains(number) else {
      throw error("must be a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }

  /// Any finite number.
  func real() throws(MappingError) -> Double {
    guard let number = scalarNumber(value) else { throw error("must be a number.") }
    return number
  }

  /// `true` or `false`.
  func flag() throws(MappingError) -> Bool {
    switch scalarText(value) {
    case "true": return true
    case "false": return false
    default: throw error("must be true or false.")
    }
  }

  /// One word of a closed set.
  func word<Word: RawRepresentable & CaseIterable>(
    _: Word.Type = Word.self
  ) throws(MappingError) -> Word where Word.RawValue == String {
    guard let word = Word(rawValue: try text()) else {
      throw error("must be one of " + Word.allCases.map(\.rawValue).joined(separator: ", ") + ".")
    }
    return word
  }

  // MARK: lists and tables

  var isTable: Bool { value.object != nil }
  var isList: Bool { value.array != nil }

  /// The elements of a list.
  func list(maximum: Int) throws(MappingError) -> [MappingNode] {
    guard let elements = value.array else { throw error("must be a list.") }
    guard elements.count <= maximum else { throw error("has more than \(maximum) entries.") }
    return elements.enumerated().map { MappingNode($0.element, path: "\(path)[\($0.offset)]") }
  }

  /// One value, or a list of them; never none.
  func oneOrMore(maximum: Int) throws(MappingError) -> [MappingNode] {
    guard isList else { return [self] }
    let elements = try list(maximum: maximum)
    guard !elements.isEmpty else { throw error("must not be empty.") }
    return elements
  }

  /// The members of a table whose names are the file's own choice.
  func entries(maximum: Int) throws(MappingError) -> [(name: String, node: MappingNode)] {
    guard let members = value.object else { throw error("must be a table of keys.") }
    guard members.count <= maximum else { throw error("has more than \(maximum) entries.") }
    var names: Set<String> = []
    var found: [(name: String, node: MappingNode)] = []
    for member in members {
      let node = MappingNode(member.value, path: path.isEmpty ? member.key : path + "." + member.key)
      guard member.key.utf8.count <= MappedLimits.maximumTextBytes else { throw error("has a name that is too long.") }
      guard names.insert(member.key).inserted else { throw node.error("is there twice.") }
      found.append((member.key, node))
    }
    return found
  }

  /// The members of a table that may have these keys and no others.
  func table(_ keys: [String]) throws(MappingError) -> MappingTable {
    var members: [String: MappingNode] = [:]
    for (name, node) in try entries(maximum: MappedLimits.maximumTableEntries) {
      guard keys.contains(name) else { throw node.error("no such key here; allowed: " + keys.joined(separator: ", ")) }
      if !node.value.isNull { members[name] = node }
    }
    return MappingTable(node: self, members: members)
  }
}

/// A table of a mapping file with known keys. A key whose value is `null` counts as left out.
struct MappingTable {
  let node: MappingNode
  fileprivate let members: [String: MappingNode]

  subscript(key: String) -> MappingNode? { members[key] }

  /// A member that must be there.
  func required(_ key: String) throws(MappingError) -> MappingNode {
    guard let member = members[key] else {
      throw MappingError(path: node.path.isEmpty ? key : node.path + "." + key, problem: "is missing.")
    }
    return member
  }
}
