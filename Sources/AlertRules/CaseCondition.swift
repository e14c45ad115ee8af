import CEL
import CareModel

/// A condition on a case: when a track starts, whether a step is skipped.
package struct CaseCondition: Sendable {
  private let program: CELProgram

  /// Compiles a condition that gives a bool; it sees `alert`, `resident` and `now`.
  package init(_ text: String) throws(CELCompileError) {
    program = try RuleVocabulary.cases.compile(text, expecting: .bool)
  }

  /// The condition as written.
  package var text: String { program.source }

  /// Whether it holds now; `onError` is the answer when it cannot be told, so that it fails toward help: true for
  /// a start, false for a skipped step.
  package func holds(_ facts: CaseFacts, onError: Bool) -> Bool {
    let activation = CELActivation([
      FactRecords.caseAlert(facts.alert, now: facts.now), FactRecords.resident(facts.resident),
      FactRecords.timestamp(facts.now),
    ])
    return switch program.evaluateBool(in: activation) {
    case .isTrue: true
    case .isFalse: false
    case .isError: onError
    }
  }

  /// Problems of a condition at `path` that compile alone does not show.
  func problems(path: String) -> [RuleProblem] {
    ExpressionCheck.unguardedReads(program, path: path)
  }
}
