import CEL
import CareModel

/// A condition on a case: when a track starts, whether a step is asked, skipped or ended.
package struct CaseCondition: Sendable {
  private let program: CELProgram
  private let schedules: ScheduleReads
  private let readsCase: Bool

  /// Compiles a condition that gives a bool; it sees `alert`, `case`, `resident` and `now`.
  package init(_ text: String) throws(CELCompileError) { try self.init(text, schedules: .empty) }

  /// The same with the schedules of its set.
  init(_ text: String, schedules book: ScheduleBook) throws(CELCompileError) {
    program = try book.extended(RuleVocabulary.cases).compile(text, expecting: .bool)
    schedules = book.reads(of: CollectionOfOne(program))
    readsCase = program.variables.contains("case")
  }

  /// The condition as written.
  package var text: String { program.source }

  /// Whether it holds now; `onError` is the answer when it cannot be told, so that it fails toward help: true for
  /// a start, false for a skipped step.
  package func holds(_ facts: CaseFacts, onError: Bool) -> Bool {
    let activation = CELActivation([
      FactRecords.caseAlert(facts.alert, now: facts.now), FactRecords.resident(facts.resident),
      FactRecords.timestamp(facts.now),
      readsCase ? FactRecords.caseRecord(facts.alert, now: facts.now) : nil,
    ])
    return switch program.evaluateBool(in: schedules.adding(to: activation, at: facts.now)) {
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
