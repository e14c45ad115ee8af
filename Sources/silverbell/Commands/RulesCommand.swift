import ArgumentParser
import CareModel
import CareStore
import EngineHost
import JSONText
import PQ
import RuleFiles
import RuleSets
import RuleTrials
import SilverbellApp

/// `silverbell rules …`: the life of a rule set.
struct RulesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "Checks, tests and compares rules; puts them in force, and goes back.",
    subcommands: [
      CheckRulesCommand.self, TestRulesCommand.self, DiffRulesCommand.self, ActivateRulesCommand.self,
      ListRulesCommand.self, RollbackRulesCommand.self,
    ])
}

/// `silverbell rules check`: everything that is wrong.
struct CheckRulesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Says everything that is wrong with a rule file, its cost, and its tests.")

  @Argument(help: "The rule file.")
  var file: String

  @OptionGroup var config: ConfigurationOption

  @Flag(help: "Also warn of steps that nobody of the configured database's staff satisfies.")
  var register = false

  @Flag(help: "Write a JSON object.")
  var json = false

  func run() async throws {
    let bytes = try RuleFiles.bytes(path: file)
    let staff = register ? try await withRuleStore(config) { try await $0.staff() } : nil
    let check = RuleCheck(bytes, name: file, staff: staff)
    Terminal.write(json ? Terminal.json { check.write(to: &$0) } : check.lines.joined(separator: "\n"))
    guard check.isRight else { throw CommandFailure("The rules are refused: correct the lines above.") }
  }
}

/// `silverbell rules test`: a line a test.
struct TestRulesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Runs the tests of a rule file in the real engine, with virtual time.")

  @Argument(help: "The rule file.")
  var file: String

  @Option(help: "Only tests whose name contains this.")
  var only: String?

  @Flag(help: "Write a JSON array of name, line, passed and problems.")
  var json = false

  func run() async throws {
    let rules = try RuleFiles.read(bytes: try RuleFiles.bytes(path: file), name: file)
    let results = rules.runTests(only: only)
    guard !results.isEmpty else { throw CommandFailure("No test has such a name: leave out --only to run them all.") }
    if json {
      var writer = JSONWriter()
      writer.array { array in for result in results { result.write(to: &array) } }
      Terminal.write(String(decoding: writer.bytes, as: UTF8.self))
    } else {
      for result in results { Terminal.write(result.lines.joined(separator: "\n")) }
    }
    let failed = results.filter { !$0.problems.isEmpty }.count
    guard failed == 0 else { throw CommandFailure("\(failed) of \(results.count) tests fail.") }
  }
}

/// `silverbell rules diff`: what a candidate would do to stored signals.
struct DiffRulesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Runs stored signals through two rule sets and lists alerts and tasks that differ.",
    discussion: """
      Both sets see the register as it is now. Nobody answers in the replay: every alert is closed 10 minutes after it \
      was opened, in both.
      """)

  @OptionGroup var config: ConfigurationOption

  @Option(help: "How far back: 30d, 12h; at most 31 days.")
  var since = "30d"

  @Option(help: "The rule file that may come.")
  var candidate: String

  @Option(help: "The rule file to compare with; the rules in force when left out.")
  var active: String?

  @Flag(help: "Write a JSON object.")
  var json = false

  func run() async throws {
    guard let span = Terminal.span(since), span <= RuleDeskService.longestSince else {
      throw ValidationError("--since is a number of days or hours: 30d, 12h; at most 31d.")
    }
    let new = try RuleFiles.read(bytes: try RuleFiles.bytes(path: candidate), name: candidate)
    let old: RuleFile? = try active.map { try RuleFiles.read(bytes: try RuleFiles.bytes(path: $0), name: $0) }
    let (found, seconds) = try await withRules(config) { office in
      let current = if let old { old } else { try await office.active() }
      guard let current else {
        throw CommandFailure("No rules are in force yet: name a file with --active, or start the daemon once.")
      }
      let begin = ContinuousClock.now
      let found = try await office.compare(current.set, new.set, since: span) { count in
        Terminal.progress("\(count) signals")
      }
      return (found, (ContinuousClock.now - begin) / .seconds(1))
    }
    Terminal.progress("\(found.signals) signals", isLast: true)
    if json {
      Terminal.write(Terminal.json { found.write(to: &$0) })
    } else {
      for line in found.lines { Terminal.write(line) }
      Terminal.write("\(Int(Double(found.signals) / max(0.001, seconds))) signals/s.")
    }
  }
}

/// `silverbell rules activate`: puts a file in force.
struct ActivateRulesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "activate",
    abstract: "Puts a rule file in force, for every daemon of the database.",
    discussion: """
      Refused when the file is wrong, or when a life signal of the last 30 days would open no alert or be asked later; \
      with --second a second person answers for the latter.
      """)

  @OptionGroup var config: ConfigurationOption

  @Argument(help: "The rule file.")
  var file: String

  @OptionGroup var signature: SignatureOptions

  func run() async throws {
    let bytes = try RuleFiles.bytes(path: file)
    let outcome = try await withRules(config) { try await $0.activate(bytes, name: file, signature.signature) }
    try signature.report(outcome)
  }
}

/// `silverbell rules rollback`: goes back.
struct RollbackRulesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback", abstract: "Puts an older version in force again, as a new one.")

  @OptionGroup var config: ConfigurationOption

  @Argument(help: "The version; the one before the one in force when left out.")
  var version: Int32?

  @OptionGroup var signature: SignatureOptions

  func run() async throws {
    let outcome = try await withRules(config) { try await $0.rollback(to: version, signature.signature) }
    try signature.report(outcome)
  }
}

/// `silverbell rules list`: versions, newest first.
struct ListRulesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the versions of the rules; the first one is in force.")

  @OptionGroup var config: ConfigurationOption

  @Flag(help: "Write a JSON array.")
  var json = false

  func run() async throws {
    let versions = try await withRuleStore(config) { try await $0.ruleVersions(before: nil, limit: 500) }
    if json {
      var writer = JSONWriter()
      writer.array { array in for version in versions { version.write(to: &array) } }
      Terminal.write(String(decoding: writer.bytes, as: UTF8.self))
    } else if versions.isEmpty {
      Terminal.write("No rules are in force yet: start the daemon once, or use `silverbell rules activate`.")
    } else {
      for version in versions { Terminal.write(version.line) }
    }
  }
}
