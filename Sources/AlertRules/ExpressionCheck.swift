import CEL
import CareModel

/// What is wrong with an expression that compiles.
enum ExpressionCheck {
  /// Reads of optional fields that no test to their left protects.
  static func unguardedReads(_ program: CELProgram, path: String) -> [RuleProblem] {
    program.fieldReads.filter { !isGuarded($0) }.map { read in
      RuleProblem(
        path: path, reason: .unguarded(field: read.path),
        message: "\(read.path) may be absent, and this rule decides about help: write has(\(read.path)) && before it.",
        line: read.line, column: read.column)
    }
  }

  /// Words that are no signal kind, and conditions that no signal can meet.
  static func impossible(_ program: CELProgram, path: String) -> [RuleProblem] {
    let words = (program.possibleValues(of: "signal.kind") ?? []).compactMap { value -> String? in
      guard case .string(let text) = value else { return nil }
      return text.text
    }
    if let unknown = words.first(where: { SignalKind(rawValue: $0) == nil }) {
      return [
        RuleProblem(
          path: path, reason: .neverTrue,
          message: "'\(unknown)' is not a signal kind: check the spelling against the vocabulary.")
      ]
    }
    guard SignalKind.allCases.contains(where: { isPossible(program, $0) }) else {
      return [
        RuleProblem(
          path: path, reason: .neverTrue,
          message: "no signal can meet this condition: remove the rule or one of its tests.")
      ]
    }
    return []
  }

  /// Whether the condition can be anything but false for signals of a kind.
  static func isPossible(_ program: CELProgram, _ kind: SignalKind) -> Bool {
    allows(program.possibleValues(of: "signal.kind"), kind.rawValue)
      && allows(program.possibleValues(of: "signal.group"), kind.group.rawValue)
  }

  private static func allows(_ values: [CELValue]?, _ word: String) -> Bool {
    guard let values else { return true }
    let wanted = CELValue.text(word)
    return values.contains { $0.isEqual(to: wanted) }
  }

  /// The signal, and the first one of a sequence.
  private static let signals = ["signal", "a"]

  /// The fields of a resident, device, dwelling or stay are known together or not at all; those of a signal are not.
  private static func isGuarded(_ read: CELFieldRead) -> Bool {
    guard read.isOptional else { return true }
    return read.guards.contains { known in
      switch known {
      case .has(let path):
        path == read.path || !signals.contains(read.variable) && path.hasPrefix(read.variable + ".")
      case .oneOf("signal.kind", _), .oneOf("signal.group", _): read.variable == "signal"
      case .oneOf("a.kind", _), .oneOf("a.group", _): read.variable == "a"
      case .oneOf(let path, let values):
        path == read.path || path == read.variable + ".known" && values.allSatisfy { $0.isEqual(to: .bool(true)) }
      }
    }
  }
}
