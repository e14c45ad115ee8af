import ArgumentParser
import CareModel
import CareStore
import EngineHost
import Foundation
import Glibc
import Logging
import PQ
import RuleFiles
import SilverbellApp

/// `silverbell doctor`: looks at everything the daemon stands on, and says what to do.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Checks rules, database, schema, ports, clock and disk; says what to do.")

  /// Free space below which the disk is called full.
  static let minimumFreeBytes: UInt64 = 2 << 30
  /// Difference of clocks that is too much, in seconds.
  static let maximumClockSeconds = 2.0

  @OptionGroup var file: ConfigurationOption

  func run() async throws {
    let configuration = try file.load()
    report("configuration", nil)
    var isWell = true
    isWell = report("rules", rules(configuration)) && isWell
    for listener in configuration.listeners {
      isWell = report(listener.key, await PortCheck.objection(to: listener)) && isWell
    }
    isWell = report("disk", disk()) && isWell
    isWell = await database(configuration) && isWell
    guard isWell else { throw CommandFailure("Something is wrong: do what the lines with ✗ say, then run this again.") }
  }

  @discardableResult
  private func report(_ name: String, _ objection: String?) -> Bool {
    Terminal.write(objection.map { "✗ \(name): \($0)" } ?? "✓ \(name)")
    return objection == nil
  }

  private func rules(_ configuration: Configuration) -> String? {
    do throws(RuleFileRefusal) {
      _ = try RuleFiles.load(path: configuration.rulesPath)
      return nil
    } catch { return error.description }
  }

  private func disk() -> String? {
    var status = statvfs()
    guard statvfs(".", &status) == 0 else { return "the free space cannot be read." }
    let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
    return free >= Self.minimumFreeBytes ? nil : "less than 2 GiB are free here: make room."
  }

  private func database(_ configuration: Configuration) async -> Bool {
    do {
      let database = try DatabaseStart(url: configuration.databaseURL)
      let silent = Logger(label: "silverbell") { _ in SwiftLogNoOpLogHandler() }
      let connection = try await database.wait(seconds: 0, logger: silent)
      defer { connection.close() }
      report("database", nil)
      let migrations = try DatabaseStart.migrations(executable: Terminal.executable)
      var isWell = true
      do throws(StartProblem) {
        try await DatabaseStart.checkSchema(on: connection, migrations: migrations)
        report("schema", nil)
      } catch { isWell = report("schema", "\(error)") }
      isWell = report("clock", try await clock(connection)) && isWell
      return report("settings", try await settings(connection)) && isWell
    } catch {
      return report("database", "\(error)")
    }
  }

  private func clock(_ connection: PQConnection) async throws -> String? {
    let theirs = try await connection.query("select clock_timestamp()").first.timestamptz(0)
    let seconds = abs(Double(theirs - WallClock.system.now().microseconds)) / 1_000_000
    guard seconds > Self.maximumClockSeconds else { return nil }
    return "differs from the database's by \(Int(seconds)) s: let both follow a time server."
  }

  private func settings(_ connection: PQConnection) async throws -> String? {
    let row = try await connection.query("select current_setting('fsync'), current_setting('synchronous_commit')").first
    if try row.text(0) != "on" { return "fsync is off: acknowledged alarms could be lost; set fsync = on." }
    if try row.text(1) == "off" { return "synchronous_commit is off: set it to on." }
    return nil
  }
}
