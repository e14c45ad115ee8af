import AlertRules
import CareModel
import CareStore
import EngineHost
import JSONText
import RuleFiles
import RuleSets
import RuleTrials
import Testing

@Suite("Rule versions")
struct ActivationTests {
  static let anna = RuleOffice.Signature(by: "anna", reason: "first")

  @Test("versions are numbered, listed newest first and found by hash; a rollback is a new version")
  func versions() async throws {
    let world = try await RuleWorld()
    #expect(try await world.store.newestRules() == nil)
    #expect(try await world.store.newestRulesNumber() == 0)
    let first = try await activated(world.office.activate(RuleWorld.bytes(), name: "one.yaml", Self.anna))
    #expect((first.version, first.activatedBy, first.reason, first.name) == (1, "anna", "first", "office"))
    let second = try await activated(
      world.office.activate(RuleWorld.bytes { $0 + "# \n" }, name: "two.yaml", .init(by: "bo")))
    #expect(second.version == 2)
    #expect(try await world.store.newestRules() == second)
    #expect(try await world.store.rules(hash: first.hash)?.body == RuleWorld.bytes())
    let back = try await activated(world.office.rollback(to: nil, .init(by: "cy")))
    #expect((back.version, back.hash, back.origin, back.reason) == (3, first.hash, .rollback, "back to version 1"))
    let list = try await world.store.ruleVersions(before: nil, limit: 2)
    #expect(list.map(\.version) == [3, 2])
    #expect(list.map(\.body) == [[], []])
    #expect(try await world.store.ruleVersions(before: 2, limit: 500).map(\.version) == [1])
    guard case .noVersion = try await world.office.rollback(to: 9, .init(by: "cy")) else {
      return #expect(Bool(false), "there is no version 9")
    }
  }

  @Test("what is in force already stays as it is, and an overtaken activation is not stored")
  func overtaken() async throws {
    let world = try await RuleWorld()
    let first = try await activated(world.office.activate(RuleWorld.bytes(), name: "f", Self.anna))
    guard case .unchanged(let same) = try await world.office.activate(RuleWorld.bytes(), name: "f", Self.anna) else {
      return #expect(Bool(false), "it is in force")
    }
    #expect(same == first)
    #expect(try await world.store.append(first, after: 0) == nil)
    #expect(try await world.store.newestRulesNumber() == 1)
  }

  @Test("a wrong file is refused with its line and changes nothing")
  func wrong() async throws {
    let world = try await RuleWorld()
    let bytes = RuleWorld.bytes { $0.replacing("signal.kind in ['panic', 'fall']", with: "signal.kin == 'panic'") }
    guard case .refused(let refusal) = try await world.office.activate(bytes, name: "f.yaml", Self.anna) else {
      return #expect(Bool(false), "it is wrong")
    }
    #expect(refusal.problems.first?.description.hasPrefix("f.yaml:5:") == true)
    #expect(try await world.store.newestRulesNumber() == 0)
  }

  @Test(
    "a signature is one or two different people",
    arguments: [
      RuleOffice.Signature(by: ""), .init(by: "a", second: "a"), .init(by: "a", second: ""),
      .init(by: String(repeating: "a", count: 129)), .init(by: "a", reason: String(repeating: "r", count: 1025)),
    ])
  func signatures(_ signature: RuleOffice.Signature) {
    #expect(signature.objection != nil)
    let longest = String(repeating: "a", count: 128)
    let reason = String(repeating: "r", count: 1024)
    #expect(RuleOffice.Signature(by: longest, second: "b", reason: reason).objection == nil)
  }

