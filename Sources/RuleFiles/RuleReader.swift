import AlertRules
import CareModel

/// Reads values out of a tree; what is wrong is collected with its place, and reading goes on.
struct RuleReader: Sendable {
  let file: String
  private(set) var problems: [RuleFileProblem] = []
  /// Where each path of the set was read from.
  private(set) var nodes: [String: TextNode] = [:]

  init(file: String) { self.file = file }

  /// A table whose keys were checked.
  struct Table {
    let path: String
    let place: TextNode.Place
    fileprivate let entries: [String: TextNode]

    /// The value of a key, or nil.
    subscript(_ key: String) -> TextNode? { entries[key] }
    /// The path of a key.
    func path(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
  }

  // MARK: shapes

  /// A table with no other keys than `required` and `optional`; nil when it is none.
  mutating func table(_ node: TextNode, _ path: String, required: [String], optional: [String] = []) -> Table? {
    nodes[path] = node
    guard case .table(let entries) = node.content else {
      report(node.place, "a table of keys is expected here, not \(node.word).")
      return nil
    }
    let allowed = required + optional
    var known: [String: TextNode] = [:]
    for entry in entries {
      if allowed.contains(entry.key) {
        known[entry.key] = entry.value
      } else {
        report(entry.keyPlace, unknownKey(entry.key, allowed))
      }
    }
    let table = Table(path: path, place: node.place, entries: known)
    for key in required where known[key] == nil {
      report(node.place, "the key '\(key)' is missing: add it.")
    }
    return table
  }

  /// The entries of a table whose keys are names of the writer's own; nil when it is none.
  mutating func entries(_ node: TextNode, _ path: String) -> [TextNode.Entry]? {
    nodes[path] = node
    guard case .table(let entries) = node.content else {
      report(node.place, "a table of names is expected here, not \(node.word).")
      return nil
    }
    return entries
  }

  /// The elements of a list; nil when it is none.
  mutating func list(_ node: TextNode, _ path: String) -> [TextNode]? {
    nodes[path] = node
    guard case .list(let elements) = node.content else {
      report(node.place, "a list is expected here, not \(node.word): begin each entry with '- '.")
      return nil
    }
    return elements
  }

  private func unknownKey(_ key: String, _ allowed: [String]) -> String {
    "the key '\(key)' is not known here: use \(allowed.joined(separator: ", "))."
  }

  // MARK: values

  /// A text that is not empty.
  mutating func text(_ node: TextNode?, _ path: String) -> String? {
    guard let node else { return nil }
    nodes[path] = node
    guard case .text(let text, let style) = node.content else {
      report(node.place, "a text is expected here, not \(node.word).")
      return nil
    }
    guard !text.isEmpty || style == .quoted else {
      report(node.place, "the value is empty: write one, or remove the key.")
      return nil
    }
    return text
  }

  /// A whole number.
  mutating func integer(_ node: TextNode?, _ path: String) -> Int? {
    guard let node, let text = text(node, path) else { return nil }
    guard let number = Int(text) else {
      report(node.place, "'\(shown(text))' is not a whole number.")
      return nil
    }
    return number
  }

  /// A number.
  mutating func number(_ node: TextNode?, _ path: String) -> Double? {
    guard let node, let text = text(node, path) else { return nil }
    guard let number = Double(text), number.isFinite else {
      report(node.place, "'\(shown(text))' is not a number.")
      return nil
    }
    return number
  }

  /// `true` or `false`.
  mutating func flag(_ node: TextNode?, _ path: String) -> Bool? {
    guard let node, let text = text(node, path) else { return nil }
    guard let flag = Bool(text) else {
      report(node.place, "'\(shown(text))' is neither true nor false.")
      return nil
    }
    return flag
  }

  /// `90s`, `10m` or `12h`.
  mutating func span(_ node: TextNode?, _ path: String) -> TimeSpan? {
    guard let node, let text = text(node, path) else { return nil }
    guard let span = SpanText.span(text) else {
      report(node.place, "'\(shown(text))' is not a time: write 90s, 10m or 12h.")
      return nil
    }
    return span
  }

  /// One word of a list of words.
  mutating func word<Word: CaseIterable & RawRepresentable>(
    _ node: TextNode?, _ path: String, _: Word.Type = Word.self
  ) -> Word? where Word.RawValue == String {
    guard let node, let text = text(node, path) else { return nil }
    guard let word = Word(rawValue: text) else {
      report(node.place, "'\(shown(text))' is not known here: use \(Self.words(of: Word.self)).")
      return nil
    }
    return word
  }

  private static func words<Word: CaseIterable & RawRepresentable>(of _: Word.Type) -> String
  where Word.RawValue == String {
    Word.allCases.map(\.rawValue).joined(separator: ", ")
  }

  /// At most 40 characters of what was written.
  func shown(_ text: String) -> String { text.count <= 40 ? text : String(text.prefix(40)) + "…" }

  // MARK: problems

  mutating func report(_ place: TextNode.Place, _ message: String) {
    guard problems.count < RuleLimits.problems else { return }
    problems.append(RuleFileProblem(file: file, line: place.line, column: place.column, message: message))
  }

  mutating func report(path: String, _ message: String) {
    report(place(of: path), message)
  }

  /// Where a path was read from; for what is missing, the nearest thing around it.
  func place(of path: String) -> TextNode.Place {
    nearest(path)?.place ?? .init(line: 1, column: 1)
  }

  private func nearest(_ path: String) -> TextNode? {
    var path = path[...]
    while true {
      if let node = nodes[String(path)] { return node }
      guard let end = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { return nodes[""] }
      path = path[..<end]
    }
  }
}
