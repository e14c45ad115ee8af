import EngineHost
import PQ
import Synchronization

/// One moment of the database that several connections read side by side: start-up.
package struct RecoverySnapshot: Sendable {
  /// Rows of a portion: large enough to be rare, small enough that what is read ahead is little memory.
  package static let portionRows = 4_000

  private let name: String
  private let settings: StoreSettings
  private let connect: @Sendable () async throws(PQError) -> PQConnection
  private let log = RecoveryLog()

  /// Exports the moment that `transaction` (REPEATABLE READ) sees; it lasts as long as the transaction.
  init(
    of transaction: PQTransaction, settings: StoreSettings,
    connect: @escaping @Sendable () async throws(PQError) -> PQConnection
  ) async throws {
    name = try await transaction.query("select pg_export_snapshot()", deadlineSeconds: settings.recoverySeconds)
      .first.text(0)
    self.settings = settings
    self.connect = connect
  }

  /// What was read so far and how long it took.
  var parts: [RecoveryPart] { log.parts.withLock { $0 } }

  /// Reads a part on a connection of its own; `body` counts the rows.
  ///
  /// - Parameter part: the name under which the time it took is told.
  package func read<Value: Sendable>(
    _ part: String, _ body: @Sendable (RecoveryReader) async throws -> (Value, rows: Int)
  ) async throws -> Value {
    let begin = ContinuousClock.now
    let connection = try await connect()
    defer { connection.close() }
    let (value, rows) = try await connection.transaction(deadlineSeconds: settings.recoverySeconds) { transaction in
      let seconds = settings.recoverySeconds
      try await OpenWorkReader.begin(transaction)
      // The name comes from the server and is hexadecimal digits and hyphens.
      try await transaction.query("set transaction snapshot '\(name)'", deadlineSeconds: seconds)
      return try await body(RecoveryReader(transaction: transaction, deadlineSeconds: seconds))
    }
    log.parts.withLock {
      $0.append(RecoveryPart(name: part, rows: rows, duration: ContinuousClock.now - begin))
    }
    return value
  }
}

/// Reads rows of one part.
package struct RecoveryReader: Sendable {
  let transaction: PQTransaction
  let deadlineSeconds: Double

  /// Hands every row to `body`, in the order of the query.
  package func rows(of query: BoundStatement, _ body: (PQRow) throws -> Void) async throws {
    try await transaction.portions(of: query, size: RecoverySnapshot.portionRows, deadlineSeconds: deadlineSeconds) {
      for row in $0 { try body(row) }
    }
  }
}

private final class RecoveryLog: Sendable {
  let parts = Mutex<[RecoveryPart]>([])
}
