import AlertRules
import CareModel

/// Reads policies: targets, tracks and steps.
extension RuleSetReader {
  mutating func policy(_ node: TextNode, _ path: String) -> PolicyDefinition? {
    guard let table = reader.table(node, path, required: ["id", "tracks"], optional: ["targets"]) else { return nil }
    let id = reader.text(table["id"], table.path("id"))
    let tracks = each(table["tracks"], table.path("tracks")) { $0.track($1, $2) }
    let targets = table["targets"].flatMap { self.targets($0, table.path("targets")) }
    return id.map { PolicyDefinition(id: $0, targets: targets, tracks: tracks) }
  }

  private mutating func targets(_ node: TextNode, _ path: String) -> Policy.Targets? {
    let table = reader.table(node, path, required: [], optional: ["answer", "firstOffer", "accept", "arrive"])
    guard let table else { return nil }
    return Policy.Targets(
      answer: reader.span(table["answer"], table.path("answer")),
      firstOffer: reader.span(table["firstOffer"], table.path("firstOffer")),
      accept: reader.span(table["accept"], table.path("accept")),
      arrive: reader.span(table["arrive"], table.path("arrive")))
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
      node, path, required: ["ask", "mode", "timeout"],
      optional: ["repeat", "skipIf", "who", "order", "when", "until", "channels"])
    guard let table else { return nil }
    let ask = self.ask(table["ask"], table.path("ask"))
    let mode = self.mode(table["mode"], table.path("mode"))
    let timeout = reader.span(table["timeout"], table.path("timeout"))
    let repeatCount = reader.integer(table["repeat"], table.path("repeat"))
    let skipIf = reader.text(table["skipIf"], table.path("skipIf"))
    let who = reader.text(table["who"], table.path("who"))
    let order = reader.text(table["order"], table.path("order"))
    let when = reader.text(table["when"], table.path("when"))
    let until = reader.text(table["until"], table.path("until"))
    let channels = each(table["channels"], table.path("channels")) { $0.reader.text($1, $2) }
    if let node = table["channels"], channels.isEmpty {
      reader.report(node.place, "the list is empty, so nobody could be reached: name a channel or remove the key.")
    }
    guard let ask, let mode, let timeout else { return nil }
    return StepDefinition(
      ask: ask, mode: mode, timeout: timeout, repeatCount: repeatCount ?? 1, skipIf: skipIf, who: who, order: order,
      when: when, until: until, channels: channels)
  }

  private mutating func ask(_ node: TextNode?, _ path: String) -> Ask? {
    guard let node, let text = reader.text(node, path) else { return nil }
    if let ask = Ask(text) { return ask }
    if let likely = Ask.likely(text) {
      reader.report(node.place, "'\(reader.shown(text))' is not known here: did you mean \(likely)?")
    } else {
      reader.report(
        node.place,
        "'\(reader.shown(text))' is not known here: use \(Ask.words.joined(separator: ", ")) or the name of a group.")
    }
    return nil
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
