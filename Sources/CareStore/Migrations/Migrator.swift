import CareModel
import PQ

/// Brings a database to this program's schema, one migration a transaction, one migrator at a time.
package struct Migrator: Sendable {
  /// The migrations this program knows, in order.
  package let migrations: [Migration]

  /// Seconds that one migration may take, and that another migrator is waited for.
  package static let migrationSeconds = 600.0
  /// Seconds for a connection to be open: nobody waits for an alarm here.
  package static let connectSeconds = 15.0
  /// Names the advisory lock (with 1; the partitions use 2).
  private static let lockClass: Int32 = 727_433

  /// A migrator for these migrations, see ``Migration/load(folder:)``.
  package init(_ migrations: [Migration]) { self.migrations = migrations }

  /// Applies what is missing and makes the partitions for `now`; gives the numbers that were applied.
  /// - Throws: ``MigrationProblem``.
  package func migrate(_ hosts: PQHostList, now: Timestamp) async throws(MigrationProblem) -> [Int32] {
    do {
      let connection = try await hosts.connect(
        applicationName: "silverbell-migrate", deadlineSeconds: Self.connectSeconds)
      // Also lets go of the lock.
      defer { connection.close() }
      try await connection.query(
        "select pg_advisory_lock($1, 1)", [.int4(Self.lockClass)], deadlineSeconds: Self.migrationSeconds)
      try await connection.query(
        """
        create table if not exists schema_migration (
          number integer primary key, name text not null, checksum bytea not null,
          applied_at timestamptz not null default now())
        """)
      let missing = try await missing(on: connection)
      for migration in missing { try await apply(migration, on: connection) }
      try await Self.ensurePartitions(on: connection, now: now)
      return missing.map(\.number)
    } catch {
      throw error as? MigrationProblem ?? .database("\(error)")
    }
  }

  /// Makes the partitions of `signal` from the month before `now` to three months after; cheap when they exist.
  /// `serve` calls it daily.
  /// - Returns: how many months after the one of `now` exist.
  @discardableResult
  package static func ensurePartitions(
    on connection: PQConnection, now: Timestamp
  ) async throws(PQError) -> Int64 {
    let rows = try await connection.query(
      "select ensure_partitions($1)", [.timestamptz(now.microseconds)], deadlineSeconds: migrationSeconds)
    return Int64(try rows.first.int4(0))
  }

  /// What the database lacks, after checking what it has.
  private func missing(on connection: PQConnection) async throws -> [Migration] {
    let sums = try await connection.query(
      "select sha256(bytes) from unnest($1) with ordinality as files(bytes, position) order by position",
      [.byteaArray(migrations.map { Array($0.sql.utf8) })])
    let rows = try await connection.query("select number, checksum from schema_migration order by number")
    for row in rows {
      let number = try row.int4(0)
      guard number >= 1, number <= migrations.count else {
        throw MigrationProblem.databaseIsNewer(number: number, known: Int32(migrations.count))
      }
      let known = migrations[Int(number) - 1]
      guard try row.bytea(1) == sums.row(Int(number) - 1).bytea(0) else {
        throw MigrationProblem.changed(number: number, name: known.name)
      }
    }
    return Array(migrations.dropFirst(rows.count))
  }

  private func apply(_ migration: Migration, on connection: PQConnection) async throws {
    do {
      try await connection.transaction { transaction in
        try await transaction.script(migration.sql, deadlineSeconds: Self.migrationSeconds)
        try await transaction.query(
          "insert into schema_migration (number, name, checksum) values ($1, $2, sha256($3))",
          [.int4(migration.number), .text(migration.name), .bytea(Array(migration.sql.utf8))])
      }
    } catch {
      throw MigrationProblem.failed(number: migration.number, name: migration.name, reason: "\(error)")
    }
  }
}
