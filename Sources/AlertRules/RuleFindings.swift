import CEL
import CareModel

/// What one rule said about a signal, with the values that decided.
package struct RuleFinding: Sendable, Equatable {
  /// How a condition came out.
  package enum Outcome: String, Sendable, CaseIterable {
    case isTrue = "true"
    case isFalse = "false"
    case isError = "error"
  }

  /// A part of the condition, and its value or its error.
  package struct Value: Sendable, Equatable {
    /// As it is written.
    package var text: String
    /// What it gave.
    package var value: String
  }

  /// `classify`, `alert` or `route`.
  package var section: String
  /// The rule's id; the policy's of a route.
  package var id: String
  /// How it came out.
  package var outcome: Outcome
  /// The parts that decided, at most ``maximumValues``.
  package var values: [Value]

  /// Most values of a rule.
  package static let maximumValues = 12
  /// Longest text or value in bytes; what is longer is cut.
  package static let maximumTextBytes = 160
}

extension RuleSet {
  /// Every rule that could match a signal of this kind, in the order of the set, then the routes. The alert rules after
  /// the one that took the signal were not asked.
  package func findings(_ facts: RuleFacts) -> [RuleFinding] {
    let own = rules.overrides.isEmpty ? [] : rules.overrides(of: facts.resident?.id, at: facts.now)
    var activation = CompiledRules.activation(facts, own)
    let (decision, trace) = explain(facts)
    let timed = rules.timed(activation, facts)
    var findings = rules.classifyIndex.candidates(facts.signal.kind).map { index in
      RuleFinding("classify", rules.classify[index].id, rules.classify[index].program, timed)
    }
    activation.slots.append(
      FactRecords.decided(decision.alertClass, severity: decision.severity, labels: decision.labels))
    activation = rules.timed(activation, facts)
    for index in rules.alertIndex.candidates(facts.signal.kind) {
      findings.append(RuleFinding("alert", rules.alert[index].id, rules.alert[index].program, activation))
      if rules.alert[index].id == trace.alertRule { break }
    }
    guard decision.alert != nil else { return findings }
    var path = trace.routes.dropFirst()[...]
    var route: CompiledRules.Route? = rules.route
    while let current = route {
      route = nil
      for next in current.routes {
        guard let when = next.when else { continue }
        findings.append(RuleFinding("route", next.policy, when, activation))
        if findings.last?.outcome == .isTrue, next.policy == path.first {
          route = next
          break
        }
      }
      path = path.dropFirst()
    }
    return findings
  }
}

extension RuleFinding {
  fileprivate init(_ section: String, _ id: String, _ program: CELProgram, _ activation: CELActivation) {
    let outcome: Outcome =
      switch program.evaluateBool(in: activation) {
      case .isTrue: .isTrue
      case .isFalse: .isFalse
      case .isError: .isError
      }
    let lines = program.explain(in: activation)
    // The whole and what only joins are told by their parts.
    let parts = lines.enumerated().filter { index, line in
      index + 1 == lines.count || lines[index + 1].depth <= line.depth
    }
    let values = parts.prefix(Self.maximumValues).map { Value(text: cut($1.text), value: cut(Self.text($1.outcome))) }
    self.init(section: section, id: id, outcome: outcome, values: values)
  }

  private static func text(_ outcome: Result<CELValue, CELEvaluationError>) -> String {
    switch outcome {
    case .success(let value): value.description
    case .failure(let error): "error: " + error.code.message
    }
  }
}

private func cut(_ text: String) -> String {
  guard text.utf8.count > RuleFinding.maximumTextBytes else { return text }
  return String(decoding: text.utf8.prefix(RuleFinding.maximumTextBytes), as: UTF8.self) + "…"
}
