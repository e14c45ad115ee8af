import JSONText

/// The way to values inside a message: names with dots between, `[index]`, `[*]`; a root of `$item` (which may be
/// left out), `$body` or `$payload`. A name with other characters stands in double quotes.
package struct MappingPath: Sendable, Equatable {
  enum Root: String { case item, body, payload }

  enum Step: Equatable {
    case name(String)
    case index(Int)
    case all
  }

  let root: Root
  let steps: [Step]

  /// Reads a path.
  package init(_ text: String) throws(MappingPathError) {
    var parser = MappingPathParser(text)
    (root, steps) = try parser.parse()
  }

  /// A column of a table under its name, whatever characters that has.
  init(column: String) {
    root = .item
    steps = [.name(column)]
  }

  /// The values that the path finds, in order, at most ``MappedLimits/maximumPathResults``.
  func values(in scope: MappingScope) -> [JSONValue] {
    let start: JSONValue? =
      switch root {
      case .item: scope.item
      case .body: scope.body
      case .payload: scope.payload
      }
    guard let start else { return [] }
    var found = [start]
    for step in steps {
      found = Array(found.lazy.flatMap { values(of: step, in: $0) }.prefix(MappedLimits.maximumPathResults))
    }
    return found
  }

  private func values(of step: Step, in value: JSONValue) -> [JSONValue] {
    switch step {
    case .name(let name): return value[name].map { [$0] } ?? []
    case .index(let index):
      guard let elements = value.array, elements.indices.contains(index) else { return [] }
      return [elements[index]]
    case .all: return value.array ?? []
    }
  }
}

/// Where the paths of one item begin.
struct MappingScope {
  /// The item or row.
  var item: JSONValue
  /// The whole body of a push.
  var body: JSONValue?
  /// What a payload decoder found.
  var payload: JSONValue?
}

/// Why a text is no path.
package struct MappingPathError: Error, Sendable, Equatable {
  /// What is wrong.
  package enum Problem: String, Sendable, CaseIterable {
    /// A root other than `$item`, `$body`, `$payload`.
    case unknownRoot
    /// No name where one must stand.
    case emptyName
    /// Brackets with something else than an index or `*`, or an index that is too high.
    case badIndex
    /// A character that cannot stand there.
    case unexpectedCharacter
    /// The text stops within quotes or brackets.
    case unfinished
    /// More than ``MappedLimits/maximumPathSteps`` steps or ``MappedLimits/maximumTextBytes`` bytes.
    case tooLong
  }

  /// What is wrong.
  package let problem: Problem
  /// Where, in Unicode scalars from 0.
  package let offset: Int

  /// An error.
  package init(problem: Problem, offset: Int) {
    self.problem = problem
    self.offset = offset
  }
}

/// Reads one path from left to right.
private struct MappingPathParser {
  private let scalars: [Unicode.Scalar]
  private let isTooLong: Bool
  private var position = 0

  init(_ text: String) {
    isTooLong = text.utf8.count > MappedLimits.maximumTextBytes
    scalars = isTooLong ? [] : Array(text.unicodeScalars)
  }

  mutating func parse() throws(MappingPathError) -> (MappingPath.Root, [MappingPath.Step]) {
    guard !isTooLong else { throw error(.tooLong) }
    var root = MappingPath.Root.item
    var steps: [MappingPath.Step] = []
    if current == "$" {
      root = try takeRoot()
    } else if current != "[" {
      steps.append(.name(try takeName()))
    }
    while let scalar = current {
      guard steps.count < MappedLimits.maximumPathSteps else { throw error(.tooLong) }
      position += 1
      switch scalar {
      case ".": steps.append(.name(try takeName()))
      case "[": steps.append(try takeBrackets())
      default:
        position -= 1
        throw error(.unexpectedCharacter)
      }
    }
    return (root, steps)
  }

  private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private func error(_ problem: MappingPathError.Problem) -> MappingPathError {
    MappingPathError(problem: problem, offset: position)
  }

  private mutating func takeRoot() throws(MappingPathError) -> MappingPath.Root {
    position += 1
    guard let root = MappingPath.Root(rawValue: takePlain()) else { throw error(.unknownRoot) }
    return root
  }

  private mutating func takePlain() -> String {
    var name = String.UnicodeScalarView()
    while let scalar = current, !".[]\"".unicodeScalars.contains(scalar) {
      name.append(scalar)
      position += 1
    }
    return String(name)
  }

  private mutating func takeName() throws(MappingPathError) -> String {
    let name = current == "\"" ? try takeQuoted() : takePlain()
    guard !name.isEmpty else { throw error(.emptyName) }
    return name
  }

  /// A quote within quotes is written twice.
  private mutating func takeQuoted() throws(MappingPathError) -> String {
    var name = String.UnicodeScalarView()
    position += 1
    while let scalar = current {
      position += 1
      if scalar == "\"" {
        guard current == "\"" else { return String(name) }
        position += 1
      }
      name.append(scalar)
    }
    throw error(.unfinished)
  }

  private mutating func takeBrackets() throws(MappingPathError) -> MappingPath.Step {
    let inner = takePlain()
    guard let scalar = current else { throw error(.unfinished) }
    guard scalar == "]" else { throw error(.unexpectedCharacter) }
    if inner == "*" {
      position += 1
      return .all
    }
    guard inner.utf8.count <= 4, !inner.isEmpty, inner.utf8.allSatisfy(isDigit), let index = Int(inner) else {
      throw error(.badIndex)
    }
    position += 1
    return .index(index)
  }
}