  @Test("a candidate that leaves one life signal without an alert is refused with that signal, unless two people sign")
  func unrouted() async throws {
    let world = try await RuleWorld()
    _ = try await activated(world.office.activate(RuleWorld.bytes(), name: "f", Self.anna))
    try await world.keep(.panic, number: 1, hours: 5)
    try await world.keep(.fall, number: 2, hours: 4)
    try await world.keep(.fall, number: 3, hours: 24 * 31)
    let candidate = RuleWorld.bytes(OfficeRules.unrouted)
    guard case .unsafe(let dryRun) = try await world.office.activate(candidate, name: "new.yaml", Self.anna) else {
      return #expect(Bool(false), "a fall would reach nobody")
    }
    #expect((dryRun.looked, dryRun.worse, dryRun.isCut) == (2, 1, false))
    let problem = try #require(dryRun.problems.first)
    #expect(problem.signal == SignalID(high: 9, low: 2))
    #expect((problem.kind, problem.rule, problem.place) == ("unrouted", "alert quiet", "new.yaml:8"))
    #expect(try await world.store.newestRulesNumber() == 1)
    let signed = RuleOffice.Signature(by: "anna", second: "bo")
    let version = try await activated(world.office.activate(candidate, name: "new.yaml", signed))
    #expect((version.version, version.secondBy) == (2, "bo"))
    #expect(version.dryRun?.contains("\"unrouted\"") == true)
  }

  @Test("a candidate that asks later for one life signal is refused with its policy's line")
  func later() async throws {
    let world = try await RuleWorld()
    _ = try await activated(world.office.activate(RuleWorld.bytes(), name: "f", Self.anna))
    try await world.keep(.panic, number: 1, hours: 5)
    try await world.keep(.motion, number: 2, hours: 3, class: .service)
    let candidate = RuleWorld.bytes(OfficeRules.later)
    guard case .unsafe(let dryRun) = try await world.office.activate(candidate, name: "new.yaml", Self.anna) else {
      return #expect(Bool(false), "the desk would be asked later")
    }
    let problem = try #require(dryRun.problems.first)
    #expect((dryRun.looked, problem.kind, problem.rule) == (1, "askedLater", "policy life"))
    #expect(problem.place == "new.yaml:14")
    #expect(problem.message.contains("would ask the desk 20s later"))
  }

  @Test("stored signals are compared in the order of their receipt")
  func compared() async throws {
    let world = try await RuleWorld()
    try await world.keep(.panic, number: 1, hours: 5)
    try await world.keep(.fall, number: 2, hours: 30)
    try await world.keep(.panic, number: 3, hours: 100)
    let active = try RuleFiles.read(bytes: RuleWorld.bytes(), name: "a").set
    let later = try RuleFiles.read(bytes: RuleWorld.bytes(OfficeRules.later), name: "b").set
    let found = try await world.office.compare(active, later, since: .hours(72))
    #expect((found.signals, found.activeAlerts, found.candidateAlerts) == (2, 2, 2))
    #expect(found.alerts == [.later: 2])
    #expect(found.entries.map(\.signal) == [SignalID(high: 9, low: 2), SignalID(high: 9, low: 1)])
  }

  @Test("a step that nobody of the register satisfies is a warning at its line, and no reason to refuse")
  func warnings() async throws {
    let world = try await RuleWorld()
    let staff = try await world.store.staff()
    #expect(staff.count == 4)
    let bytes = RuleWorld.bytes()
    let check = RuleCheck(bytes, name: "f.yaml", staff: staff)
    #expect(check.isRight && check.warnings.count == 1, "\(check.lines)")
    let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").firstIndex { $0.contains("carers") } ?? 0
    #expect(check.lines.first?.hasPrefix("warning: f.yaml:\(line + 1):") == true, "\(check.lines)")
    #expect(check.lines.first?.contains("nobody among the staff is one of carers") == true, "\(check.lines)")
    let answer = await RuleDeskService(office: world.office).answer(.check(String(decoding: bytes, as: UTF8.self)))
    let told = try JSONValue(parsing: answer.json)
    #expect(told["ok"]?.bool == true && told["warnings"]?.array?.count == 1)
    #expect(RuleCheck(bytes, name: "f.yaml").warnings.isEmpty)
  }

  private func activated(_ outcome: RuleOffice.Outcome) throws -> RuleVersion {
    guard case .activated(let version, _) = outcome else { throw NotActivated(outcome: "\(outcome)") }
    return version
  }

  private struct NotActivated: Error { let outcome: String }
}
