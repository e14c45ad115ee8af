import AlertRules
import CareModel

/// Reads a `correlate` rule. The operator stands in the rule itself (`hold: {...}`) or under `op`.
struct CorrelateReader {
  static let operators = ["hold", "sequence", "absent", "count", "pair"]

  var reader: RuleReader

  mutating func rule(_ node: TextNode, _ path: String) -> CorrelateDefinition? {
    let table = reader.table(
      node, path, required: ["id", "key", "emit"],
      optional: Self.operators + ["op", "keep", "maxKeys", "blind"])
    guard let table else { return nil }
    let id = reader.text(table["id"], table.path("id"))
    let key = texts(table["key"], table.path("key"))
    let operation = operation(table)
    let emit = table["emit"].flatMap { self.emit($0, table.path("emit")) }
    let keep = reader.span(table["keep"], table.path("keep"))
    let maxKeys = reader.integer(table["maxKeys"], table.path("maxKeys"))
    let blind = reader.word(table["blind"], table.path("blind"), CorrelateDefinition.Blind.self)
    guard let id, let operation, let emit else { return nil }
    return CorrelateDefinition(id: id, key: key, operation, emit: emit, keep: keep, maxKeys: maxKeys, blind: blind)
  }

  private mutating func texts(_ node: TextNode?, _ path: String) -> [String] {
    guard let node, let elements = reader.list(node, path) else { return [] }
    return elements.enumerated().compactMap { reader.text($1, "\(path)[\($0)]") }
  }

  private mutating func emit(_ node: TextNode, _ path: String) -> CorrelateDefinition.Emit? {
    guard let table = reader.table(node, path, required: ["kind", "class", "severity"]) else { return nil }
    let kind = reader.word(table["kind"], table.path("kind"), SignalKind.self)
    let alertClass = reader.word(table["class"], table.path("class"), AlertClass.self)
    let severity = reader.integer(table["severity"], table.path("severity"))
    guard let kind, let alertClass, let severity else { return nil }
    return CorrelateDefinition.Emit(kind: kind, alertClass: alertClass, severity: severity)
  }

  // MARK: operators

  private mutating func operation(_ rule: RuleReader.Table) -> CorrelateDefinition.Operation? {
    var table = rule
    if let node = rule["op"] {
      guard let inner = reader.table(node, rule.path("op"), required: [], optional: Self.operators) else { return nil }
      table = inner
    }
    let found = Self.operators.filter { rule[$0] != nil || table[$0] != nil }
    guard found.count == 1, let name = found.first, let node = table[name] else {
      reader.report(
        rule.place, "a rule has one operator: add one of \(Self.operators.joined(separator: ", ")), and only one.")
      return nil
    }
    let path = rule.path(name)
    return switch name {
    case "hold": hold(node, path)
    case "sequence": sequence(node, path)
    case "absent": absent(node, path)
    case "count": count(node, path)
    default: pair(node, path)
    }
  }

  private mutating func hold(_ node: TextNode, _ path: String) -> CorrelateDefinition.Operation? {
    guard let table = reader.table(node, path, required: ["when", "for"]) else { return nil }
    let when = reader.text(table["when"], table.path("when"))
    let span = reader.span(table["for"], table.path("for"))
    guard let when, let span else { return nil }
    return .hold(when: when, span: span)
  }

  private mutating func sequence(_ node: TextNode, _ path: String) -> CorrelateDefinition.Operation? {
    guard let table = reader.table(node, path, required: ["a", "b", "within"]) else { return nil }
    let first = reader.text(table["a"], table.path("a"))
    let second = reader.text(table["b"], table.path("b"))
    let within = reader.span(table["within"], table.path("within"))
    guard let first, let second, let within else { return nil }
    return .sequence(first: first, second: second, within: within)
  }

  private mutating func absent(_ node: TextNode, _ path: String) -> CorrelateDefinition.Operation? {
    guard let table = reader.table(node, path, required: ["of", "for"], optional: ["after", "while"]) else {
      return nil
    }
    let after = reader.text(table["after"], table.path("after"))
    let of = reader.text(table["of"], table.path("of"))
    let span = reader.text(table["for"], table.path("for"))
    let holding = reader.text(table["while"], table.path("while"))
    guard let of, let span else { return nil }
    let length: CorrelateDefinition.Span = SpanText.span(span).map { .fixed($0) } ?? .expression(span)
    return .absent(after: after, of: of, span: length, holding: holding)
  }

  private mutating func count(_ node: TextNode, _ path: String) -> CorrelateDefinition.Operation? {
    let table = reader.table(node, path, required: ["when", "atLeast", "within"], optional: ["distinct"])
    guard let table else { return nil }
    let when = reader.text(table["when"], table.path("when"))
    let atLeast = reader.integer(table["atLeast"], table.path("atLeast"))
    let distinct = reader.text(table["distinct"], table.path("distinct"))
    let within = reader.span(table["within"], table.path("within"))
    guard let when, let atLeast, let within else { return nil }
    return .count(when: when, atLeast: atLeast, distinct: distinct, within: within)
  }

  private mutating func pair(_ node: TextNode, _ path: String) -> CorrelateDefinition.Operation? {
    guard let table = reader.table(node, path, required: ["start", "stop"]) else { return nil }
    let start = reader.text(table["start"], table.path("start"))
    let stop = reader.text(table["stop"], table.path("stop"))
    guard let start, let stop else { return nil }
    return .pair(start: start, stop: stop)
  }
}
