import CEL

/// Expressions as the body of a loop inside the language, over maps instead of records, less the almost empty loop:
/// what can be measured alike in engines of other languages, whose calls would cost more than the rule.
enum LoopBench {
  static let elements = 1_000

  private static let bodies = [
    ("the rule", BenchCommand.rule),
    ("a comparison of two fields", "signal.battery < 20 && resident.risk > 3"),
    ("arithmetic", "(i * 7 + 3) % 5 - 2 * i < 9"),
    ("a text is put together", "'d-' + resident.district == 'd-Wuzhong'"),
    ("a regular expression", "resident.district.matches('^W[a-z]+g$')"),
    ("a map is made and asked", "{'a': i, 'b': 2}['b'] == 2"),
  ]

  /// `body` once for every element of a list, with the facts as maps.
  static func loop(_ body: String) -> String {
    let list = "[" + Array(repeating: "1", count: elements).joined(separator: ",") + "]"
    return "[{'kind': 'panic', 'battery': 11}].all(signal, [{'risk': 4, 'district': 'Wuzhong'}].all(resident, "
      + "\(list).all(i, \(body))))"
  }

  static func lines() throws -> [BenchCommand.Line] {
    let rest = try measure("i > 0")
    return try bodies.map { name, body in
      let whole = try measure(body)
      return BenchCommand.Line(
        name: "in a loop: " + name, nanoseconds: (whole.nanoseconds - rest.nanoseconds) / Double(elements),
        allocations: (whole.allocations - rest.allocations) / Double(elements), target: nil, body: body)
    }
  }

  private static func measure(_ body: String) throws -> BenchCommand.Line {
    let program = try CELEnvironment().compile(loop(body))
    let activation = CELActivation([])
    precondition(program.evaluateBool(in: activation) == .isTrue, "the loop ends at its end only")
    return BenchCommand.measure(body, calls: 20) { _ = program.evaluateBool(in: activation) }
  }
}
