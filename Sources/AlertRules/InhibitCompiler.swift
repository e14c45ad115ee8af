import CEL
import CareModel

/// Compiles `inhibit` rules and checks that none can hold back its own source.
struct InhibitCompiler {
  private(set) var problems: [RuleProblem] = []

  mutating func compile(_ definitions: [InhibitDefinition]) -> [CompiledRules.Inhibit] {
    if definitions.count > RuleLimits.inhibitRules {
      report("inhibit", .tooMany, "there are \(definitions.count) entries; the limit is \(RuleLimits.inhibitRules).")
    }
    var ids: Set<String> = []
    var compiled: [CompiledRules.Inhibit] = []
    for (index, rule) in definitions.prefix(RuleLimits.inhibitRules).enumerated() {
      let path = "inhibit[\(index)]"
      if let message = RuleID.refusal(rule.id, &ids) { report(path + ".id", .badID, message) }
      let equal = compile(equal: rule.equal, path + ".equal")
      guard let source = condition(rule.source, path + ".source"),
        let target = condition(rule.target, path + ".target")
      else { continue }
      if Self.canBeBoth(source, target) {
        report(
          path + ".target", .inhibitsItself,
          "one alert can match source and target, and would hold itself back: make them exclude each other, such as "
            + "by signal.kind or alert.class.")
      }
      compiled.append(.init(id: rule.id, source: source, target: target, equal: equal))
    }
    return compiled
  }

  private mutating func compile(equal paths: [String], _ path: String) -> [CELProgram] {
    if paths.count > RuleLimits.keyParts {
      report(path, .tooMany, "there are \(paths.count) entries; the limit is \(RuleLimits.keyParts).")
    }
    var compiled: [CELProgram] = []
    for (index, text) in paths.prefix(RuleLimits.keyParts).enumerated() {
      let place = "\(path)[\(index)]"
      guard let program = expression(text, nil, place) else { continue }
      switch program.resultType {
      case .string, .int, .uint, .bool: compiled.append(program)
      default:
        report(place, .keyType, "what must be equal is a string, int or bool; this is \(program.resultType.name).")
      }
    }
    return compiled
  }

  private mutating func condition(_ text: String, _ path: String) -> CELProgram? {
    guard let program = expression(text, .bool, path) else { return nil }
    problems += ExpressionCheck.impossible(program, path: path)
    problems += ExpressionCheck.unguardedReads(program, path: path)
    return program
  }

  private mutating func expression(_ text: String, _ type: CELType?, _ path: String) -> CELProgram? {
    do throws(CELCompileError) {
      return try RuleVocabulary.routing.compile(text, expecting: type)
    } catch {
      problems.append(RuleProblem(path: path, error))
      return nil
    }
  }

  /// Whether one alert can match both: no field of few words tells them apart.
  private static func canBeBoth(_ source: CELProgram, _ target: CELProgram) -> Bool {
    let fields = ["alert.class", "signal.feed", "signal.sender", "signal.serial", "signal.origin"]
    let isApart = fields.contains { field in
      guard let left = source.possibleValues(of: field), let right = target.possibleValues(of: field) else {
        return false
      }
      return !left.contains { value in right.contains { $0.isEqual(to: value) } }
    }
    return !isApart
      && SignalKind.allCases.contains {
        ExpressionCheck.isPossible(source, $0) && ExpressionCheck.isPossible(target, $0)
      }
  }

  private mutating func report(_ path: String, _ reason: RuleProblem.Reason, _ message: String) {
    problems.append(RuleProblem(path: path, reason: reason, message: message))
  }
}
