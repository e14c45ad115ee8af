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

/// The same rule as the body of a loop inside the language, over maps instead of records, less the empty loop: what can
/// be measured alike in engines of other languages, whose calls would cost more than the rule.
enum LoopBench {
  static let elements = 1_000

  /// `body` once for every element of a list, with the facts as maps.
  static func loop(_ body: String) -> String {
    let list = "[" + Array(repeating: "1", count: elements).joined(separator: ",") + "]"
    return "[{'kind': 'panic', 'battery': 11}].all(signal, [{'risk': 4, 'district': 'Wuzhong'}].all(resident, "
      + "\(list).all(i, \(body))))"
  }

  static func lines() throws -> [BenchCommand.Line] {
    let full = try CELEnvironment().compile(loop(BenchCommand.rule))
    let empty = try CELEnvironment().compile(loop("i > 0"))
    let activation = CELActivation([])
    precondition(full.evaluateBool(in: activation) == .isTrue, "the loop ends at its end only")
    let whole = BenchCommand.measure("", calls: 20) { _ = full.evaluateBool(in: activation) }
    let rest = BenchCommand.measure("", calls: 20) { _ = empty.evaluateBool(in: activation) }
    return [
      BenchCommand.Line(
        name: "the rule as the body of a loop over maps",
        nanoseconds: (whole.nanoseconds - rest.nanoseconds) / Double(elements),
        allocations: (whole.allocations - rest.allocations) / Double(elements), target: nil)
    ]
  }
}
