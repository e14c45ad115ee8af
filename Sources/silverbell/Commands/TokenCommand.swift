import ArgumentParser
import CareModel
import CareStore
import EngineHost
import PQ
import SilverbellApp

/// `silverbell token create|revoke`.
struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Makes and ends the tokens with which people and programs sign in.",
    subcommands: [CreateTokenCommand.self, RevokeTokenCommand.self])
}

/// `silverbell token create`: prints the token, this once.
struct CreateTokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Makes an account, or one more token for it; prints the token, this once.")

  @OptionGroup var file: ConfigurationOption

  @Option(help: "dispatcher, staff, supervisor, administrator, auditor, device, hospital, doctor, family or provider.")
  var role: Account.Role

  @Option(help: "The account's name, unique.")
  var name: String

  @Option(help: "The id of the staff member behind it; dispatchers and staff need one.")
  var staff: StaffID?

  @Option(help: "The device's serial or the hospital's code that it speaks for.")
  var sender: String?

  @Option(name: .customLong("district"), help: "A district that it may see; again for more; none = all.")
  var districts: [Int32] = []

  func validate() throws {
    if name.isEmpty || name.utf8.count > 128 { throw ValidationError("--name has 1 to 128 bytes.") }
    if (role == .dispatcher || role == .staff) && staff == nil {
      throw ValidationError("The role \(role.rawValue) needs --staff with the id of the staff member.")
    }
    if (role == .device || role == .hospital) && sender == nil {
      throw ValidationError("The role \(role.rawValue) needs --sender with the serial or code.")
    }
  }

  func run() async throws {
    let token = Randomness.token()
    try await withRegister(file) { register in
      try await register.createAccount(
        Account(name: name, role: role, staff: staff, sender: sender, districts: districts),
        tokenDigest: Randomness.tokenDigest(token), expiresAt: nil)
    }
    Terminal.write(token)
  }
}

/// `silverbell token revoke`: ends all tokens of an account.
struct RevokeTokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Ends all tokens of an account; takes effect within a minute.")

  @OptionGroup var file: ConfigurationOption

  @Option(help: "The account's name.")
  var name: String

  func run() async throws {
    let count = try await withRegister(file) { register in
      try await register.revokeTokens(of: name, now: WallClock.system.now())
    }
    guard count > 0 else { throw CommandFailure("No token of this account was valid: check the name.") }
    Terminal.write("\(count) ended.")
  }
}

/// Runs work with the register of the configured database.
func withRegister<Value: Sendable>(
  _ file: ConfigurationOption, _ work: (PostgresRegister) async throws -> Value
) async throws -> Value {
  let configuration = try file.load()
  let database = try DatabaseStart(url: configuration.databaseURL)
  let hosts = database.hosts
  let connection = try await database.wait(
    seconds: configuration.databaseWaitSeconds, logger: Terminal.logger(level: configuration.logLevel))
  connection.close()
  let pool = PQPool(size: 1, maxWaiters: 4) { () async throws(PQError) in
    try await hosts.connect(applicationName: "silverbell-command", deadlineSeconds: 5)
  }
  do {
    let value = try await work(PostgresRegister(pool: pool))
    await pool.close()
    return value
  } catch {
    await pool.close()
    throw error
  }
}

extension Account.Role: ExpressibleByArgument {}

extension Identifier: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}
