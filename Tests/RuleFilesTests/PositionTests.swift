import AlertRules
import CareModel
import RuleFiles
import Testing

/// One change of the small file and what must be said, with line and column.
struct Slip: Sendable, CustomTestStringConvertible {
  let old: String
  let new: String
  let expected: String
  /// Problems in all, when one mistake has a consequence.
  let count: Int
  var testDescription: String { new }

  init(_ old: String, _ new: String, _ expected: String, count: Int = 1) {
    self.old = old
    self.new = new
    self.expected = expected
    self.count = count
  }
}

@Suite struct PositionTests {
  static let shapes = [
    Slip("silverbell/v1", "silverbell/v2", "1:13: 'silverbell/v2' is not supported"),
    Slip("name: small", "nam: small", "2:1: the key 'nam' is not known here: use apiVersion, name, classify", count: 2),
    Slip("name: small\n", "", "1:1: the key 'name' is missing: add it."),
    Slip("name: small", "name:", "2:6: the value is empty"),
    Slip("name: small", "name: [small]", "2:7: a text is expected here, not a list."),
    Slip("- id: panic", "- id: panic\n    unless: x", "5:5: the key 'unless' is not known here: use id, when, set."),
    Slip("{class: life,", "{class: lives,", "6:18: 'lives' is not known here: use service, technical"),
    Slip("severity: 7", "severity: high", "6:34: 'high' is not a whole number."),
    Slip("severity: 7", "severity: 11", "6:34: severity 11 is out of range: use 0 to 10."),
    Slip("severity: 7}", "labels: x}", "6:32: a table of names is expected here, not a text."),
    Slip("window: 90s", "window: 90", "11:13: '90' is not a time: write 90s, 10m or 12h."),
    Slip("window: 90s", "window: 0s", "11:13: the window must be longer than 0 s"),
    Slip("window: 90s", "window: 25h", "11:13: the window must be longer than 0 s and at most 24 h."),
    Slip("raise: 3", "raise: 1", "12:12: raise must be 2 to 1000 signals."),
    Slip("raise: 3", "joinOnly: yes", "12:15: 'yes' is neither true nor false."),
    Slip("key: [\"signal.origin\", \"'person'\"]", "key: signal.origin", "10:10: a list is expected here, not a text"),
    Slip("route:\n  policy: desk", "route:\n  policy: life", "14:11: there is no policy 'life'"),
    Slip("route:\n", "route:\n  continue: true\n", "14:13: the first route has none beside it"),
    Slip("route:\n", "route:\n  when: 'true'\n", "14:9: the first route takes everything"),
    Slip("start: now\n        steps", "start: later\n        steps", "22:16: 'later' is no start: write now"),
    Slip("start: now\n        steps", "start: {}\n        steps", "22:16: the track never starts", count: 2),
    Slip("ask: desk", "ask: dezk", "24:19: 'dezk' is not known here: did you mean desk?"),
    Slip("mode: all, timeout: 45s}\n        fin", "mode: some, timeout: 45s}\n        fin", "24:31: 'some' is no"),
    Slip("timeout: 45s}\n        finally", "timeout: 0s}\n        finally", "24:45: a timeout must be longer than 0 s"),
    Slip("repeat: 2", "repeat: 1001", "32:65: repeat must be 1 to 1000."),
    Slip("        finally: {ask: dutyChief, mode: all, timeout: 45s}\n", "", "21:9: the track can end in silence"),
    Slip("ask: dutyChief", "ask: neighbour", "25:24: neighbour may not exist or not answer", count: 2),
    Slip("task: visit", "task: dance", "30:15: 'dance' is not known here: use response, escort"),
  ]

  static let expressions = [
    Slip("when: signal.kind == 'panic'", "when: signal.colour == 'red'", "5:18: "),
    Slip("when: signal.kind == 'panic'", "when: \"signal.colour == 'red'\"", "5:19: "),
    Slip("when: signal.kind == 'panic'", "when: |-\n      true &&\n        signal.colour == 'red'", "7:16: "),
    Slip("when: signal.kind == 'panic'", "when: |-\n\n      signal.colour == 'red'", "7:14: "),
    Slip(
      "when: signal.kind == 'panic'", "when: >-\n      true\n      && signal.colour == 'red'",
      "5:11: in line 1, column 16 of the expression: "),
    Slip("when: signal.kind == 'panic'", "when: signal.kind", "5:18: "),
    Slip("when: signal.kind == 'panic'", "when: signal.kind == 'pannic'", "5:11: 'pannic' is not a signal kind"),
    Slip(
      "when: signal.kind == 'panic'", "when: signal.kind != '' && resident.risk > 3",
      "5:41: resident.risk may be absent, and this rule decides about help: write has(resident.risk) && before it."),
    Slip("\"'person'\"", "\"1.5\"", "10:28: a key is made of string, int and bool; this gives double."),
    Slip("\"'person'\"", "\"person\"", "10:29: "),
  ]

  static let tests = [
    Slip("{kind: panic}", "{kind: pannic}", "37:16: 'pannic' is not known here: use panic, fall"),
    Slip("{kind: panic}", "{color: red, kind: panic}", "37:10: the key 'color' is not known here"),
    Slip(
      "policy: desk, alert", "policy: life, alert",
      "37:9: the test 'a press' fails: policy life is expected, it is desk"),
    Slip("alert: true", "alert: false", "37:9: the test 'a press' fails: alert false is expected, it is true"),
    Slip("expect: {class: life, policy: desk, alert: true}", "expect: {}", "38:13: the test expects nothing"),
    Slip(
      "expect: {class: life,", "expect: {", "4:9: the rule 'panic' decides about life and no test reaches it"),
    Slip("alert: true}", "oneAlert: false}", "35:5: the test 'a press' fails: the signals are one alert."),
  ]

  @Test(arguments: shapes + expressions + tests)
  func `a mistake is refused with its line, its column and what to do`(slip: Slip) {
    let text = SmallFile.text.replacing(slip.old, with: slip.new, maxReplacements: 1)
    #expect(text != SmallFile.text)
    let found = SmallFile.problems(text)
    #expect(found.count == slip.count)
    #expect(found.first?.hasPrefix(slip.expected) == true, "\(found)")
  }

  @Test func `the small file is right`() throws {
    let set = try RuleFiles.parse(text: SmallFile.text, name: "f")
    #expect(set.name == "small")
    #expect(set.policy("task")?.tracks.first?.steps.first?.repeatCount == 2)
    #expect(set.policy("task")?.tracks.first?.taskKind == .visit)
  }

  @Test func `all mistakes of a file are told at once`() {
    let text = SmallFile.text.replacing("severity: 7}", with: "severity: x}")
      .replacing("window: 90s", with: "window: y")
    #expect(SmallFile.problems(text).map { $0.prefix(5) } == ["6:34:", "11:13"])
  }

  @Test func `a rule that fails in a test refuses the set`() {
    let text = SmallFile.text.replacing(
      "alert:\n  - id", with: "  - {id: low, when: signal.battery < 5, set: {severity: 1}}\nalert:\n  - id")
    #expect(
      SmallFile.problems(text) == [
        "38:9: the test 'a press' fails: error in classify low: the optional field is absent"
      ])
  }
}
