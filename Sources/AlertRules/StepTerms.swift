import CEL
import CareModel

/// What most steps do not have; behind one reference, so that ordinary steps are not larger for it.
package final class StepTerms: Sendable {
  /// Only whoever satisfies it is asked.
  package let who: StaffExpression?
  /// Whoever has the lowest is asked first.
  package let order: StaffExpression?
  /// Asked only when it holds as the step's turn comes.
  package let when: CaseCondition?
  /// The step ends as soon as it holds.
  package let until: CaseCondition?
  /// Channels that may be used; empty = all. `phone` is the staff's own connection.
  package let channels: [String]

  /// Terms of a step.
  package init(
    who: StaffExpression? = nil, order: StaffExpression? = nil, when: CaseCondition? = nil,
    until: CaseCondition? = nil, channels: [String] = []
  ) {
    self.who = who
    self.order = order
    self.when = when
    self.until = until
    self.channels = channels
  }
}

/// A member of staff as `who` and `order` see them.
package struct StaffFacts: Sendable {
  /// The row of the register.
  package var member: StaffMember
  /// Metres to the home; nil when either position is unknown or stale.
  package var distanceMetres: Double?
  /// Has another offer open.
  package var hasOpenOffer: Bool

  /// Facts of a member of staff.
  package init(member: StaffMember, distanceMetres: Double? = nil, hasOpenOffer: Bool = false) {
    self.member = member
    self.distanceMetres = distanceMetres
    self.hasOpenOffer = hasOpenOffer
  }
}

/// An expression over a member of staff and a case: `who` gives a bool, `order` a double.
package struct StaffExpression: Sendable {
  fileprivate let program: CELProgram
  fileprivate let schedules: ScheduleReads

  init(_ text: String, expecting type: CELType, schedules book: ScheduleBook) throws(CELCompileError) {
    program = try book.extended(RuleVocabulary.staffChoice).compile(text, expecting: type)
    schedules = book.reads(of: CollectionOfOne(program))
  }

  /// The expression as written.
  package var text: String { program.source }

  /// It speaks of the member of staff alone, so that it can be answered without a case.
  var isOfStaffAlone: Bool { program.variables.allSatisfy { $0 == "staff" } }

  /// Problems of an expression at `path` that compile alone does not show.
  func problems(path: String) -> [RuleProblem] {
    ExpressionCheck.unguardedReads(program, path: path)
  }
}

/// Chooses among staff by the terms of a step; what does not change from one to the next is made once.
package struct StaffChoice: Sendable {
  private let who: StaffExpression?
  private let order: StaffExpression?
  private let caseActivation: CELActivation

  /// The choice for a case; a task made by hand has no alert.
  package init(_ terms: StepTerms, alert: Alert?, resident: Resident?, now: Timestamp) {
    self.init(who: terms.who, order: terms.order, alert: alert, resident: resident, now: now)
  }

  init(who: StaffExpression?, order: StaffExpression?, alert: Alert?, resident: Resident?, now: Timestamp) {
    self.who = who
    self.order = order
    var activation = CELActivation([
      nil, alert.flatMap { FactRecords.caseAlert($0, now: now) }, FactRecords.resident(resident),
      FactRecords.timestamp(now),
    ])
    for expression in [who, order] {
      if let schedules = expression?.schedules { activation = schedules.adding(to: activation, at: now) }
    }
    caseActivation = activation
  }

  /// Whether somebody is wanted; true when it cannot be told, because asking one too many is the smaller harm.
  package func isWanted(_ staff: StaffFacts) -> Bool {
    guard let who else { return true }
    return who.program.evaluateBool(in: activation(staff)) != .isFalse
  }

  /// The place of somebody: the lowest is asked first, and last of all those of whom it cannot be told.
  package func rank(_ staff: StaffFacts) -> Double {
    guard let order else { return 0 }
    do throws(CELEvaluationError) {
      guard case .double(let value) = try order.program.evaluate(in: activation(staff)), !value.isNaN
      else { return .infinity }
      return value
    } catch {
      return .infinity
    }
  }

  private func activation(_ staff: StaffFacts) -> CELActivation {
    var activation = caseActivation
    activation.slots[0] = FactRecords.staff(staff)
    return activation
  }
}
