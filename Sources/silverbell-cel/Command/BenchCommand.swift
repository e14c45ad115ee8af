import CEL
import CMallocCount
import Glibc

/// Nanoseconds and allocations of rules, measured in one run.
enum BenchCommand {
  /// The rule of the design page, over records.
  static let rule =
    "signal.kind == 'panic' && resident.risk >= 3 && !(resident.district in ['SIP','Gusu']) && signal.battery < 20"

  struct Line {
    var name: String
    var nanoseconds: Double
    var allocations: Double
    /// The most that is allowed, in nanoseconds; nil where there is no target.
    var target: Double?
    /// The expression itself, where other engines can be measured with it.
    var body: String?
  }

  static func run(_ arguments: [String]) -> Int32 {
    var rest = arguments[...]
    var (isJSON, file) = (false, "deploy/rules/default.yaml")
    while let word = rest.popFirst() {
      switch word {
      case "--json": isJSON = true
      case "--rules":
        guard let name = rest.popFirst() else { return SilverbellCEL.refuse() }
        file = name
      default: return SilverbellCEL.refuse()
      }
    }
    do {
      let lines = try RuleBench.lines() + LoopBench.lines() + RuleSetBench.lines(file: file)
      print(isJSON ? json(lines) : table(lines))
      return lines.allSatisfy { $0.nanoseconds <= $0.target ?? .infinity } ? 0 : 1
    } catch {
      SilverbellCEL.complain("\(error)")
      return 2
    }
  }

  /// The best of some rounds, each long enough for the clock; allocations of one call.
  static func measure(_ name: String, target: Double? = nil, calls: Int, _ body: () -> Void) -> Line {
    for _ in 0..<max(1, calls / 10) { body() }
    var best = UInt64.max
    var allocations = UInt64.max
    for _ in 0..<7 {
      let (before, start) = (silverbell_allocations(), now())
      for _ in 0..<calls { body() }
      best = min(best, now() - start)
      allocations = min(allocations, silverbell_allocations() - before)
    }
    return Line(
      name: name, nanoseconds: Double(best) / Double(calls), allocations: Double(allocations) / Double(calls),
      target: target)
  }

  /// Processor time of this thread: what else the machine does is not counted.
  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  // MARK: output

  private static func table(_ lines: [Line]) -> String {
    let header = "what".padded(58) + "        ns  allocations    target ns"
    return ([header] + lines.map { line in
      line.name.padded(58) + text(line.nanoseconds).padded(left: 10) + text(line.allocations).padded(left: 13)
        + (line.target.map(text) ?? "-").padded(left: 13)
    }).joined(separator: "\n")
  }

  private static func json(_ lines: [Line]) -> String {
    "[" + lines.map { line in
      "{\"name\":\"\(line.name)\",\"ns\":\(text(line.nanoseconds)),\"allocations\":\(text(line.allocations)),"
        + "\"target\":\(line.target.map(text) ?? "null"),\"body\":\(line.body.map { "\"\($0)\"" } ?? "null")}"
    }.joined(separator: ",\n ") + "]"
  }

  /// One digit after the point.
  private static func text(_ number: Double) -> String {
    let tenths = Int(number * 10 + 0.5)
    return "\(tenths / 10).\(tenths % 10)"
  }
}

extension String {
  fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }

  fileprivate func padded(left width: Int) -> String { String(repeating: " ", count: max(1, width - count)) + self }
}
