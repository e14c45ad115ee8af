import Foundation
import JSONText
import Mapped
import Yams

/// The mapping files of a folder: what platforms push, and the tables that they leave.
struct MappingFiles: Sendable {
  /// Largest file in bytes.
  static let maximumBytes = 1 << 18
  /// Deepest nesting.
  static let maximumDepth = 16
  /// Most files.
  static let maximumFiles = 256

  private(set) var pushes: [String: MappedPush] = [:]
  private(set) var tables: [String: TableMapping] = [:]

  /// No mappings.
  init() {}

  /// Reads every `.yaml` of a folder.
  ///
  /// - Parameter secretsPath: the file with the secrets that pushes come with; nil = none.
  /// - Throws: ``StartProblem/other(_:)`` naming file and place.
  init(folder: String, secretsPath: String?) throws(StartProblem) {
    let lines = try secretsPath.map { path throws(StartProblem) in
      try SecretLines.read(path, key: "mappings.secretsFile", form: "NAME=SECRET") { Array($0.utf8) }
    }
    let secrets = Dictionary(grouping: lines ?? [], by: \.name).mapValues { $0.map(\.secret) }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw .other("mappings.directory: \(folder) cannot be read: check its name and permissions.")
    }
    let files = names.filter { $0.hasSuffix(".yaml") }.sorted()
    guard files.count <= Self.maximumFiles else {
      throw .other("mappings.directory: \(folder) has more than \(Self.maximumFiles) files: keep only those in use.")
    }
    for file in files { try add(folder + "/" + file, secrets) }
  }

  private mutating func add(_ path: String, _ secrets: [String: [[UInt8]]]) throws(StartProblem) {
    let document: MappingDocument
    do {
      document = try MappingDocument(try Self.tree(path))
    } catch let error as MappingError {
      throw .other("\(path): \(error)")
    } catch let error as StartProblem {
      throw error
    } catch {
      throw .other("\(path): the file is not YAML (\(error)): correct it.")
    }
    switch document {
    case .push(let mapping):
      let secrets = Array((secrets[mapping.name] ?? []).prefix(MappedLimits.maximumSecrets))
      pushes[mapping.name] = MappedPush(mapping: mapping, secrets: secrets)
    case .table(let mapping): tables[mapping.name] = mapping
    }
  }

  /// The document as text, lists and tables; anchors are refused, so nothing in it expands.
  private static func tree(_ path: String) throws -> JSONValue {
    guard let handle = FileHandle(forReadingAtPath: path),
      let data = try handle.read(upToCount: maximumBytes + 1), data.count <= maximumBytes,
      let text = String(validating: data, as: UTF8.self)
    else {
      throw StartProblem.other("\(path): the file cannot be read as UTF-8 of at most 256 KiB.")
    }
    let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
    guard let root = try parser.singleRoot() else { throw StartProblem.other("\(path): the file is empty.") }
    return try withExtendedLifetime(parser) { try value(root, path, depth: 1) }
  }

  private static func value(_ node: Node, _ path: String, depth: Int) throws -> JSONValue {
    guard depth <= maximumDepth, node.anchor == nil else {
      throw StartProblem.other("\(path):\(node.mark?.line ?? 1): anchors and deep nesting are not allowed.")
    }
    switch node {
    case .scalar(let scalar): return .string(scalar.string)
    case .sequence(let elements): return .array(try elements.map { try value($0, path, depth: depth + 1) })
    case .mapping(let entries):
      return .object(
        try entries.map { key, entry in
          guard let name = key.scalar?.string else {
            throw StartProblem.other("\(path):\(key.mark?.line ?? 1): a key must be a plain word.")
          }
          return JSONMember(key: name, value: try value(entry, path, depth: depth + 1))
        })
    case .alias: throw StartProblem.other("\(path): aliases are not allowed.")
    }
  }
}
