import AlertRules
import CareModel
import RuleTrials

/// A rule file that compiles, with its tests and with the places of its rules.
package struct RuleFile: Sendable {
  /// The compiled set.
  package let set: RuleSet
  /// The bytes, which the set's hash is made of.
  package let bytes: [UInt8]
  private let tests: [RuleTest]
  private let definition: RuleSetDefinition
  private let reader: RuleReader

  init(set: RuleSet, bytes: [UInt8], tests: [RuleTest], definition: RuleSetDefinition, reader: RuleReader) {
    self.set = set
    self.bytes = bytes
    self.tests = tests
    self.definition = definition
    self.reader = reader
  }

  /// The file's name as given.
  package var name: String { reader.file }

  /// One test, run.
  package struct TestResult: Sendable, Equatable {
    /// The test's name.
    package var name: String
    /// The line where it begins.
    package var line: Int
    /// What does not hold; empty = it passes.
    package var problems: [RuleFileProblem]
  }

  /// Runs the tests, in the order of the file.
  ///
  /// - Parameter only: runs those whose name contains this; nil = all.
  package func runTests(only: String? = nil) -> [TestResult] {
    tests.filter { only.map($0.name.contains) ?? true }.map { test in
      var reader = reader
      report(test, test.run(on: set), &reader)
      return TestResult(name: test.name, line: reader.place(of: test.path).line, problems: reader.problems)
    }
  }

  /// Runs the tests and looks whether they reach what decides about life.
  /// - Throws: every test that fails, and every rule of class life that no test reaches.
  package func check() throws(RuleFileRefusal) {
    var reader = reader
    var covered: Set<String> = []
    for test in tests {
      let outcome = test.run(on: set)
      covered.formUnion(outcome.lifeRules)
      report(test, outcome, &reader)
    }
    let life = Set(set.lifeRules)
    for (index, rule) in definition.classify.enumerated()
    where life.contains(rule.id) && !covered.contains(rule.id) {
      reader.report(
        path: "classify[\(index)].id",
        "the rule '\(rule.id)' decides about life and no test reaches it: add one that expects class life.")
    }
    guard reader.problems.isEmpty else { throw RuleFileRefusal(problems: reader.problems) }
  }

  /// What will not work with the staff of now, each at its place in the file.
  package func warnings(staff: [StaffMember]) -> [RuleFileProblem] {
    let places = ExpressionPlace(source: String(decoding: bytes, as: UTF8.self))
    return set.warnings(staff: staff).map { reader.problem($0, places) }
  }

  private func report(_ test: RuleTest, _ outcome: RuleTest.Outcome, _ reader: inout RuleReader) {
    for failure in outcome.failures {
      reader.report(path: failure.path, "the test '\(test.name)' fails: \(failure.message)")
    }
  }

  /// The line of an `alert` rule; that of the section when there is none of the name.
  package func line(ofAlertRule id: String?) -> Int {
    guard let index = definition.alert.firstIndex(where: { $0.id == id }) else { return reader.place(of: "alert").line }
    return reader.place(of: "alert[\(index)]").line
  }

  /// The line of a policy; that of the section when there is none of the name.
  package func line(ofPolicy id: String) -> Int {
    guard let index = definition.policies.firstIndex(where: { $0.id == id }) else {
      return reader.place(of: "policies").line
    }
    return reader.place(of: "policies[\(index)]").line
  }
}
