import RuleFiles
import Testing

/// A test beside the rules, with what it must say; no message = it passes.
struct TrialCase: Sendable, CustomTestStringConvertible {
  var name: String
  var given: String
  var expect: String
  var message: String?
  var testDescription: String { name }

  init(_ name: String, given: String, expect: String, fails message: String? = nil) {
    self.name = name
    self.given = given
    self.expect = expect
    self.message = message
  }

  var text: String {
    TrialFile.with("    given: [\(given)]\n    expect: [\(expect)]")
  }
}

@Suite("Tests beside the rules, with offsets")
struct RuleTrialTests {
  static let cases: [TrialCase] = [
    TrialCase(
      "an alert at once", given: "{kind: panic, at: 5s}",
      expect: "{alert: {class: life, severity: 7, kind: panic, policy: life, signals: 1}, at: 5s}"),
    TrialCase(
      "the desk's steps in turn", given: "{kind: panic}",
      expect: "{offer: {to: desk}, at: 0s}, {offer: {to: shiftLeader}, at: 45s}, {offer: {to: dutyChief}, at: 90s},"
        + " {offer: {to: dutyChief}, at: 135s}"),
    TrialCase(
      "the field after a minute", given: "{kind: panic}",
      expect: "{nothing: {task: {}}, at: 59s}, {task: {kind: response, track: field, policy: life}, at: 60s},"
        + " {offer: {to: responders, people: 1}, at: 60s}, {offer: {to: responder, people: 2}, at: 2m}"),
    TrialCase(
      "the field at once for a fall", given: "{kind: fall, resident: {risk: 3}}",
      expect: "{task: {}, at: 0s}, {offer: {to: responder, kind: response}, at: 0s}"),
    TrialCase(
      "three presses raise one alert", given: "{kind: panic}, {kind: panic, at: 20s}, {kind: panic, at: 40s}",
      expect: "{alert: {is: opened}, at: 0s}, {alert: {is: raised, signals: 3, raised: 1}, at: 40s},"
        + " {nothing: {alert: {}}, at: 10m}"),
    TrialCase(
      "two homes are two alerts", given: "{kind: panic, serial: A}, {kind: panic, serial: B, at: 1s}",
      expect: "{alert: {serial: A}, at: 0s}, {alert: {serial: B}, at: 1s}"),
    TrialCase(
      "a cancel alone is nothing", given: "{kind: cancel}", expect: "{nothing: {}, at: 10m}"),
    TrialCase(
      "a cancel joins and opens nothing more", given: "{kind: panic}, {kind: cancel, at: 10s}",
      expect: "{alert: {}, at: 0s}, {nothing: , at: 44s}, {alert: {is: joined}, at: 10s}"),
    TrialCase(
      "without at, at any time", given: "{kind: panic}", expect: "{offer: {to: dutyChief}}, {alert: }"),
    TrialCase(
      "a missing alert", given: "{kind: motion}", expect: "{alert: {class: life}, at: 0s}",
      fails: "an alert (class life) is expected at 0s; nothing came."),
    TrialCase(
      "an alert of another class", given: "{kind: panic}", expect: "{alert: {class: urgent}, at: 0s}",
      fails: "an alert (class urgent) is expected at 0s; what came: 0s alert opened (life, severity 7, panic, policy"
        + " life); 0s asks desk."),
    TrialCase(
      "a task too late", given: "{kind: panic}", expect: "{task: {}, at: 30s}",
      fails: "a task is expected at 30s; what came: 0s alert opened (life, severity 7, panic, policy life); 0s asks"
        + " desk."),
    TrialCase(
      "something instead of nothing", given: "{kind: panic, at: 3s}", expect: "{nothing: {}, at: 30s}",
      fails: "nothing of the kind is expected until 30s; at 3s came alert opened (life, severity 7, panic, policy"
        + " life)."),
  ]

  @Test("a test says whether what came is what was expected", arguments: cases)
  func outcomes(_ trial: TrialCase) {
    let problems = TrialFile.problems(trial.text)
    guard let message = trial.message else {
      #expect(problems == [])
      return
    }
    #expect(problems.count == 1)
    #expect(problems.first?.contains(message) == true, "\(problems)")
  }

  @Test("a refusal names the line of the expectation that does not hold")
  func places() {
    let text = TrialFile.with(
      """
          given:
            - {kind: panic}
          expect:
            - {alert: {class: life}, at: 0s}
            - {task: {}, at: 61s}
      """)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = (lines.firstIndex { $0.contains("at: 61s") } ?? 0) + 1
    let problems = TrialFile.problems(text)
    #expect(problems.count == 1)
    let start = "\(line):9: the test 'more' fails: a task is expected at 1m1s; what came: "
    #expect(problems.first?.hasPrefix(start) == true)
  }

  @Test(
    "what is no expectation is refused",
    arguments: [
      ("{at: 3s}", "one of alert, task, offer and nothing is expected here."),
      ("{alert: {}, task: {}}", "one of alert, task, offer and nothing is expected here."),
      ("{alarm: {}}", "the key 'alarm' is not known here"),
      ("{alert: {klass: life}}", "the key 'klass' is not known here"),
      ("{alert: {}, at: 45}", "'45' is not a time"),
      ("{alert: {}, at: 745h}", "an offset is at most 31 days."),
      ("{nothing: call}", "'call' is not known here: use alert, task or offer."),
    ])
  func shapes(_ entry: (text: String, message: String)) {
    let problems = TrialFile.problems(
      TrialFile.with("    given: [{kind: panic}]\n    expect: [\(entry.text)]"))
    #expect(problems.contains { $0.contains(entry.message) }, "\(problems)")
  }

  @Test("a test with too many steps fails instead of running for ever")
  func endless() {
    let problems = TrialFile.problems(
      TrialFile.with("    given: [{kind: panic}]\n    expect: [{nothing: {task: {kind: visit}}, at: 744h}]"))
    #expect(problems.first?.contains("needs more than 200000 steps") == true, "\(problems)")
  }

  @Test("a rule of class life is covered by a test with offsets that expects life")
  func coverage() {
    let simple = "expect: {class: life, policy: life, alert: true}"
    let listed = TrialFile.rules.replacing(simple, with: "expect: [{alert: {class: life}, at: 0s}]")
    #expect(TrialFile.problems(listed) == [])
    let other = TrialFile.rules.replacing(simple, with: "expect: [{alert: {}, at: 0s}]")
    #expect(TrialFile.problems(other).first?.contains("no test reaches it") == true)
  }
}
