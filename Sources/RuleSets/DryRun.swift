import CareModel
import JSONText
import RuleFiles
import RuleTrials

/// What a candidate would do to the life signals of last month.
package struct DryRun: Sendable, Equatable {
  /// A life signal that would be worse off, with the rule and its place.
  package struct Problem: Sendable, Equatable {
    /// The signal.
    package var signal: SignalID
    /// The time of receipt.
    package var at: Timestamp
    /// `unrouted` or `askedLater`.
    package var kind: String
    /// The candidate's rule: `alert person`, `policy life`.
    package var rule: String
    /// The candidate's file and line.
    package var place: String
    /// In one sentence.
    package var message: String
  }

  /// How far back is looked.
  package static let span = TimeSpan.hours(24 * 30)
  /// Most signals that are looked at.
  package static let maximumSignals = 100_000

  /// Signals that were looked at.
  package var looked: Int
  /// Since when.
  package var since: Timestamp
  /// There were more signals than are looked at.
  package var isCut: Bool
  /// Signals that are worse off.
  package var worse: Int
  /// The first of them.
  package var problems: [Problem]

  /// Nothing looked at: there is nothing to compare with.
  package static func nothing(since: Timestamp) -> DryRun {
    DryRun(looked: 0, since: since, isCut: false, worse: 0, problems: [])
  }

  /// One line for people.
  package var summary: String {
    let cut = isCut ? "; more were not looked at" : ""
    return "\(looked) life signals since \(since.rfc3339) were looked at\(cut); \(worse) would be worse off."
  }

  func write(to object: inout JSONWriter) {
    object.member("looked", looked)
    object.member("since", since.rfc3339)
    object.member("cut", isCut)
    object.member("worse", worse)
    object.arrayMember("problems") { array in
      for problem in problems {
        array.object { entry in
          entry.member("signal", problem.signal.description)
          entry.member("at", problem.at.rfc3339)
          entry.member("kind", problem.kind)
          entry.member("rule", problem.rule)
          entry.member("place", problem.place)
          entry.member("message", problem.message)
        }
      }
    }
  }

  /// As JSON, for the version's row.
  package var json: String {
    var writer = JSONWriter()
    writer.object { write(to: &$0) }
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

extension DryRun.Problem {
  /// A problem, at its place in the candidate's file.
  init(_ problem: RuleSafety.Problem, in file: RuleFile) {
    signal = problem.signal
    at = problem.at
    let line: Int
    let text: String
    switch problem.kind {
    case .unrouted:
      kind = "unrouted"
      let id = Self.alertRule(problem.reason)
      rule = id.map { "alert \($0)" } ?? "alert: no rule"
      line = file.line(ofAlertRule: id)
      text = "would open no alert, so nobody is asked"
    case .askedLater(let isField, let span):
      kind = "askedLater"
      rule = "policy \(problem.policy ?? "")"
      line = file.line(ofPolicy: problem.policy ?? "")
      let who = isField ? "people in the field" : "the desk"
      text = span.map { "would ask \(who) \($0.offsetText) later" } ?? "would not ask \(who) within 10 min"
    }
    place = "\(file.name):\(line)"
    let subject = "the \(problem.about.rawValue) signal \(problem.signal) of \(problem.at.rfc3339)"
    message = "\(subject) \(text) (\(rule), \(place))."
  }

  /// The alert rule in a reason's text; nil when none matched.
  private static func alertRule(_ reason: String) -> String? {
    let part = reason.split(separator: "; ").first { $0.hasPrefix("alert: ") }?.dropFirst("alert: ".count)
    guard let part, part != "none", !part.contains(" ") else { return nil }
    return String(part)
  }
}
