import AlertRules
import CareModel

/// Reads the sections of a rule set.
struct RuleSetReader {
  /// The only version of the grammar there is.
  static let apiVersion = "silverbell/v1"

  var reader: RuleReader
  private let zones: ZoneFiles

  init(file: String, zones: ZoneFiles = .system) {
    reader = RuleReader(file: file)
    self.zones = zones
  }

  /// What could be read; problems are in `reader`.
  mutating func read(_ root: TextNode) -> (definition: RuleSetDefinition, tests: [RuleTest])? {
    let sections = ["apiVersion", "name", "classify", "alert", "route", "policies", "tests"]
    let extras = ["schedules", "calendars", "correlate", "inhibit", "overrides"]
    guard let table = reader.table(root, "", required: sections, optional: extras) else { return nil }
    if let node = table["apiVersion"], let version = reader.text(node, "apiVersion"), version != Self.apiVersion {
      reader.report(node.place, "'\(reader.shown(version))' is not supported: write \(Self.apiVersion).")
    }
    let name = reader.text(table["name"], "name") ?? ""
    let classify = each(table["classify"], "classify") { $0.classify($1, $2) }
    let correlate = each(table["correlate"], "correlate") { $0.correlate($1, $2) }
    let alert = each(table["alert"], "alert") { $0.alert($1, $2) }
    let route = table["route"].flatMap { self.route($0, "route") }
    let policies = each(table["policies"], "policies") { $0.policy($1, $2) }
    let inhibit = each(table["inhibit"], "inhibit") { $0.inhibit($1, $2) }
    let overrides = each(table["overrides"], "overrides") { $0.override($1, $2) }
    var scheduleReader = ScheduleReader(reader: reader, zones: zones)
    let schedules = scheduleReader.read(schedules: table["schedules"], calendars: table["calendars"])
    reader = scheduleReader.reader
    var testReader = RuleTestReader(reader: reader)
    let tests = testReader.read(table["tests"])
    reader = testReader.reader
    var definition = RuleSetDefinition(
      name: name, classify: classify, alert: alert, route: route, policies: policies, schedules: schedules,
      inhibit: inhibit, overrides: overrides)
    definition.correlate = correlate
    return (definition, tests)
  }

  mutating func each<Entry>(
    _ node: TextNode?, _ path: String, _ read: (inout Self, TextNode, String) -> Entry?
  ) -> [Entry] {
    guard let node, let elements = reader.list(node, path) else { return [] }
    var entries: [Entry] = []
    for (index, element) in elements.enumerated() {
      if let entry = read(&self, element, "\(path)[\(index)]") { entries.append(entry) }
    }
    return entries
  }

  // MARK: classify, alert, route

  private mutating func classify(_ node: TextNode, _ path: String) -> ClassifyDefinition? {
    guard let table = reader.table(node, path, required: ["id", "when", "set"]) else { return nil }
    let id = reader.text(table["id"], table.path("id"))
    let when = reader.text(table["when"], table.path("when"))
    guard let when, let set = table["set"], let rule = setting(set, table.path("set"), id: id ?? "", when: when)
    else { return nil }
    return id == nil ? nil : rule
  }

  /// What a rule sets.
  mutating func setting(_ node: TextNode, _ path: String, id: String, when: String) -> ClassifyDefinition? {
    guard let set = reader.table(node, path, required: [], optional: ["class", "severity", "labels"])
    else { return nil }
    return ClassifyDefinition(
      id: id, when: when, alertClass: reader.word(set["class"], set.path("class"), AlertClass.self),
      severity: reader.integer(set["severity"], set.path("severity")),
      labels: labels(set["labels"], set.path("labels")))
  }

  private mutating func labels(_ node: TextNode?, _ path: String) -> [AlertLabel] {
    guard let node, let entries = reader.entries(node, path) else { return [] }
    return entries.compactMap { entry in
      reader.text(entry.value, "\(path).\(entry.key)").map { AlertLabel(entry.key, $0) }
    }
  }

  private mutating func correlate(_ node: TextNode, _ path: String) -> CorrelateDefinition? {
    var correlateReader = CorrelateReader(reader: reader)
    defer { reader = correlateReader.reader }
    return correlateReader.rule(node, path)
  }

  private mutating func alert(_ node: TextNode, _ path: String) -> AlertDefinition? {
    let table = reader.table(
      node, path, required: ["match", "key", "window"], optional: ["id", "raise", "joinOnly", "ends"])
    guard let table else { return nil }
    let id = reader.text(table["id"], table.path("id"))
    let match = reader.text(table["match"], table.path("match"))
    let key = each(table["key"], table.path("key")) { $0.reader.text($1, $2) }
    let window = reader.span(table["window"], table.path("window"))
    let raise = reader.text(table["raise"], table.path("raise"))
    let isJoinOnly = reader.flag(table["joinOnly"], table.path("joinOnly"))
    let isEnding = reader.flag(table["ends"], table.path("ends"))
    guard let match, let window else { return nil }
    return AlertDefinition(
      id: id, match: match, key: key, window: window, raise: raise, isJoinOnly: isJoinOnly ?? false,
      isEnding: isEnding ?? false)
  }

  private mutating func route(_ node: TextNode, _ path: String) -> RouteDefinition? {
    let table = reader.table(node, path, required: ["policy"], optional: ["when", "continue", "routes"])
    guard let table else { return nil }
    let policy = reader.text(table["policy"], table.path("policy"))
    let when = reader.text(table["when"], table.path("when"))
    let continues = reader.flag(table["continue"], table.path("continue")) ?? false
    let routes = each(table["routes"], table.path("routes")) { $0.route($1, $2) }
    return policy.map { RouteDefinition(policy: $0, when: when, continues: continues, routes: routes) }
  }
}
