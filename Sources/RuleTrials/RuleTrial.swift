import AlertEngine
import AlertRules
import CareModel

/// A test beside the rules: signals at their offsets, and what must come out at which.
package struct RuleTrial: Sendable {
  /// Names the test.
  package var name: String
  /// The signals, by their offsets.
  package var given: [Given]
  /// What must come out, in the order of the file.
  package var expected: [Expected]
  /// Engine time of offset 0.
  package var start: Timestamp

  /// A test.
  package init(name: String, given: [Given], expected: [Expected], start: Timestamp) {
    self.name = name
    self.given = given
    self.expected = expected
    self.start = start
  }

  /// A signal, with who and what stands behind it.
  package struct Given: Sendable {
    /// Time from the beginning.
    package var at: TimeSpan
    /// The signal and its people; `now` is not read.
    package var facts: RuleFacts

    /// A signal.
    package init(at: TimeSpan, facts: RuleFacts) {
      self.at = at
      self.facts = facts
    }
  }

  /// One thing that must come out, or must not.
  package struct Expected: Sendable {
    /// What.
    package var what: What
    /// When, exactly; for `nothing`, until when. Nil = at any time of the test.
    package var at: TimeSpan?
    /// Where it is written, for the message.
    package var path: String

    /// An expectation.
    package init(what: What, at: TimeSpan?, path: String) {
      self.what = what
      self.at = at
      self.path = path
    }

    /// What must come out, or must not.
    package enum What: Sendable {
      case comes(TrialPattern)
      /// Nothing that one of the patterns describes, after the entry before this one and until its own offset.
      case nothing([TrialPattern])
    }
  }

  /// An expectation that does not hold.
  package struct Failure: Sendable, Equatable {
    /// Where it is written.
    package var path: String
    /// What is expected and what came instead.
    package var message: String
  }

  /// Most inputs of a test; one that needs more does not come to rest.
  package static let maximumSteps = 200_000
  /// Longest offset.
  package static let longestOffset = TimeSpan.hours(24 * 31)
  /// How long is looked on when nothing says until when.
  package static let usualSpan = TimeSpan.minutes(10)
  /// Things that came, in a message.
  static let maximumListed = 12

  /// Runs the test in the engine core; what does not hold, in the order of the expectations.
  package func run(on rules: RuleSet) -> [Failure] {
    let world = TrialWorld(given, start: start)
    var run = TrialRun(
      of: rules, register: world.register, start: start,
      loading: CaseSnapshot(caseKeys: nil, commitNumber: 0, stays: world.stays), isSupervised: world.isSupervised)
    var last = TimeSpan.zero
    for entry in given.enumerated().sorted(by: { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }) {
      last = entry.element.at
      guard run.advance(to: start + last, maximumSteps: Self.maximumSteps) else { return [endless] }
      take(entry.element.facts, into: &run)
    }
    let wanted = expected.compactMap(\.at).max()
    let isOpen = expected.contains { $0.at == nil }
    let end = start + max(last, wanted ?? .zero) + (isOpen ? Self.usualSpan : .zero)
    guard run.advance(to: end, maximumSteps: Self.maximumSteps) else { return [endless] }
    return failures(run.findings)
  }

  /// An alert of class life must come.
  package var expectsLife: Bool {
    expected.contains { entry in
      guard case .comes(.alert(let pattern)) = entry.what else { return false }
      return pattern.alertClass == .life
    }
  }

  private var endless: Failure {
    Failure(
      path: expected.first?.path ?? "",
      message: "the test needs more than \(Self.maximumSteps) steps: shorten its offsets.")
  }

  private func take(_ facts: RuleFacts, into run: inout TrialRun) {
    var signal = facts.signal
    if let resident = facts.resident {
      run.take(.resident(TrialWorld.known(resident)), at: run.now)
      if signal.hospital?.patient.identifiers.isEmpty == true {
        signal.hospital?.patient.identifiers = [TrialWorld.identifier(of: resident)]
      }
    }
    run.take(signal, at: run.now)
  }

  // MARK: comparing

  private func failures(_ findings: [TrialFinding]) -> [Failure] {
    var failures: [Failure] = []
    var before: TimeSpan?
    for entry in expected {
      let until = entry.at.map { start + $0 }
      switch entry.what {
      case .comes(let pattern):
        let isThere = findings.contains { (until == nil || $0.at == until) && pattern.matches($0) }
        if !isThere {
          let time = entry.at.map { " at \($0.offsetText)" } ?? ""
          failures.append(
            Failure(path: entry.path, message: "\(pattern.text) is expected\(time); \(came(findings, entry.at))"))
        }
      case .nothing(let patterns):
        let from = before.map { start + $0 }
        let found = findings.first { finding in
          (from.map { finding.at > $0 } ?? true) && (until.map { finding.at <= $0 } ?? true)
            && patterns.contains { $0.matches(finding) }
        }
        if let found {
          let time = entry.at.map { " until \($0.offsetText)" } ?? ""
          failures.append(
            Failure(
              path: entry.path,
              message: "nothing of the kind is expected\(time); "
                + "at \((found.at - start).offsetText) came \(found.text)."))
        }
      }
      before = entry.at ?? before
    }
    return failures
  }

  /// What came instead: what is nearest to the moment, in its order.
  private func came(_ findings: [TrialFinding], _ at: TimeSpan?) -> String {
    guard !findings.isEmpty else { return "nothing came." }
    let moment = start + (at ?? .zero)
    let near = findings.enumerated().sorted { left, right in
      let (one, other) = (Self.distance(left.element.at, moment), Self.distance(right.element.at, moment))
      return one == other ? left.offset < right.offset : one < other
    }
    let shown = near.prefix(Self.maximumListed).sorted { $0.offset < $1.offset }.map(\.element)
    let texts = shown.map { "\(($0.at - start).offsetText) \($0.text)" }
    return "what came: " + texts.joined(separator: "; ") + (near.count > shown.count ? "; …" : ".")
  }

  private static func distance(_ left: Timestamp, _ right: Timestamp) -> TimeSpan {
    left < right ? right - left : left - right
  }
}
