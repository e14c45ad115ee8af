import PQ

/// The right to write a shard's commits: the epoch in its row, raised by whoever takes or keeps it.
struct ShardSeat: Sendable {
  /// A connection whose epoch is the shard's, and the number of the last commit in the database.
  struct Occupied: Sendable {
    var connection: PQConnection
    var epoch: Int64
    var lastCommit: Int64
  }

  /// Why a seat was not had.
  enum Problem: Error, Equatable {
    /// Another engine has the shard; for good, as far as this one is concerned.
    case takenByAnother
    /// The database has an older epoch than the one that was held, or none: it is not the one that was written.
    case wentBack
    /// Another one was raising the epoch at the same moment: worth another try.
    case raced
  }

  let hosts: PQHostList
  let shard: String
  /// Names this engine's run, so that it knows its own epoch again after an answer that never came.
  let owner: PQUUID
  let settings: StoreSettings

  /// Takes the shard from whoever has it, or keeps it after a lost connection unless another took it.
  /// - Parameter held: the epoch that was held until now; nil = take it from whoever has it.
  /// - Throws: ``Problem`` or ``PQError``; no connection is left behind.
  func occupy(keeping held: Int64?) async throws -> Occupied {
    let connection = try await hosts.connect(
      applicationName: "silverbell-seat/\(shard)", deadlineSeconds: settings.connectSeconds)
    do {
      return try await occupy(on: connection, keeping: held)
    } catch {
      connection.close()
      throw error
    }
  }

  private func occupy(on connection: PQConnection, keeping held: Int64?) async throws -> Occupied {
    let epoch = try await nextEpoch(on: connection, keeping: held)
    let name = "silverbell/\(shard)/\(epoch)"
    try await query(connection, "select set_config('application_name', $1, false)", [.text(name)])
    // Older connections may hold the shard's row while frozen. The fence does not rest on this: where it is not
    // permitted, the epoch alone keeps them out.
    _ = try? await query(
      connection,
      """
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
        and application_name ~ ('^silverbell/' || $1 || '/[0-9]{1,18}$')
        and split_part(application_name, '/', 3)::bigint < $2
      """, [.text(shard), .int8(epoch)])
    let raise = BoundStatement(
      sql: "update shard set epoch = $2, owner = $3 where name = $1 and epoch = $2 - 1 returning seq",
      values: [.text(shard), .int8(epoch), .uuid(owner)])
    let results = try await connection.pipeline([raise], deadlineSeconds: settings.statementSeconds).believed()
    guard let row = results.first?.first else { throw Problem.raced }
    return Occupied(connection: connection, epoch: epoch, lastCommit: try row.int8(0))
  }

  private func nextEpoch(on connection: PQConnection, keeping held: Int64?) async throws -> Int64 {
    if held == nil {
      try await query(connection, "insert into shard (name) values ($1) on conflict do nothing", [.text(shard)])
    }
    let rows = try await query(connection, "select epoch, owner from shard where name = $1", [.text(shard)])
    guard let row = rows.first else { throw Problem.wentBack }
    let epoch = try row.int8(0)
    if let held, try row.uuidOrNil(1) != owner {
      // Whoever takes a shard raises its epoch: a lower one is that of a database as it was earlier.
      throw epoch < held ? Problem.wentBack : Problem.takenByAnother
    }
    return epoch + 1
  }

  @discardableResult
  private func query(_ connection: PQConnection, _ sql: String, _ values: [PQValue]) async throws(PQError) -> PQRows {
    try await connection.query(sql, values, deadlineSeconds: settings.statementSeconds)
  }
}
