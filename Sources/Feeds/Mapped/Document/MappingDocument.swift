import JSONText

/// One mapping file.
///
/// The shell turns the YAML into a tree of JSON values; plain scalars may come as numbers and truth values or all as
/// text. The grammar is in the README of this folder.
package enum MappingDocument: Sendable, Equatable {
  /// `format: push`.
  case push(PushMapping)
  /// `format: table`.
  case table(TableMapping)

  private enum Format: String, CaseIterable { case push, table }

  /// Reads a whole document; the error names the place in it.
  package init(_ document: JSONValue) throws(MappingError) {
    let node = MappingNode(document)
    guard let format = document["format"], node.isTable else {
      throw MappingError(path: "format", problem: "is missing: push or table.")
    }
    switch try MappingNode(format, path: "format").word(Format.self) {
    case .push: self = .push(try PushMapping(document))
    case .table: self = .table(try TableMapping(document))
    }
  }
}

/// A mapping's name: 1-64 of the characters a-z, 0-9 and `-`; it becomes the sender of its signals.
func mappingName(_ node: MappingNode) throws(MappingError) -> String {
  let name = try node.text(maximumBytes: MappedLimits.maximumNameBytes)
  let isPlain = name.utf8.allSatisfy { isDigit($0) || $0 == UInt8(ascii: "-") || (0x61...0x7A).contains($0) }
  guard isPlain else { throw node.error("may hold only a-z, 0-9 and -.") }
  return name
}
