import ArgumentParser
import CareStore
import EngineHost
import PQ
import SilverbellApp

/// `silverbell migrate`: brings the database to this program's schema.
struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate", abstract: "Brings the database to this program's schema; safe to run again.")

  @OptionGroup var file: ConfigurationOption

  func run() async throws {
    let configuration = try file.load()
    let migrations = try DatabaseStart.migrations(executable: Terminal.executable)
    let database = try DatabaseStart(url: configuration.databaseURL)
    let connection = try await database.wait(
      seconds: configuration.databaseWaitSeconds, logger: Terminal.logger(level: configuration.logLevel))
    connection.close()
    let applied = try await Migrator(migrations).migrate(database.hosts, now: WallClock.system.now())
    let known = migrations.count
    Terminal.write(
      applied.isEmpty
        ? "The schema is up to date (\(known))."
        : "Applied " + applied.map { "\($0)" }.joined(separator: ", ") + "; the schema is now \(known).")
  }
}
