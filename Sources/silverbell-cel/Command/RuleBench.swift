import CEL

/// The rule by itself: compiled over records, evaluated on facts where every part of it is looked at.
enum RuleBench {
  static let signal = CELRecordType(
    name: "signal", fields: [CELField("kind", .string), CELField("battery", .int, isOptional: true)])
  static let resident = CELRecordType(
    name: "resident", fields: [CELField("risk", .int), CELField("district", .string)])

  static func environment() throws -> CELEnvironment {
    var environment = CELEnvironment()
    try environment.declare("signal", .record(signal))
    try environment.declare("resident", .record(resident))
    return environment
  }

  static func activation(kind: String) -> CELActivation {
    CELActivation([
      CELRecord(signal, [.text(kind), .int(11)]).map(CELValue.record),
      CELRecord(resident, [.int(4), .text("Wuzhong")]).map(CELValue.record),
    ])
  }

  private static let kinds = ["panic", "fall", "smoke", "gas", "water", "heartbeat", "lineLost", "batteryLow"]

  /// 200 rules, each about one of the kinds in turn.
  private static func rules(kinds: [String]) throws -> [CELProgram] {
    let environment = try environment()
    return try (0..<200).map { number in
      try environment.compile(
        "signal.kind == '\(kinds[number % kinds.count])' && resident.risk >= 3 "
          + "&& !(resident.district in ['SIP','Gusu']) && signal.battery < \(20 + number)", expecting: .bool)
    }
  }

  static func lines() throws -> [BenchCommand.Line] {
    let program = try environment().compile(BenchCommand.rule, expecting: .bool)
    let (match, other) = (activation(kind: "panic"), activation(kind: "smoke"))
    precondition(program.evaluateBool(in: match) == .isTrue, "every part of the rule is looked at")
    let (alike, mixed) = (try rules(kinds: ["panic"]), try rules(kinds: kinds))
    var matches = 0
    let lines = [
      BenchCommand.measure("the rule, true", target: 150, calls: 200_000) {
        if program.evaluateBool(in: match) == .isTrue { matches += 1 }
      },
      BenchCommand.measure("the rule, decided by its first part", target: 150, calls: 200_000) {
        if program.evaluateBool(in: other) == .isTrue { matches += 1 }
      },
      BenchCommand.measure("200 rules about 8 kinds, 25 true, without an index", target: 10_000, calls: 2_000) {
        for rule in mixed where rule.evaluateBool(in: match) == .isTrue { matches += 1 }
      },
      BenchCommand.measure("200 rules about one kind, all true", calls: 2_000) {
        for rule in alike where rule.evaluateBool(in: match) == .isTrue { matches += 1 }
      },
    ]
    precondition(matches > 0)
    return lines
  }
}
