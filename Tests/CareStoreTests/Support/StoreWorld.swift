import AlertEngine
import CareModel
import CareStore
import EngineHost
import PQ
import TestSupport

/// A migrated database with stores of one shard on it.
struct StoreWorld {
  let database: PostgresDatabase
  let hosts: PQHostList

  /// On the server that all tests share, or on one of the test's own.
  ///
  /// - Parameter last: the last migration that is applied; nil = all.
  init(server: PostgresServer? = nil, upTo last: Int32? = nil) async throws {
    let home: PostgresServer
    if let server { home = server } else { home = try await .shared() }
    database = try await home.createDatabase()
    hosts = PQHostList(try PQEndpoint.parse(database.connectionString))
    let migrations = try Migration.load(folder: migrationFolder).filter { $0.number <= last ?? .max }
    _ = try await Migrator(migrations).migrate(hosts, now: Sample.start)
  }

  func store(settings: StoreSettings = StoreWorld.patient, owner: UInt64 = 1) -> PostgresCommitStore {
    PostgresCommitStore(hosts: hosts, shard: "s1", owner: (owner, owner), settings: settings) { _ in RegisterBook() }
  }

  /// A machine that runs all tests at once is slow; no test waits for these limits.
  static var patient: StoreSettings {
    var settings = StoreSettings()
    settings.connectSeconds = 30
    settings.statementSeconds = 30
    return settings
  }

  func connect() async throws -> PQConnection {
    try await hosts.connect(applicationName: "test", deadlineSeconds: 30)
  }

  /// The first column of a query's only row.
  func number(_ sql: String) async throws -> Int64 {
    let connection = try await connect()
    defer { connection.close() }
    let rows = try await connection.query(sql)
    return try rows.row(0).int8(0)
  }

  /// The first column of all rows.
  func numbers(_ sql: String) async throws -> [Int64] {
    let connection = try await connect()
    defer { connection.close() }
    return try await connection.query(sql).map { try $0.int8(0) }
  }
}

/// The package's folder `Migrations`.
let migrationFolder: String = {
  let folders = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
  return folders.joined(separator: "/") + "/Migrations"
}()
