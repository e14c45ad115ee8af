import Foundation
import Yams

/// Reads a YAML file into values by path (`http.port`, `mllp.0.port`), each with its place.
struct ConfigurationFile {
  /// Largest file.
  static let maximumBytes = 1 << 18
  /// Deepest nesting; the configuration itself needs four.
  static let maximumDepth = 16

  private(set) var values: [String: SettingValue] = [:]
  private(set) var problems: [ConfigurationProblem] = []
  /// Nothing of the file could be read, so nothing can be said about its keys.
  private(set) var isUnreadable = false
  private let name: String

  /// The values of a file; what is wrong with it is in ``problems``.
  init(path: String) {
    name = path
    readFile(path)
  }

  /// The values of a text; `name` stands for the file.
  init(text: String, name: String) {
    self.name = name
    read(text)
  }

  private mutating func readFile(_ path: String) {
    guard let handle = FileHandle(forReadingAtPath: path),
      let bytes = try? handle.read(upToCount: Self.maximumBytes + 1)
    else {
      return report("the file cannot be read: check its name and permissions.")
    }
    guard bytes.count <= Self.maximumBytes else { return report("the file is larger than 256 KiB.") }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return report("the file is not UTF-8: save it as UTF-8.")
    }
    read(text)
  }

  private mutating func read(_ text: String) {
    do {
      // Anchors are held weakly by the nodes: the parser lives until the tree was walked.
      let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
      guard let root = try parser.singleRoot() else { return }
      withExtendedLifetime(parser) { walk(root, path: "", depth: 1) }
    } catch {
      isUnreadable = true
      report(error)
    }
  }

  private mutating func walk(_ node: Node, path: String, depth: Int) {
    guard depth <= Self.maximumDepth else { return report("is nested too deep: flatten it.", path, node) }
    guard node.anchor == nil else { return report("anchors (&) are not allowed: write the value out.", path, node) }
    switch node {
    case .scalar(let scalar):
      guard !path.isEmpty else { return report("the file must hold a table of keys.", path, node) }
      // A key without a value is as good as absent: a commented-out list leaves one behind.
      guard !(scalar.string.isEmpty && scalar.style == .plain) else { return }
      values[path] = SettingValue(text: scalar.string, place: place(node))
    case .sequence(let sequence):
      guard path == SettingKey.listPath else { return report("must not be a list.", path, node) }
      guard sequence.count <= SettingKey.maximumListeners else {
        return report("has more than \(SettingKey.maximumListeners) entries.", path, node)
      }
      for (index, element) in sequence.enumerated() {
        guard element.mapping != nil else {
          report("must be a table of keys.", "\(path).\(index)", element)
          continue
        }
        walk(element, path: "\(path).\(index)", depth: depth + 1)
      }
    case .mapping(let mapping):
      for (key, value) in mapping {
        guard let word = key.string, !word.isEmpty, !word.contains(".") else {
          report("a key must be a plain word.", path, key)
          continue
        }
        let inner = path.isEmpty ? word : "\(path).\(word)"
        guard Self.isKnownPrefix(inner) else {
          report("is not a key of the configuration: see deploy/silverbell.example.yaml.", inner, key)
          continue
        }
        if value.scalar != nil, Self.isTable(inner), !(value.string ?? "").isEmpty {
          report("must be a \(inner == SettingKey.listPath ? "list" : "table of keys").", inner, value)
          continue
        }
        if value.scalar == nil, !Self.isTable(inner) {
          report("must be a single value.", inner, value)
          continue
        }
        walk(value, path: inner, depth: depth + 1)
      }
    case .alias: report("aliases (*) are not allowed: write the value out.", path, node)
    }
  }

  // MARK: keys

  /// Whether a path is a key or the beginning of one.
  private static func isKnownPrefix(_ path: String) -> Bool {
    isKey(path) || isTable(path)
  }

  private static func isKey(_ path: String) -> Bool {
    (SettingKey.single + SettingKey.listener).contains { $0.path == general(path) }
  }

  private static func isTable(_ path: String) -> Bool {
    let prefix = general(path) + "."
    return (SettingKey.single + SettingKey.listener).contains { $0.path.hasPrefix(prefix) }
  }

  /// The path with `*` for numbers.
  private static func general(_ path: String) -> String {
    path.split(separator: ".").map { Int($0) == nil ? String($0) : "*" }.joined(separator: ".")
  }

  // MARK: problems

  private func place(_ node: Node) -> String {
    guard let mark = node.mark else { return name }
    return "\(name):\(mark.line):\(mark.column)"
  }

  private mutating func report(_ message: String) {
    isUnreadable = true
    problems.append(ConfigurationProblem(place: name, key: "", message: message))
  }

  private mutating func report(_ message: String, _ path: String, _ node: Node) {
    problems.append(ConfigurationProblem(place: place(node), key: path, message: message))
  }

  private mutating func report(_ error: any Error) {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      problems.append(
        ConfigurationProblem(
          place: "\(name):\(mark.line):\(mark.column)", key: "",
          message: "not YAML (\(problem)): check indentation, colons and quotes here."))
    case .duplicatedKeysInMapping(let keys, let context):
      problems.append(
        ConfigurationProblem(
          place: "\(name):\(context.mark.line):\(context.mark.column)", key: keys.first.map { "\($0)" } ?? "",
          message: "the key is there twice: remove one."))
    default: report("the file cannot be read as YAML: check it for odd characters.")
    }
  }
}
