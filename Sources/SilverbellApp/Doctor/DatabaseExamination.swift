import CareModel
import CareStore
import EngineHost
import Logging
import PQ

/// Looks at the database: there, new enough, of this program's schema, and set so that committed means durable.
struct DatabaseExamination {
  /// The oldest PostgreSQL that this program is tried with, as `server_version_num` says it.
  static let oldestVersion: Int32 = 150_000
  /// Months ahead for which there have to be partitions.
  static let minimumMonths: Int64 = 2
  /// Difference of clocks that is too much, in seconds.
  static let maximumClockSeconds = 2.0

  let url: String
  let executable: String
  let clock: WallClock

  /// What was found, and how many devices are registered, where that can be said.
  func findings() async -> (findings: [Finding], devices: Int64?) {
    let connection: PQConnection
    do throws(StartProblem) {
      let silent = Logger(label: "silverbell") { _ in SwiftLogNoOpLogHandler() }
      connection = try await DatabaseStart(url: url).wait(seconds: 0, logger: silent)
    } catch {
      return ([.problem("database", "\(error)", do: nil)], nil)
    }
    defer { connection.close() }
    var findings: [Finding] = []
    do throws(PQError) {
      findings.append(try await version(connection))
      findings.append(try await clock(connection))
      findings += try await settings(connection)
      let schema = await schema(connection)
      findings.append(schema)
      guard schema.level == .ok else { return (findings, nil) }
      findings.append(try await partitions(connection))
      findings.append(try await rules(connection))
      let devices = try await connection.query("select count(*) from device_directory").first.int8(0)
      return (findings, devices)
    } catch {
      let failure = Finding.problem("database", "does not answer as it should (\(error)).", do: "Look at its log.")
      return (findings + [failure], nil)
    }
  }

  private func version(_ connection: PQConnection) async throws(PQError) -> Finding {
    let row = try await connection.query(
      "select current_setting('server_version_num')::integer, current_setting('server_version')"
    ).first
    let name = "PostgreSQL \(try row.text(1)) answers."
    if try row.int4(0) < Self.oldestVersion {
      return .problem("database", name + " This program needs 15 or newer.", do: "Upgrade it.")
    }
    return .ok("database", name)
  }

  private func clock(_ connection: PQConnection) async throws(PQError) -> Finding {
    let theirs = try await connection.query("select clock_timestamp()").first.timestamptz(0)
    let seconds = abs((Timestamp(microseconds: theirs) - clock.now()).seconds)
    if seconds > Self.maximumClockSeconds {
      let message = "differs from the database's by \(Int64(seconds)) s."
      return .problem("clock", message, do: "Let both follow a time server.")
    }
    return .ok("clock", "agrees with the database's.")
  }

  private func settings(_ connection: PQConnection) async throws(PQError) -> [Finding] {
    let reasons = [
      ("fsync", "acknowledged alarms are lost when the machine fails"),
      ("full_page_writes", "the database may not survive a power failure"),
      ("synchronous_commit", "acknowledged alarms are lost when the database fails"),
    ]
    var findings: [Finding] = []
    for (name, reason) in reasons {
      let value = try await connection.query("select current_setting($1)", [.text(name)]).first.text(0)
      // Stronger and weaker words than on; local does not wait for a standby.
      if value == "off" || value == "local" {
        findings.append(.problem(name, "is \(value): \(reason).", do: "Set \(name) = on."))
      } else {
        findings.append(.ok(name, "is \(value)."))
      }
    }
    return findings
  }

  private func schema(_ connection: PQConnection) async -> Finding {
    do throws(StartProblem) {
      let migrations = try DatabaseStart.migrations(executable: executable)
      try await DatabaseStart.checkSchema(on: connection, migrations: migrations)
      return .ok("schema", "\(migrations.count) is what this program needs.")
    } catch { return .problem("schema", "\(error)", do: nil) }
  }

  private func rules(_ connection: PQConnection) async throws(PQError) -> Finding {
    let rows = try await connection.query(
      "select version, left(hash, 12), name from rule_set order by version desc limit 1")
    guard rows.count > 0 else {
      return .ok("rules.version", "is none yet: the first start stores the rule file as version 1.")
    }
    let row = try rows.first
    return .ok("rules.version", "\(try row.int4(0)) (\(try row.text(2)), \(try row.text(1))) is in force.")
  }

  private func partitions(_ connection: PQConnection) async throws(PQError) -> Finding {
    let months = try await PartitionHorizon.look(on: connection, now: clock.now())
    let message = "reach \(months) months ahead."
    guard months < Self.minimumMonths else { return .ok("partitions", message) }
    return .problem(
      "partitions", message + " At the end of the last one nothing more can be stored.",
      do: "Run `silverbell migrate`, and see why the daemon does not make them.")
  }
}
