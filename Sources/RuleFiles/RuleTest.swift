import AlertRules
import CEL
import CareModel
import RuleTrials

/// One test of a rule set: signals, and what the set must decide about each of them.
struct RuleTest: Sendable {
  let name: String
  let path: String
  let given: [RuleFacts]
  let expect: Expectation
  /// The test has offsets: it is run in the engine instead.
  var trial: RuleTrial?

  struct Expectation: Sendable {
    var alertClass: AlertClass?
    var severity: Int?
    /// Opens or joins an alert.
    var hasAlert: Bool?
    var isJoinOnly: Bool?
    /// Ends the alert that it joins.
    var isEnding: Bool?
    var policy: String?
    /// All signals belong to one alert.
    var isOneAlert: Bool?
  }

  struct Failure {
    let path: String
    let message: String
  }

  struct Outcome {
    var failures: [Failure] = []
    /// Rules of class life that matched while life was expected.
    var lifeRules: [String] = []
  }

  func run(on set: RuleSet) -> Outcome {
    if let trial { return run(trial, on: set) }
    var outcome = Outcome()
    var keys: [String?] = []
    for (index, facts) in given.enumerated() {
      let (decision, trace) = set.explain(facts)
      keys.append(decision.alert?.key)
      for message in differences(decision) {
        outcome.failures.append(Failure(path: "\(path).given[\(index)]", message: message + " (\(decision.reason))"))
      }
      for failure in trace.failures {
        outcome.failures.append(
          Failure(path: "\(path).given[\(index)]", message: "error in \(failure.rule): \(failure.code.message)"))
      }
      if expect.alertClass == .life { outcome.lifeRules += trace.classified }
    }
    if let expected = expect.isOneAlert, expected != (Set(keys).count == 1 && keys.first != .some(nil)) {
      let message = expected ? "the signals are not one alert." : "the signals are one alert."
      outcome.failures.append(Failure(path: path, message: message))
    }
    return outcome
  }

  private func run(_ trial: RuleTrial, on set: RuleSet) -> Outcome {
    var outcome = Outcome()
    outcome.failures = trial.run(on: set).map { Failure(path: $0.path, message: $0.message) }
    guard trial.expectsLife else { return outcome }
    for facts in given {
      let (decision, trace) = set.explain(facts)
      if decision.alertClass == .life { outcome.lifeRules += trace.classified }
    }
    return outcome
  }

  private func differences(_ decision: RoutingDecision) -> [String] {
    var differences: [String] = []
    func compare(_ what: String, _ expected: String?, _ found: String) {
      guard let expected, expected != found else { return }
      differences.append("\(what) \(expected) is expected, it is \(found)")
    }
    compare("class", expect.alertClass?.rawValue, decision.alertClass.rawValue)
    compare("severity", expect.severity.map(String.init), String(decision.severity))
    compare("alert", expect.hasAlert.map(String.init), String(decision.alert != nil))
    compare("joinOnly", expect.isJoinOnly.map(String.init), String(decision.alert?.isJoinOnly ?? false))
    compare("ends", expect.isEnding.map(String.init), String(decision.alert?.isEnding ?? false))
    compare("policy", expect.policy, decision.alert?.policy ?? "none")
    return differences
  }
}
