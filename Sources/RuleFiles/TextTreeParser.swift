import Yams

/// Parses YAML into a tree within bounds. Anchors and aliases are refused, so nothing in a file expands.
struct TextTreeParser {
  /// Deepest nesting; a rule set needs about 24, the deepest routes included.
  static let maximumDepth = 48
  /// Most scalars, lists and tables of a file.
  static let maximumNodes = 100_000
  /// Most places that look like an anchor or alias to a scan of the raw text. Comments and quoted text count, so a few
  /// are let through to the exact check; more could expand without end inside the parser.
  static let maximumAliasLike = 8

  private let file: String
  private var nodes = 0

  init(file: String) { self.file = file }

  mutating func parse(_ text: String) throws(RuleFileProblem) -> TextNode {
    try refuseAliases(text)
    // The parser holds the anchors that nodes refer to weakly: it must live until the tree is converted.
    let parser: Parser
    let root: Node?
    do {
      parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
      root = try parser.singleRoot()
    } catch {
      throw problem(of: error, in: text)
    }
    guard let root else { throw problem("the file is empty: it must hold a rule set.", .init(line: 1, column: 1)) }
    return try withExtendedLifetime(parser) { () throws(RuleFileProblem) in try convert(root, depth: 1) }
  }

  private mutating func convert(_ node: Node, depth: Int) throws(RuleFileProblem) -> TextNode {
    let place = Self.place(node)
    nodes += 1
    guard nodes <= Self.maximumNodes else {
      throw problem("the file has more than \(Self.maximumNodes) entries: split it.", place)
    }
    guard depth <= Self.maximumDepth else {
      throw problem("entries are nested more than \(Self.maximumDepth) deep: flatten them.", place)
    }
    guard node.anchor == nil else { throw problem(Self.aliasMessage, place) }
    switch node {
    case .scalar(let scalar):
      return TextNode(place: place, content: .text(scalar.string, Self.style(scalar.style)))
    case .sequence(let sequence):
      var elements: [TextNode] = []
      for element in sequence { elements.append(try convert(element, depth: depth + 1)) }
      return TextNode(place: place, content: .list(elements))
    case .mapping(let mapping):
      var entries: [TextNode.Entry] = []
      for (key, value) in mapping {
        guard let name = key.scalar, key.anchor == nil else {
          throw problem("a key must be a plain word.", Self.place(key))
        }
        entries.append(
          .init(key: name.string, keyPlace: Self.place(key), value: try convert(value, depth: depth + 1)))
      }
      return TextNode(place: place, content: .table(entries))
    case .alias:
      throw problem(Self.aliasMessage, place)
    }
  }

  // MARK: anchors and aliases

  private static let aliasMessage =
    "anchors (&) and aliases (*) are not allowed: write the value out. In an expression, put a space after & and *."

  private func refuseAliases(_ text: String) throws(RuleFileProblem) {
    var (line, column, found) = (1, 0, 0)
    var before = UInt8(ascii: " ")
    var isMark = false
    for byte in text.utf8 {
      if isMark, Self.isNameByte(byte) {
        found += 1
        if found > Self.maximumAliasLike { throw problem(Self.aliasMessage, .init(line: line, column: column)) }
      }
      if byte & 0xC0 != 0x80 { column += 1 }
      let isSign = byte == UInt8(ascii: "*") || byte == UInt8(ascii: "&")
      isMark = isSign && " \t\r\n[]{},:?-!".utf8.contains(before)
      before = byte
      if byte == UInt8(ascii: "\n") { (line, column) = (line + 1, 0) }
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  // MARK: places and errors

  private static func place(_ node: Node) -> TextNode.Place {
    node.mark.map { .init(line: $0.line, column: $0.column) } ?? .init(line: 1, column: 1)
  }

  private static func style(_ style: Node.Scalar.Style) -> TextNode.Style {
    switch style {
    case .any, .plain: .plain
    case .singleQuoted, .doubleQuoted: .quoted
    case .literal: .literal
    case .folded: .folded
    }
  }

  private func problem(_ message: String, _ place: TextNode.Place) -> RuleFileProblem {
    RuleFileProblem(file: file, line: place.line, column: place.column, message: message)
  }

  private func problem(of error: any Error, in text: String) -> RuleFileProblem {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      let advice = "not YAML (\(problem)): check indentation, colons and quotes here."
      return self.problem(advice, .init(line: mark.line, column: mark.column))
    case .duplicatedKeysInMapping(let keys, let context):
      return problem(
        "the key '\(keys.first ?? "")' is there twice: remove one.",
        .init(line: context.mark.line, column: context.mark.column))
    case .reader(_, let offset, _, _):
      return problem("a character that YAML does not allow: remove it.", Self.place(of: offset ?? 0, in: text))
    default:
      return problem("the file cannot be read as YAML.", .init(line: 1, column: 1))
    }
  }

  private static func place(of offset: Int, in text: String) -> TextNode.Place {
    var place = TextNode.Place(line: 1, column: 1)
    for character in text.prefix(offset) {
      if character.isNewline {
        place = .init(line: place.line + 1, column: 1)
      } else {
        place.column += character.unicodeScalars.count
      }
    }
    return place
  }
}
