import AlertRules
import CareModel
import EngineHost
import JSONText
import RuleFiles
import RuleTrials

/// What `rules check` says of a file.
package struct RuleCheck: Sendable {
  /// The set's name and hash, and what it costs; nil when it does not compile.
  package var set: (name: String, hash: String, cost: RuleCost)?
  /// Everything that is wrong.
  package var problems: [RuleFileProblem]
  /// What is not wrong but will not work with the staff of the register.
  package var warnings: [RuleFileProblem]
  /// The tests that were run.
  package var tests: [RuleFile.TestResult]

  /// Checks a file and runs its tests.
  ///
  /// - Parameter staff: the staff of the register; nil = unknown, so that nothing is said about it.
  package init(_ bytes: [UInt8], name: String, staff: [StaffMember]? = nil) {
    tests = []
    warnings = []
    do throws(RuleFileRefusal) {
      let file = try RuleFiles.read(bytes: bytes, name: name)
      set = (file.set.name, file.set.hash, file.set.cost)
      problems = []
      if let staff { warnings = file.warnings(staff: staff) }
      tests = file.runTests()
      try file.check()
    } catch {
      problems = error.problems
    }
  }

  /// The file may be put in force.
  package var isRight: Bool { problems.isEmpty }

  /// For people, a line each.
  package var lines: [String] {
    var lines = problems.map(\.description) + warnings.map { "warning: \($0)" }
    if let set {
      lines.append(
        "\(set.name): cost of the dearest expression \(set.cost.cost) of \(RuleLimits.expressionCost) "
          + "(\(set.cost.dearest)); of all that a \(set.cost.kind.rawValue) signal may meet \(set.cost.perSignal).")
      lines.append("\(tests.filter(\.problems.isEmpty).count) of \(tests.count) tests pass; hash \(set.hash).")
    }
    if isRight { lines.append("The rules are right.") }
    return lines
  }

  /// As JSON.
  package func write(to object: inout JSONWriter) {
    object.member("ok", isRight)
    object.member("name", set?.name)
    object.member("hash", set?.hash)
    if let cost = set?.cost {
      object.objectMember("cost") { part in
        part.member("dearest", cost.dearest)
        part.member("cost", Int(clamping: cost.cost))
        part.member("limit", Int(clamping: RuleLimits.expressionCost))
        part.member("kind", cost.kind.rawValue)
        part.member("perSignal", Int(clamping: cost.perSignal))
      }
    }
    object.arrayMember("problems") { array in for problem in problems { problem.write(to: &array) } }
    object.arrayMember("warnings") { array in for warning in warnings { warning.write(to: &array) } }
    object.arrayMember("tests") { array in for test in tests { test.write(to: &array) } }
  }
}

extension RuleFileProblem {
  func write(to array: inout JSONWriter) {
    array.object { entry in
      entry.member("file", file)
      entry.member("line", line)
      entry.member("column", column)
      entry.member("message", message)
    }
  }
}

extension RuleFile.TestResult {
  /// One line for people: `✓ name` or `✗ name`, with what fails below.
  package var lines: [String] { ["\(problems.isEmpty ? "✓" : "✗") \(name)"] + problems.map { "  \($0)" } }

  /// As JSON.
  package func write(to array: inout JSONWriter) {
    array.object { entry in
      entry.member("name", name)
      entry.member("line", line)
      entry.member("passed", problems.isEmpty)
      entry.arrayMember("problems") { list in for problem in problems { problem.write(to: &list) } }
    }
  }
}

extension RuleVersion {
  /// One line for people.
  package var line: String {
    let second = secondBy.map { " and \($0)" } ?? ""
    let reason = reason.map { ": \($0)" } ?? ""
    return "\(version)  \(activatedAt.rfc3339)  \(hash.prefix(12))  \(name)  \(origin.rawValue) by "
      + "\(activatedBy)\(second)\(reason)"
  }

  /// As JSON, with the text where it was read.
  package func write(to array: inout JSONWriter) {
    array.object { entry in
      entry.member("version", Int(version))
      entry.member("hash", hash)
      entry.member("name", name)
      entry.member("origin", origin.rawValue)
      entry.member("activatedAt", activatedAt.rfc3339)
      entry.member("activatedBy", activatedBy)
      entry.member("secondBy", secondBy)
      entry.member("reason", reason)
      if !body.isEmpty { entry.member("text", String(decoding: body, as: UTF8.self)) }
    }
  }
}

extension RuleDifferences {
  /// For people, a line each.
  package var lines: [String] {
    let from = first.map { " since \($0.rfc3339)" } ?? ""
    var lines = [
      "\(signals) signals\(from): \(activeAlerts) alerts by the active set, \(candidateAlerts) by the candidate."
    ]
    for (word, counts) in [("alerts", alerts), ("tasks", tasks)] where !counts.isEmpty {
      let parts = Kind.allCases.compactMap { kind in counts[kind].map { "\($0) \(kind.rawValue)" } }
      lines.append("\(word): " + parts.joined(separator: ", "))
    }
    if isEmpty { lines.append("Nothing differs.") }
    lines += entries.map { entry in
      let signal = entry.signal.map { " signal \($0)" } ?? ""
      let what = "\(entry.kind.rawValue) \(entry.thing)  \(entry.at.rfc3339)  \(entry.about.rawValue)"
      return "\(what)\(signal): \(entry.text)"
    }
    let count = alerts.values.reduce(0, +) + tasks.values.reduce(0, +)
    if count > entries.count { lines.append("… and \(count - entries.count) more.") }
    return lines
  }

  /// As JSON.
  package func write(to object: inout JSONWriter) {
    object.member("signals", signals)
    object.member("from", first?.rfc3339)
    object.member("to", last?.rfc3339)
    object.member("activeAlerts", activeAlerts)
    object.member("candidateAlerts", candidateAlerts)
    for (name, counts) in [("alerts", alerts), ("tasks", tasks)] {
      object.key(text: name)
      object.object { part in for kind in Kind.allCases { part.member(text: kind.rawValue, counts[kind] ?? 0) } }
    }
    object.arrayMember("entries") { array in
      for entry in entries {
        array.object { part in
          part.member("kind", entry.kind.rawValue)
          part.member("thing", entry.thing)
          part.member("signal", entry.signal?.description)
          part.member("at", entry.at.rfc3339)
          part.member("about", entry.about.rawValue)
          part.member("text", entry.text)
        }
      }
    }
  }
}

extension JSONWriter {
  /// A member whose name is made of letters of our own.
  fileprivate mutating func member(text name: String, _ value: Int) {
    key(text: name)
    self.value(value)
  }
}
