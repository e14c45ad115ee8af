import CareModel
import EngineHost
import PQ

/// The versions of the rules in PostgreSQL. Reads and writes go over a pool that the engine does not use.
package struct PostgresRules: RuleStore {
  /// The channel on which a new version is told; a hint only.
  package static let notificationChannel = "silverbell_rules"
  /// Most versions of a list.
  package static let maximumPage = 500
  /// Names the advisory lock of writers (see `RegisterWriter`).
  private static let lock = "select pg_advisory_xact_lock(727433, 4)"

  private static let columns = """
    version, hash, name, origin, activated_at, activated_by, second_by, reason, dry_run
    """
  private static let newest = Statement(
    name: "rules_newest", sql: "select \(columns), body from rule_set order by version desc limit 1")
  private static let number = Statement(
    name: "rules_number", sql: "select coalesce(max(version), 0) from rule_set")
  private static let one = Statement(
    name: "rules_version", sql: "select \(columns), body from rule_set where version = $1", parameterTypes: [.int4])
  private static let ofHash = Statement(
    name: "rules_hash", sql: "select \(columns), body from rule_set where hash = $1 order by version desc limit 1",
    parameterTypes: [.text])
  private static let list = Statement(
    name: "rules_list",
    sql: "select \(columns), ''::bytea from rule_set where version < $1 order by version desc limit $2",
    parameterTypes: [.int4, .int4])
  private static let insert = Statement(
    name: "rules_append",
    sql: """
      insert into rule_set (\(columns), body)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      """,
    parameterTypes: [
      .int4, .text, .text, .text, .timestamptz, .text, .text, .text, .text, .bytea,
    ])

  let pool: PQPool

  /// Versions over a pool.
  package init(pool: PQPool) { self.pool = pool }

  /// The version with the highest number.
  package func newestRules() async throws(StoreProblem) -> RuleVersion? { try await first(Self.newest.bind()) }

  /// Its number.
  package func newestRulesNumber() async throws(StoreProblem) -> Int32 {
    do { return try await pool.query(Self.number.bind()).first.int4(0) } catch { throw StoreProblem(error) }
  }

  /// One version.
  package func rules(version: Int32) async throws(StoreProblem) -> RuleVersion? {
    try await first(Self.one.bind(.int4(version)))
  }

  /// The newest of a hash.
  package func rules(hash: String) async throws(StoreProblem) -> RuleVersion? {
    guard !hash.utf8.contains(0) else { return nil }
    return try await first(Self.ofHash.bind(.text(hash)))
  }

  /// At most ``maximumPage`` versions, newest first.
  package func ruleVersions(before version: Int32?, limit: Int) async throws(StoreProblem) -> [RuleVersion] {
    guard (1...Self.maximumPage).contains(limit) else {
      throw StoreProblem(code: .invalid, description: "A page has 1 to \(Self.maximumPage) rows.")
    }
    do {
      let rows = try await pool.query(Self.list.bind(.int4(version ?? .max), .int4(Int32(limit))))
      return try rows.map { try RuleVersion(row: $0) }
    } catch { throw StoreProblem(error) }
  }

  /// Adds one after `newest`, under a lock, and notifies.
  package func append(_ version: RuleVersion, after newest: Int32) async throws(StoreProblem) -> RuleVersion? {
    var version = version
    version.version = newest + 1
    let new = version
    do {
      let isFirst = try await pool.withConnection { connection in
        try await connection.transaction { transaction in
          try await transaction.query(Self.lock)
          guard try await transaction.query(Self.number.bind()).first.int4(0) == newest else { return false }
          try await transaction.query(Self.insert.bind(new.columns))
          try await transaction.query(
            "select pg_notify($1, $2)", [.text(Self.notificationChannel), .text("\(new.version)")])
          return true
        }
      }
      return isFirst ? new : nil
    } catch { throw StoreProblem(error) }
  }

  private func first(_ query: BoundStatement) async throws(StoreProblem) -> RuleVersion? {
    do { return try await pool.query(query).first.map { try RuleVersion(row: $0) } } catch { throw StoreProblem(error) }
  }
}

extension RuleVersion {
  fileprivate init(row: PQRow) throws {
    self.init(
      version: try row.int4(0), hash: try row.text(1), name: try row.text(2),
      origin: try row.word(3, or: .activation),
      activatedAt: try row.time(4), activatedBy: try row.text(5), secondBy: try row.textOrNil(6),
      reason: try row.textOrNil(7), dryRun: try row.textOrNil(8), body: try row.bytea(9))
  }

  fileprivate var columns: [PQValue] {
    [
      .int4(version), .text(hash), .text(name), .text(origin.rawValue), .timestamptz(activatedAt.microseconds),
      .text(activatedBy), .orNull(secondBy, PQValue.text), .orNull(reason, PQValue.text),
      .orNull(dryRun, PQValue.text), .bytea(body),
    ]
  }
}
