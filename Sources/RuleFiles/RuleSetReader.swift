import AlertRules
import CareModel

/// Reads the sections of a rule set.
struct RuleSetReader {
  /// The only version of the grammar there is.
  static let apiVersion = "silverbell/v1"

  var reader: RuleReader

  init(file: String) { reader = RuleReader(file: file) }

  /// What could be read; problems are in `reader`.
  mutating func read(_ root: TextNode) -> (definition: RuleSetDefinition, tests: [RuleTest])? {
    let sections = ["apiVersion", "name", "classify", "alert", "route", "policies", "tests"]
    guard let table = reader.table(root, "", required: sections) else { return nil }
    if let node = table["apiVersion"], let version = reader.text(node, "apiVersion"), version != Self.apiVersion {
      reader.report(node.place, "'\(reader.shown(version))' is not supported: write \(Self.apiVersion).")
    }
    let name = reader.text(table["name"], "name") ?? ""
    let classify = each(table["classify"], "classify") { $0.classify($1, $2) }
    let alert = each(table["alert"], "alert") { $0.alert($1, $2) }
    let route = table["route"].flatMap { self.route($0, "route") }
    let policies = each(table["policies"], "policies") { $0.policy($1, $2) }
    var testReader = RuleTestReader(reader: reader)
    let tests = testReader.read(table["tests"])
    reader = testReader.reader
    return (
      RuleSetDefinition(name: name, classify: classify, alert: alert, route: route, policies: policies), tests
    )
  }

  private mutating func each<Entry>(
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
    let set = table["set"].flatMap {
      reader.table($0, table.path("set"), required: [], optional: ["class", "severity"])
    }
    guard let id, let when, let set else { return nil }
    return ClassifyDefinition(
      id: id, when: when, alertClass: reader.word(set["class"], set.path("class"), AlertClass.self),
      severity: reader.integer(set["severity"], set.path("severity")))
  }

  private mutating func alert(_ node: TextNode, _ path: String) -> AlertDefinition? {
    let table = reader.table(
      node, path, required: ["id", "match", "key", "window"], optional: ["raise", "joinOnly", "ends"])
    guard let table else { return nil }
    let id = reader.text(table["id"], table.path("id"))
    let match = reader.text(table["match"], table.path("match"))
    let key = each(table["key"], table.path("key")) { $0.reader.text($1, $2) }
    let window = reader.span(table["window"], table.path("window"))
    let raise = reader.integer(table["raise"], table.path("raise"))
    let isJoinOnly = reader.flag(table["joinOnly"], table.path("joinOnly"))
    let isEnding = reader.flag(table["ends"], table.path("ends"))
    guard let id, let match, let window else { return nil }
    return AlertDefinition(
      id: id, match: match, key: key, window: window, raiseAt: raise, isJoinOnly: isJoinOnly ?? false,
      isEnding: isEnding ?? false)
  }

  private mutating func route(_ node: TextNode, _ path: String) -> RouteDefinition? {
    guard let table = reader.table(node, path, required: ["policy"], optional: ["when", "routes"]) else { return nil }
    let policy = reader.text(table["policy"], table.path("policy"))
    let when = reader.text(table["when"], table.path("when"))
    let routes = each(table["routes"], table.path("routes")) { $0.route($1, $2) }
    return policy.map { RouteDefinition(policy: $0, when: when, routes: routes) }
  }

  // MARK: policies

  private mutating func policy(_ node: TextNode, _ path: String) -> PolicyDefinition? {
    guard let table = reader.table(node, path, required: ["id", "tracks"]) else { return nil }
    let id = reader.text(table["id"], table.path("id"))
    let tracks = each(table["tracks"], table.path("tracks")) { $0.track($1, $2) }
    return id.map { PolicyDefinition(id: $0, tracks: tracks) }
  }

  private mutating func track(_ node: TextNode, _ path: String) -> TrackDefinition? {
    let table = reader.table(node, path, required: ["id", "start"], optional: ["steps", "finally", "task"])
    guard let table else { return nil }
    let id = reader.text(table["id"], table.path("id"))
    let start = table["start"].flatMap { self.start($0, table.path("start")) }
    let steps = each(table["steps"], table.path("steps")) { $0.step($1, $2) }
    let finally = table["finally"].flatMap { step($0, table.path("finally")) }
    let kind = reader.word(table["task"], table.path("task"), WorkTask.Kind.self)
    guard let id, let start, finally != nil || table["finally"] == nil else { return nil }
    return TrackDefinition(
      id: id, after: start.after, on: start.on, steps: steps, finally: finally, taskKind: kind ?? .response)
  }

  /// `now`, or a table of `after` and `on`, whichever comes first.
  private mutating func start(_ node: TextNode, _ path: String) -> (after: TimeSpan?, on: String?)? {
    if case .text(let word, _) = node.content {
      guard word == "now" else {
        reader.report(node.place, "'\(reader.shown(word))' is no start: write now, {after: 60s} or {on: a condition}.")
        return nil
      }
      _ = reader.text(node, path)
      return (.zero, nil)
    }
    guard let table = reader.table(node, path, required: [], optional: ["after", "on"]) else { return nil }
    let after = reader.span(table["after"], table.path("after"))
    let on = reader.text(table["on"], table.path("on"))
    return (after, on)
  }

  private mutating func step(_ node: TextNode, _ path: String) -> StepDefinition? {
    let table = reader.table(
      node, path, required: ["ask", "mode", "timeout"], optional: ["repeat", "skipIf"])
    guard let table else { return nil }
    let ask = role(table["ask"], table.path("ask"))
    let mode = self.mode(table["mode"], table.path("mode"))
    let timeout = reader.span(table["timeout"], table.path("timeout"))
    let repeatCount = reader.integer(table["repeat"], table.path("repeat"))
    let skipIf = reader.text(table["skipIf"], table.path("skipIf"))
    guard let ask, let mode, let timeout else { return nil }
    return StepDefinition(ask: ask, mode: mode, timeout: timeout, repeatCount: repeatCount ?? 1, skipIf: skipIf)
  }

  /// `responder`, or `responders` as a sentence would have it.
  private mutating func role(_ node: TextNode?, _ path: String) -> StaffRole? {
    guard let node, case .text(let text, _) = node.content, text.hasSuffix("s"),
      let role = StaffRole(rawValue: String(text.dropLast())), role.isField
    else { return reader.word(node, path, StaffRole.self) }
    _ = reader.text(node, path)
    return role
  }

  private mutating func mode(_ node: TextNode?, _ path: String) -> Policy.Mode? {
    guard let node, let text = reader.text(node, path) else { return nil }
    switch text {
    case "oneByOne": return .oneByOne
    case "all": return .all
    default:
      guard let count = Int(text) else {
        reader.report(node.place, "'\(reader.shown(text))' is no mode: write oneByOne, all or a number.")
        return nil
      }
      return .nearest(count)
    }
  }
}
