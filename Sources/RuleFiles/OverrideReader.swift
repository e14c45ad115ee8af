import AlertRules
import CareModel

/// Reads what holds back others, and what is different for single people.
extension RuleSetReader {
  mutating func inhibit(_ node: TextNode, _ path: String) -> InhibitDefinition? {
    let table = reader.table(node, path, required: ["id", "source", "target"], optional: ["equal"])
    guard let table else { return nil }
    let id = reader.text(table["id"], table.path("id"))
    let source = reader.text(table["source"], table.path("source"))
    let target = reader.text(table["target"], table.path("target"))
    let equal = each(table["equal"], table.path("equal")) { $0.reader.text($1, $2) }
    guard let id, let source, let target else { return nil }
    return InhibitDefinition(id: id, source: source, target: target, equal: equal)
  }

  mutating func override(_ node: TextNode, _ path: String) -> OverrideDefinition? {
    let table = reader.table(
      node, path, required: ["resident", "reason", "by"],
      optional: ["until", "classify", "policy", "thresholds", "contacts", "inhibit"])
    guard let table else { return nil }
    let resident = reader.text(table["resident"], table.path("resident"))
    let reason = reader.text(table["reason"], table.path("reason"))
    let by = texts(table["by"], table.path("by"))
    let until = reader.text(table["until"], table.path("until"))
    let policy = reader.text(table["policy"], table.path("policy"))
    let classify = ownClassify(table["classify"], table.path("classify"))
    let thresholds = thresholds(table["thresholds"], table.path("thresholds"))
    let contacts = texts(table["contacts"], table.path("contacts"))
    let inhibit = texts(table["inhibit"], table.path("inhibit"))
    guard let resident, let reason else { return nil }
    return OverrideDefinition(
      resident: resident, reason: reason, by: by, until: until, classify: classify, policy: policy,
      thresholds: thresholds, contacts: contacts, inhibit: inhibit)
  }

  /// A list of texts, or one alone.
  private mutating func texts(_ node: TextNode?, _ path: String) -> [String] {
    guard let node else { return [] }
    if case .text = node.content { return reader.text(node, path).map { [$0] } ?? [] }
    return each(node, path) { $0.reader.text($1, $2) }
  }

  /// Rules of `{when, set}`, or one alone.
  private mutating func ownClassify(_ node: TextNode?, _ path: String) -> [ClassifyDefinition] {
    guard let node else { return [] }
    if case .table = node.content { return ownRule(node, path + "[0]").map { [$0] } ?? [] }
    return each(node, path) { $0.ownRule($1, $2) }
  }

  private mutating func ownRule(_ node: TextNode, _ path: String) -> ClassifyDefinition? {
    guard let table = reader.table(node, path, required: ["when", "set"], optional: ["id"]) else { return nil }
    let id = reader.text(table["id"], table.path("id"))
    guard let when = reader.text(table["when"], table.path("when")), let set = table["set"] else { return nil }
    return setting(set, table.path("set"), id: id ?? "", when: when)
  }

  private mutating func thresholds(_ node: TextNode?, _ path: String) -> [OverrideDefinition.Threshold] {
    guard let node, let entries = reader.entries(node, path) else { return [] }
    return entries.compactMap { entry in
      guard let text = reader.text(entry.value, "\(path).\(entry.key)") else { return nil }
      if let number = Int(text) { return .init(name: entry.key, value: .int(number)) }
      if let number = Double(text), number.isFinite { return .init(name: entry.key, value: .double(number)) }
      if let span = SpanText.span(text) { return .init(name: entry.key, value: .span(span)) }
      reader.report(
        entry.value.place, "'\(reader.shown(text))' is neither a number nor a time: write 20, 0.5, 90s, 10m or 12h.")
      return nil
    }
  }
}
