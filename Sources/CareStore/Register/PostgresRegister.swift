import CareModel
import EngineHost
import PQ

/// The register in PostgreSQL. Reads and writes go over a pool that the engine does not use.
package struct PostgresRegister: RegisterStore {
  /// Most rows of one save; one transaction.
  package static let maximumRows = 200_000
  /// Most rows of a page.
  package static let maximumPage = 500
  /// Most changed rows of one answer; whoever gets as many asks again at once.
  package static let maximumChanges = 5_000
  /// Seconds that a save may take for each of its statements.
  package static let saveSeconds = 60.0
  /// The channel on which writers say that there is something new; a hint only.
  package static let notificationChannel = RegisterWriter.channel

  let pool: PQPool

  /// A register over a pool.
  package init(pool: PQPool) { self.pool = pool }

  /// Writes at most ``maximumRows`` rows in one transaction; of several with one name the last counts. An identifier
  /// that another resident keeps is a conflict.
  package func save(_ rows: [RegisterChange]) async throws(StoreProblem) {
    guard rows.count <= Self.maximumRows else {
      throw StoreProblem(code: .invalid, description: "At most \(Self.maximumRows) rows are saved at once.")
    }
    guard !rows.isEmpty else { return }
    let batch = RegisterBatch(rows)
    do {
      try await pool.withConnection { connection in
        try await connection.transaction(deadlineSeconds: Self.saveSeconds) { transaction in
          try await RegisterWriter(transaction: transaction, deadlineSeconds: Self.saveSeconds).write(batch)
        }
      }
    } catch { throw StoreProblem(error) }
  }

  /// A page in the order of the keys; the cursor is the key of the last row.
  package func list(
    _ kind: RegisterKind, after cursor: String?, limit: Int
  ) async throws(StoreProblem) -> RegisterPage {
    guard (1...Self.maximumPage).contains(limit) else {
      throw StoreProblem(code: .invalid, description: "A page has 1 to \(Self.maximumPage) rows.")
    }
    let table = kind.row.table
    let start: RegisterKey = table.hasTextKey ? .name("") : .id(PQUUID(high: 0, low: 0))
    guard let after = cursor.map({ RegisterKey($0, isText: table.hasTextKey) }) ?? start else {
      throw StoreProblem(code: .invalid, description: "The cursor is none of this list.")
    }
    var rows = try await read(kind, table.list.bind(after.value, .int4(Int32(limit + 1))))
    guard rows.count > limit else { return RegisterPage(rows: rows, next: nil) }
    rows.removeLast(rows.count - limit)
    return RegisterPage(rows: rows, next: rows.last?.name.key.text)
  }

  /// One row; nil also for an `id` that cannot be one.
  package func find(_ kind: RegisterKind, id: String) async throws(StoreProblem) -> RegisterChange? {
    let table = kind.row.table
    guard let key = RegisterKey(id, isText: table.hasTextKey) else { return nil }
    return try await read(kind, table.find.bind(RegisterKey.array([key], isText: table.hasTextKey))).first
  }

  /// The rows of a query of the kind's table.
  private func read(_ kind: RegisterKind, _ query: BoundStatement) async throws(StoreProblem) -> [RegisterChange] {
    do {
      let rows = try await pool.query(query)
      return try kind.row.changes(rows)
    } catch { throw StoreProblem(error) }
  }
}

extension PostgresRegister {
  private static let newer = Statement(
    name: "newer_reference",
    sql: "select kind, id, version from reference_change where version > $1 order by version limit $2",
    parameterTypes: [.int8, .int4])
  private static let newest = Statement(
    name: "newest_reference", sql: "select coalesce(max(version), 0) from reference_change")

  /// Register changes above a version, at most ``maximumChanges``, each as its row is now. A version below 0 asks for
  /// the newest version alone: whoever loads the whole register asks for it first.
  package func changes(
    after version: Int64
  ) async throws(StoreProblem) -> (changes: [RegisterChange], version: Int64) {
    do {
      if version < 0 { return ([], try await pool.query(Self.newest.bind()).first.int8(0)) }
      var names: [RegisterName] = []
      var reached = version
      for row in try await pool.query(Self.newer.bind(.int8(version), .int4(Int32(Self.maximumChanges)))) {
        reached = try row.int8(2)
        guard let kind = RegisterKind(rawValue: try row.text(0)),
          let key = RegisterKey(try row.text(1), isText: kind.row.table.hasTextKey)
        else { continue }
        names.append(RegisterName(kind: kind, key: key))
      }
      return (try await present(names), reached)
    } catch { throw StoreProblem(error) }
  }

  /// The named rows as they are now, kind by kind, then the removals of those that are gone.
  private func present(_ names: [RegisterName]) async throws -> [RegisterChange] {
    var changes: [RegisterChange] = []
    var gone: [RegisterChange] = []
    for kind in RegisterKind.allCases {
      let keys = names.filter { $0.kind == kind }.map(\.key)
      guard !keys.isEmpty else { continue }
      let table = kind.row.table
      let rows = try await pool.query(table.find.bind(RegisterKey.array(keys, isText: table.hasTextKey)))
      let found = try kind.row.changes(rows)
      let there = Set(found.map(\.name.key))
      changes += found
      gone += keys.filter { !there.contains($0) }.compactMap { RegisterChange(removing: kind, $0) }
    }
    return changes + gone
  }
}

extension RegisterRow {
  /// All rows of an answer as changes.
  static func changes(_ rows: PQRows) throws(PQError) -> [RegisterChange] {
    var changes: [RegisterChange] = []
    changes.reserveCapacity(rows.count)
    for row in rows { changes.append(try Self(row: row).change) }
    return changes
  }
}
