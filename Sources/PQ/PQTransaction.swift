import Synchronization

/// An explicit transaction that has its connection for itself. Valid inside `transaction` only: what is sent through
/// it afterwards waits for its deadline and fails.
package struct PQTransaction: Sendable {
    let connection: PQConnection
    let holder: UInt64

    /// Runs one statement; throws the server's error, after which the transaction can only be rolled back.
    @discardableResult
    package func query(
        _ statement: BoundStatement, deadlineSeconds: Double = PQDeadlines.statementSeconds
    ) async throws(PQError) -> PQRows {
        try await connection.query(statement, holder: holder, deadlineSeconds: deadlineSeconds)
    }

    /// As above, for an SQL text that is not kept as a prepared statement.
    @discardableResult
    package func query(
        _ sql: String, _ values: [PQValue] = [], deadlineSeconds: Double = PQDeadlines.statementSeconds
    ) async throws(PQError) -> PQRows {
        try await query(BoundStatement(sql: sql, values: values), deadlineSeconds: deadlineSeconds)
    }

    /// Runs a text of any number of commands without values.
    package func script(
        _ sql: String, deadlineSeconds: Double = PQDeadlines.statementSeconds
    ) async throws(PQError) {
        try await connection.script(sql, holder: holder, deadlineSeconds: deadlineSeconds)
    }

    /// COPY into a table as part of the transaction; gives the number of rows.
    @discardableResult
    package func copyIn(
        _ target: PQCopyTarget, rows: some Sequence<[PQValue]>,
        deadlineSeconds: Double = PQDeadlines.statementSeconds
    ) async throws(PQError) -> Int {
        let work = try target.work(rows)
        let answer = connection.submit(
            work, holder: holder, toleratesWarnings: true, deadlineSeconds: deadlineSeconds)
        return try await answer.value().believed().first?.affectedRows ?? 0
    }
}

private let lastHolder = Mutex<UInt64>(0)

extension PQConnection {
    /// BEGIN, `body`, COMMIT; ROLLBACK when `body` throws, whose error is thrown on. Throws
    /// `.transactionRolledBack` when a statement had failed and `body` hid it, `.outcomeUnknown` when COMMIT was
    /// answered with a warning or not at all. Others wait until it is over.
    package nonisolated(nonsending) func transaction<Value>(
        deadlineSeconds: Double = PQDeadlines.statementSeconds,
        _ body: nonisolated(nonsending) (PQTransaction) async throws -> Value
    ) async throws -> Value {
        let holder = lastHolder.withLock { last in
            last += 1
            return last
        }
        let lock = submit(.lock, holder: holder, toleratesWarnings: true, deadlineSeconds: deadlineSeconds)
        _ = try await lock.value().believed()
        defer { _ = submit(.unlock, holder: holder, toleratesWarnings: true, deadlineSeconds: 86_400) }
        let transaction = PQTransaction(connection: self, holder: holder)
        try await transaction.query("BEGIN", deadlineSeconds: deadlineSeconds)
        let value: Value
        do {
            value = try await body(transaction)
        } catch {
            await rollBack(transaction, deadlineSeconds)
            throw error
        }
        try await commit(holder, deadlineSeconds)
        return value
    }

    private nonisolated func rollBack(_ transaction: PQTransaction, _ deadlineSeconds: Double) async {
        do throws(PQError) {
            try await transaction.query("ROLLBACK", deadlineSeconds: deadlineSeconds)
        } catch {
            // Without an answer the connection's state is not known, so nobody else may have it.
            close()
        }
    }

    private nonisolated func commit(_ holder: UInt64, _ deadlineSeconds: Double) async throws(PQError) {
        let encoded = try EncodedStatement(BoundStatement(sql: "COMMIT"))
        let answer = submit(
            .group([encoded]), holder: holder, toleratesWarnings: false, deadlineSeconds: deadlineSeconds)
        switch await answer.value() {
        case .committed(let results):
            guard results.first?.commandTag == "COMMIT" else { throw PQError(.transactionRolledBack) }
        case .failed(let error):
            // A COMMIT that was never sent leaves the transaction open.
            if error.code != .server { close() }
            throw error
        case .unknown(let reason):
            throw PQError(.outcomeUnknown, because: reason.error)
        }
    }
}
