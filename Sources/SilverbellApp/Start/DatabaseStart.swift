import CareModel
import CareStore
import EngineHost
import Logging
import PQ

/// The way from an address to a database that can be used.
package struct DatabaseStart: Sendable {
  /// Seconds for one attempt to connect.
  static let connectSeconds = 2.0
  /// First wait between two attempts; doubles up to ``longestWait``.
  static let firstWait = Swift.Duration.milliseconds(200)
  /// Longest wait between two attempts.
  static let longestWait = Swift.Duration.seconds(5)

  /// The cluster.
  package let hosts: PQHostList

  /// Reads the address.
  /// - Throws: ``StartProblem/databaseAddress``.
  package init(url: String) throws(StartProblem) {
    do throws(PQError) {
      hosts = PQHostList(try PQEndpoint.parse(url))
    } catch {
      throw .databaseAddress
    }
  }

  /// Connects, again and again for up to `seconds`; says so in the log.
  /// - Throws: ``StartProblem/databaseAbsent(waitedSeconds:reason:)``.
  package func wait(seconds: Int, logger: Logger) async throws(StartProblem) -> PQConnection {
    let start = ContinuousClock.now
    var pause = Self.firstWait
    while true {
      let reason: String
      do throws(PQError) {
        return try await hosts.connect(applicationName: "silverbell-start", deadlineSeconds: Self.connectSeconds)
      } catch {
        reason = "\(error)"
      }
      guard start.duration(to: .now) + pause < .seconds(seconds), !Task.isCancelled else {
        throw .databaseAbsent(waitedSeconds: seconds, reason: reason)
      }
      logger.notice(
        "waiting for the database",
        metadata: ["waited": "\(start.duration(to: .now).components.seconds) s", "of": "\(seconds) s"])
      try? await Task.sleep(for: pause)
      pause = min(pause * 2, Self.longestWait)
    }
  }

  /// Compares the database's schema with the migrations of this program.
  package static func checkSchema(
    on connection: PQConnection, migrations: [Migration]
  ) async throws(StartProblem) {
    let found = try await schemaNumber(on: connection)
    let known = Int32(migrations.count)
    if found < known { throw .schemaOlder(found: found, needed: known) }
    if found > known { throw .schemaNewer(found: found, known: known) }
  }

  /// The number of the newest migration in the database; 0 when there is none.
  package static func schemaNumber(on connection: PQConnection) async throws(StartProblem) -> Int32 {
    do throws(PQError) {
      let table = try await connection.query("select to_regclass('schema_migration') is not null")
      guard try table.first.bool(0) else { return 0 }
      return try await connection.query("select coalesce(max(number), 0) from schema_migration").first.int4(0)
    } catch {
      throw .other("The database's schema cannot be read (\(error)): check the rights of its user.")
    }
  }

  /// The migrations that belong to the running program.
  package static func migrations(executable: String) throws(StartProblem) -> [Migration] {
    guard let folder = Migration.standardFolder(executable: executable) else { throw .migrationsMissing }
    do throws(MigrationProblem) {
      return try Migration.load(folder: folder)
    } catch {
      throw .other("\(error)")
    }
  }
}
