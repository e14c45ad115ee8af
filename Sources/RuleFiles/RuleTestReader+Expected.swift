import CareModel
import RuleTrials

/// Reads what a test with offsets expects: a list of `{alert|task|offer|nothing: …, at: 45s}`.
extension RuleTestReader {
  /// Most entries of a list.
  static let maximumExpected = 200

  private static let words = ["alert", "task", "offer", "nothing"]

  mutating func expectations(_ node: TextNode, _ path: String) -> [RuleTrial.Expected]? {
    guard let elements = reader.list(node, path) else { return nil }
    guard (1...Self.maximumExpected).contains(elements.count) else {
      reader.report(node.place, "a test expects 1 to \(Self.maximumExpected) things.")
      return nil
    }
    return elements.enumerated().compactMap { expected($1, "\(path)[\($0)]") }
  }

  private mutating func expected(_ node: TextNode, _ path: String) -> RuleTrial.Expected? {
    if case .text(let word, _) = node.content, word == "nothing" {
      _ = reader.text(node, path)
      return RuleTrial.Expected(what: .nothing(Self.everything), at: nil, path: path)
    }
    guard let table = reader.table(node, path, required: [], optional: Self.words + ["at"]) else { return nil }
    let at = offset(table["at"], table.path("at"))
    let said = Self.words.filter { table[$0] != nil }
    guard said.count == 1, let word = said.first, let value = table[word] else {
      reader.report(node.place, "one of alert, task, offer and nothing is expected here.")
      return nil
    }
    let inner = table.path(word)
    if word == "nothing" {
      return nothing(value, inner).map { .init(what: .nothing($0), at: at, path: path) }
    }
    return pattern(word, value, inner).map { .init(what: .comes($0), at: at, path: path) }
  }

  private static let everything: [TrialPattern] = [.alert(.init()), .task(.init()), .ask(.init())]

  /// Empty = nothing at all; else the words that must not come.
  private mutating func nothing(_ node: TextNode, _ path: String) -> [TrialPattern]? {
    if case .text(let text, _) = node.content {
      if text.isEmpty || ["true", "null", "~"].contains(text) { return Self.everything }
      return pattern(text, TextNode(place: node.place, content: .table([])), path).map { [$0] }
    }
    guard let table = reader.table(node, path, required: [], optional: ["alert", "task", "offer"]) else { return nil }
    let patterns = ["alert", "task", "offer"].compactMap { word -> TrialPattern? in
      table[word].flatMap { pattern(word, $0, table.path(word)) }
    }
    return patterns.isEmpty ? Self.everything : patterns
  }

  private mutating func pattern(_ word: String, _ node: TextNode, _ path: String) -> TrialPattern? {
    var node = node
    if case .text(let text, _) = node.content, text.isEmpty || ["true", "null", "~"].contains(text) {
      node.content = .table([])
    }
    switch word {
    case "alert": return alert(node, path).map(TrialPattern.alert)
    case "task": return task(node, path).map(TrialPattern.task)
    case "offer": return ask(node, path).map(TrialPattern.ask)
    default:
      reader.report(node.place, "'\(reader.shown(word))' is not known here: use alert, task or offer.")
      return nil
    }
  }

  private mutating func alert(_ node: TextNode, _ path: String) -> TrialPattern.AlertPattern? {
    let keys = ["is", "class", "severity", "kind", "policy", "serial", "signals", "raised"]
    guard let table = reader.table(node, path, required: [], optional: keys) else { return nil }
    var pattern = TrialPattern.AlertPattern()
    pattern.change = reader.word(table["is"], table.path("is"), TrialFinding.AlertChange.self)
    pattern.alertClass = reader.word(table["class"], table.path("class"), AlertClass.self)
    pattern.severity = reader.integer(table["severity"], table.path("severity"))
    pattern.kind = reader.word(table["kind"], table.path("kind"), SignalKind.self)
    pattern.policy = reader.text(table["policy"], table.path("policy"))
    pattern.serial = reader.text(table["serial"], table.path("serial"))
    pattern.signals = reader.integer(table["signals"], table.path("signals"))
    pattern.raised = reader.integer(table["raised"], table.path("raised"))
    return pattern
  }

  private mutating func task(_ node: TextNode, _ path: String) -> TrialPattern.TaskPattern? {
    guard let table = reader.table(node, path, required: [], optional: ["kind", "policy", "track"]) else { return nil }
    var pattern = TrialPattern.TaskPattern()
    pattern.kind = reader.word(table["kind"], table.path("kind"), WorkTask.Kind.self)
    pattern.policy = reader.text(table["policy"], table.path("policy"))
    pattern.track = reader.text(table["track"], table.path("track"))
    return pattern
  }

  private mutating func ask(_ node: TextNode, _ path: String) -> TrialPattern.AskPattern? {
    guard let table = reader.table(node, path, required: [], optional: ["to", "kind", "people"]) else { return nil }
    var pattern = TrialPattern.AskPattern()
    pattern.role = reader.text(table["to"], table.path("to")).map(Self.role)
    pattern.kind = reader.word(table["kind"], table.path("kind"), WorkTask.Kind.self)
    pattern.people = reader.integer(table["people"], table.path("people"))
    return pattern
  }

  /// `responder` for `responders`, as in the steps of a policy.
  private static func role(_ word: String) -> String {
    guard word.hasSuffix("s"), StaffRole(rawValue: String(word.dropLast())) != nil else { return word }
    return String(word.dropLast())
  }

  /// A time from the beginning; nil when not said.
  mutating func offset(_ node: TextNode?, _ path: String) -> TimeSpan? {
    guard let node, let span = reader.span(node, path) else { return nil }
    guard span <= RuleTrial.longestOffset else {
      reader.report(node.place, "an offset is at most 31 days.")
      return nil
    }
    return span
  }

  /// When a test begins.
  mutating func moment(_ node: TextNode?, _ path: String) -> Timestamp? {
    guard let node, let text = reader.text(node, path) else { return nil }
    guard let moment = Timestamp(rfc3339: text) else {
      reader.report(node.place, "'\(reader.shown(text))' is no time: write 2026-11-23T22:00:00+08:00.")
      return nil
    }
    return moment
  }
}
