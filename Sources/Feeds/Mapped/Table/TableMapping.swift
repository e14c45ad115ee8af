import JSONText
import TextCodecs

/// How one table is understood that a platform or hospital hands over again and again; made from a mapping file.
package struct TableMapping: Sendable, Equatable {
  /// Names the table: the sender of its signals.
  package let name: String
  /// Character sets, tried in this order for every row.
  let encodings: [TextCodec]
  /// Between two fields.
  let separator: UInt8
  /// Lines above the header that are skipped.
  let titleRows: Int
  /// The names of the columns where the table has no header.
  let columns: [String]?
  /// Whether a row may end before its last columns, which then are empty.
  let mayBeShort: Bool
  /// How a row becomes signals.
  let row: ItemMapping
  /// Columns that the mapping names and a table should have.
  let mappedColumns: [String]

  private enum Separator: String, CaseIterable { case comma, semicolon, tab }
  private enum Encoding: String, CaseIterable { case utf8, gb18030 }

  /// Reads a mapping file's tree; the error names the place in it.
  package init(_ document: JSONValue) throws(MappingError) {
    let table = try MappingNode(document).table(
      ["format", "name", "encoding", "separator", "titleRows", "columns", "shortRows"] + ItemGrammar.keys)
    name = try mappingName(try table.required("name"))
    encodings = try table["encoding"].map(Self.encodings) ?? [.utf8, .gb18030]
    separator =
      switch try table["separator"].map({ node throws(MappingError) in try node.word(Separator.self) }) ?? .comma {
      case .comma: UInt8(ascii: ",")
      case .semicolon: UInt8(ascii: ";")
      case .tab: 0x09
      }
    titleRows =
      try table["titleRows"].map { node throws(MappingError) in
        try node.number(in: 0...MappedLimits.maximumTitleRows)
      } ?? 0
    columns = try table["columns"].map(Self.columns)
    mayBeShort = try table["shortRows"].map { node throws(MappingError) in try node.flag() } ?? false
    var row = try ItemGrammar(grammar: FieldGrammar(style: .columns)).mapping(table)
    // The same table comes again every hour: without an id of its own a row is what it says.
    let content = IdentitySource(parts: [], hasHash: true)
    row.fields.id = row.fields.id ?? content
    for index in row.rules.indices { row.rules[index].fields.id = row.rules[index].fields.id ?? row.fields.id }
    self.row = row
    mappedColumns = row.columns
  }

  private static func encodings(_ node: MappingNode) throws(MappingError) -> [TextCodec] {
    var found: [TextCodec] = []
    for element in try node.oneOrMore(maximum: Encoding.allCases.count) {
      found.append(try element.word(Encoding.self) == .utf8 ? .utf8 : .gb18030)
    }
    return found
  }

  private static func columns(_ node: MappingNode) throws(MappingError) -> [String] {
    var found: [String] = []
    for element in try node.list(maximum: MappedLimits.maximumColumns) {
      found.append(trimmed(try element.text(mayBeEmpty: true)))
    }
    guard !found.isEmpty else { throw node.error("must not be empty.") }
    return found
  }
}
