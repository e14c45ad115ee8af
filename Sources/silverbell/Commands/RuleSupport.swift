import ArgumentParser
import CareModel
import CareStore
import EngineHost
import JSONText
import PQ
import RuleSets
import SilverbellApp

/// Who puts rules in force.
struct SignatureOptions: ParsableArguments {
  @Option(help: "Who puts it in force.")
  var by: String

  @Option(help: "A second person, who answers for life signals that would be worse off.")
  var second: String?

  @Option(help: "Why.")
  var reason: String?

  @Flag(help: "Write a JSON object.")
  var json = false

  var signature: RuleOffice.Signature { .init(by: by, second: second, reason: reason) }

  func validate() throws {
    if let objection = signature.objection { throw ValidationError(objection) }
  }

  /// Says what became of it; throws when it is not in force.
  func report(_ outcome: RuleOffice.Outcome) throws {
    if json { Terminal.write(String(decoding: RuleDeskService.json(of: outcome), as: UTF8.self)) }
    switch outcome {
    case .activated(let version, let dryRun):
      if !json { Terminal.write("Version \(version.version) is in force. " + dryRun.summary) }
    case .unchanged(let version):
      if !json { Terminal.write("Version \(version.version) is in force already.") }
    case .refused(let refusal): throw CommandFailure("\(refusal)\nThe rules are refused: correct these lines.")
    case .unsafe(let dryRun):
      let lines = dryRun.problems.map(\.message).joined(separator: "\n")
      throw CommandFailure("\(lines)\n\(dryRun.summary) Refused: change the rules, or let two people sign (--second).")
    case .overtaken: throw CommandFailure("Another version came first: look at `silverbell rules list`.")
    case .badSignature(let message): throw CommandFailure(message)
    case .noVersion: throw CommandFailure("There is no such version to go back to: look at `silverbell rules list`.")
    }
  }
}

/// Runs work with the stored versions of the configured database.
func withRuleStore<Value: Sendable>(
  _ file: ConfigurationOption, _ work: (PostgresRules) async throws -> Value
) async throws -> Value {
  try await withPool(file) { try await work(PostgresRules(pool: $0)) }
}

/// Runs work with an office over the configured database.
func withRules<Value: Sendable>(
  _ file: ConfigurationOption, _ work: (RuleOffice) async throws -> Value
) async throws -> Value {
  try await withRuleStore(file) { try await work(RuleOffice(store: $0, now: { WallClock.system.now() })) }
}

/// Runs work with connections to the configured database.
func withPool<Value: Sendable>(
  _ file: ConfigurationOption, _ work: (PQPool) async throws -> Value
) async throws -> Value {
  let configuration = try file.load()
  let database = try DatabaseStart(url: configuration.databaseURL)
  let hosts = database.hosts
  let connection = try await database.wait(
    seconds: configuration.databaseWaitSeconds, logger: Terminal.logger(level: configuration.logLevel))
  connection.close()
  let pool = PQPool(size: 2, maxWaiters: 8) { () async throws(PQError) in
    try await hosts.connect(applicationName: "silverbell-command", deadlineSeconds: 5)
  }
  do {
    let value = try await work(pool)
    await pool.close()
    return value
  } catch {
    await pool.close()
    throw error
  }
}

extension Terminal {
  /// A JSON object as text.
  static func json(_ body: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    writer.object(body)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// `30d` or `12h`; nil for anything else.
  static func span(_ text: String) -> TimeSpan? {
    guard let unit = text.last, let count = Int(text.dropLast()), (1...10_000).contains(count) else { return nil }
    return switch unit {
    case "d": .hours(24 * count)
    case "h": .hours(count)
    default: nil
    }
  }
}
