import CareModel
import JSONText

/// Reads the parts that push and table mappings share.
struct FieldGrammar {
  /// What a path in the file is.
  enum Style {
    /// A path into JSON.
    case paths
    /// The name of a column; only `$payload…` is a path.
    case columns
  }

  let style: Style

  // MARK: paths and fields

  func path(_ node: MappingNode) throws(MappingError) -> MappingPath {
    try path(try node.text(), node)
  }

  func path(_ text: String, _ node: MappingNode) throws(MappingError) -> MappingPath {
    if style == .columns, !isPayload(text) { return MappingPath(column: trimmed(text)) }
    do throws(MappingPathError) {
      return try MappingPath(text)
    } catch {
      throw node.error("no path: \(error.problem.rawValue) at character \(error.offset + 1).")
    }
  }

  private func isPayload(_ text: String) -> Bool {
    text == "$payload" || text.hasPrefix("$payload.") || text.hasPrefix("$payload[")
  }

  private func paths(_ node: MappingNode) throws(MappingError) -> [MappingPath] {
    var found: [MappingPath] = []
    for element in try node.oneOrMore(maximum: MappedLimits.maximumPaths) { found.append(try path(element)) }
    return found
  }

  /// A path, a list of paths, or a table with one of `path`, `join`, `text` and what to do with what is found.
  func field(_ node: MappingNode) throws(MappingError) -> FieldSource {
    guard node.isTable else { return FieldSource(paths: try paths(node)) }
    let table = try node.table(["path", "join", "text", "table", "otherwise", "scale", "plus"])
    var source = FieldSource()
    if let literal = table["text"] { source.literal = try literal.text() }
    if let join = table["join"] { (source.paths, source.isJoined) = (try paths(join), true) }
    if let path = table["path"] { source.paths = try paths(path) }
    guard [table["text"], table["join"], table["path"]].count(where: { $0 != nil }) == 1 else {
      throw node.error("must have exactly one of path, join and text.")
    }
    if let entries = table["table"] {
      for (name, value) in try entries.entries(maximum: MappedLimits.maximumTableEntries) {
        source.table[name] = try value.text()
      }
      guard !source.table.isEmpty else { throw entries.error("must not be empty.") }
    }
    if let otherwise = table["otherwise"] {
      guard !source.table.isEmpty else { throw otherwise.error("makes sense only with a table.") }
      source.otherwise = try otherwise.text()
    }
    if let scale = table["scale"] { source.scale = try scale.real() }
    if let plus = table["plus"] { source.plus = try plus.real() }
    return source
  }

  /// A table with `path`, `format` and, for local times, `offsetMinutes`.
  func time(_ node: MappingNode) throws(MappingError) -> TimeSource {
    let table = try node.table(["path", "format", "offsetMinutes"])
    let format = try table.required("format").word(TimeSource.Format.self)
    let isLocal = format == .local || format == .localShort
    var offset = 0
    if isLocal {
      offset = try table.required("offsetMinutes").number(in: -1439...1439)
    } else if let given = table["offsetMinutes"] {
      throw given.error("makes sense only with local times.")
    }
    return TimeSource(paths: try paths(try table.required("path")), format: format, offsetMinutes: Int64(offset))
  }

  // MARK: kinds and conditions

  /// A word, or a table with `path`, `table` and perhaps `otherwise`.
  func kind(_ node: MappingNode) throws(MappingError) -> KindSource {
    guard node.isTable else { return .literal(try signalKind(node)) }
    let table = try node.table(["path", "table", "otherwise"])
    var kinds: [String: SignalKind] = [:]
    let entries = try table.required("table").entries(maximum: MappedLimits.maximumTableEntries)
    for (name, value) in entries { kinds[name] = try signalKind(value) }
    let otherwise = if let other = table["otherwise"] { try signalKind(other) } else { SignalKind.unknown }
    return .table(paths: try paths(try table.required("path")), kinds: kinds, otherwise: otherwise)
  }

  private func signalKind(_ node: MappingNode) throws(MappingError) -> SignalKind {
    let word = try node.text()
    guard let kind = SignalKind(rawValue: word), kind != .networkFault, kind != .networkRestored else {
      throw node.error("no kind of signal: \(word).")
    }
    return kind
  }

  /// A table of paths, each with a literal, a list of literals, or `{present: true}`.
  func conditions(_ node: MappingNode) throws(MappingError) -> [MappingCondition] {
    var found: [MappingCondition] = []
    for (name, value) in try node.entries(maximum: MappedLimits.maximumConditions) {
      let path = try path(name, value)
      if value.isTable {
        let isPresent = try value.table(["present"]).required("present").flag()
        found.append(MappingCondition(path: path, test: .isPresent(isPresent)))
      } else {
        var texts: [String] = []
        for literal in try value.oneOrMore(maximum: MappedLimits.maximumConditions) {
          texts.append(trimmed(try literal.text(mayBeEmpty: true)))
        }
        found.append(MappingCondition(path: path, test: .equals(texts)))
      }
    }
    return found
  }

  // MARK: ids

  /// A list of fields, or a table with `parts`, `hash` and, for tables, `without`.
  func identity(_ node: MappingNode) throws(MappingError) -> IdentitySource {
    guard node.isTable else { return IdentitySource(parts: try parts(node), hasHash: false) }
    let table = try node.table(style == .columns ? ["parts", "hash", "without"] : ["parts", "hash"])
    var source = IdentitySource(parts: [], hasHash: false)
    if let parts = table["parts"] { source.parts = try self.parts(parts) }
    if let hash = table["hash"] { source.hasHash = try hash.flag() }
    if let without = table["without"] {
      guard source.hasHash else { throw without.error("makes sense only with hash: true.") }
      for column in try without.oneOrMore(maximum: MappedLimits.maximumColumns) {
        source.without.append(trimmed(try column.text()))
      }
    }
    guard !source.parts.isEmpty || source.hasHash else { throw node.error("must have parts or hash: true.") }
    // Two presses of one button may be the same text; only a time or a number tells them apart.
    guard !source.parts.isEmpty || style == .columns else { throw node.error("must have parts beside the hash.") }
    return source
  }

  private func parts(_ node: MappingNode) throws(MappingError) -> [FieldSource] {
    var found: [FieldSource] = []
    for element in try node.oneOrMore(maximum: MappedLimits.maximumPaths) { found.append(try field(element)) }
    return found
  }
}
