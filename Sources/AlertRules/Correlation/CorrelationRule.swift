import CEL
import CareModel

/// A compiled `correlate` rule.
package struct CorrelationRule: Sendable {
  /// The id, by which its state survives.
  package let id: String
  /// The signal that it makes.
  package let emit: CorrelateDefinition.Emit
  /// How it moves.
  package let machine: CorrelationMachine
  /// Most instances.
  package let maxKeys: Int
  /// Its deadlines move on by the time in which we could hear nobody.
  package let isExtended: Bool
  /// Kinds of signals that say something about it, heartbeats left out.
  package let kinds: Set<SignalKind>
  let key: [CELProgram]
  let conditions: Conditions

  /// The compiled conditions of an operator.
  enum Conditions: Sendable {
    case hold(when: CELProgram)
    case sequence(first: CELProgram, second: CELProgram)
    case absent(after: CELProgram?, of: CELProgram, span: Span, holding: CELProgram?)
    case count(when: CELProgram, distinct: CELProgram?)
    case pair(start: CELProgram, stop: CELProgram)

    /// Those that a signal may meet.
    var ofSignals: [CELProgram] {
      switch self {
      case .hold(let when), .count(let when, _): [when]
      case .sequence(let first, let second): [first, second]
      case .absent(let after, let of, _, _): [after, of].compactMap { $0 }
      case .pair(let start, let stop): [start, stop]
      }
    }

    /// All of them.
    var all: [CELProgram] {
      switch self {
      case .absent(_, _, let span, let holding): ofSignals + [span.program, holding].compactMap { $0 }
      case .count(_, let distinct): ofSignals + [distinct].compactMap { $0 }
      default: ofSignals
      }
    }
  }

  enum Span: Sendable {
    case fixed(TimeSpan)
    case expression(CELProgram)

    var program: CELProgram? { if case .expression(let program) = self { program } else { nil } }
  }

  /// Errors of its conditions count as matches.
  package var decidesAboutLife: Bool { emit.alertClass == .life }
}

extension SignalKind {
  /// The kind that says the opposite: it ends what a `hold` on this kind waits for, although `when` cannot match it.
  var counterpart: SignalKind? {
    switch self {
    case .mainsLost: .mainsRestored
    case .lineLost: .lineRestored
    case .networkFault: .networkRestored
    case .leave: .returned
    case .admit: .discharge
    default: nil
    }
  }
}
