import Foundation
import JSONText
import Mapped
import Yams

/// YAML as the tree that mappings are read from, as a shell makes it.
enum YAMLTree {
  /// What becomes of plain scalars.
  enum Scalars: CaseIterable {
    /// Numbers and truth values as such.
    case typed
    /// All as text.
    case text
  }

  struct NotPlain: Error {}

  static func document(_ yaml: String, _ scalars: Scalars) throws -> JSONValue {
    let resolver: Resolver = scalars == .typed ? .default : .basic
    guard let node = try Yams.compose(yaml: yaml, resolver) else { throw NotPlain() }
    return try value(node, scalars)
  }

  private static func value(_ node: Node, _ scalars: Scalars) throws -> JSONValue {
    switch node {
    case .scalar(let scalar):
      if scalars == .typed, scalar.style == .plain {
        if let number = node.int { return .int(Int64(number)) }
        if let flag = node.bool { return .bool(flag) }
        if let number = node.float { return .double(number) }
        if node.null != nil { return .null }
      }
      return .string(scalar.string)
    case .sequence(let elements): return .array(try elements.map { try value($0, scalars) })
    case .mapping(let entries):
      return .object(
        try entries.map { key, entry in
          guard let name = key.scalar?.string else { throw NotPlain() }
          return JSONMember(key: name, value: try value(entry, scalars))
        })
    case .alias: throw NotPlain()
    }
  }
}

/// A mapping file that ships with the product.
enum ShippedMapping {
  static let names = ["admissions-csv-example", "ctwing", "onenet", "sos-button-example"]

  static func text(_ name: String) throws -> String {
    let folder = try Folders.package().appendingPathComponent("deploy/mappings")
    return try String(contentsOf: folder.appendingPathComponent(name + ".yaml"), encoding: .utf8)
  }

  static func document(_ name: String, _ scalars: YAMLTree.Scalars = .text) throws -> MappingDocument {
    try MappingDocument(try YAMLTree.document(try text(name), scalars))
  }

  /// A push mapping, ready to read what comes with the token `tok-1`.
  static func push(_ name: String) throws -> MappedPush {
    guard case .push(let mapping) = try document(name) else { throw YAMLTree.NotPlain() }
    return MappedPush(mapping: mapping, secrets: [Array("tok-1".utf8)])
  }

  /// A push mapping whose authentication is replaced: what comes over loopback counts.
  static func pushOverLoopback(_ name: String) throws -> PushMapping {
    let document = try YAMLTree.document(try text(name), .text)
    let members = (document.object ?? []).map { member in
      member.key == "authentication"
        ? JSONMember(key: member.key, value: .object([JSONMember(key: "kind", value: .string("loopback"))])) : member
    }
    return try PushMapping(.object(members))
  }
}
