extension PQConnection {
    /// Runs one statement and gives its rows. Meant for reads: a warning is not looked at, so a write whose commit
    /// must be believed goes by `pipeline` or `transaction`. Throws the server's error, `.deadlineExceeded` …
    package nonisolated func query(
        _ statement: BoundStatement, deadlineSeconds: Double = PQDeadlines.statementSeconds
    ) async throws(PQError) -> PQRows {
        try await query(statement, holder: nil, deadlineSeconds: deadlineSeconds)
    }

    /// As above, for an SQL text that is not kept as a prepared statement.
    @discardableResult
    package nonisolated func query(
        _ sql: String, _ values: [PQValue] = [], deadlineSeconds: Double = PQDeadlines.statementSeconds
    ) async throws(PQError) -> PQRows {
        try await query(BoundStatement(sql: sql, values: values), deadlineSeconds: deadlineSeconds)
    }

    /// Runs a text of any number of commands (a migration), in one transaction unless it says otherwise. No values,
    /// no rows; warnings are not looked at.
    package nonisolated func script(
        _ sql: String, deadlineSeconds: Double = PQDeadlines.statementSeconds
    ) async throws(PQError) {
        try await script(sql, holder: nil, deadlineSeconds: deadlineSeconds)
    }

    /// Sends the statements and one Sync: an implicit transaction of all of them. The results come in their order.
    /// Neither BEGIN nor COMMIT may be among them. At most `PQLimits.maxStatementsPerGroup`.
    package nonisolated func pipeline(
        _ statements: [BoundStatement], deadlineSeconds: Double = PQDeadlines.statementSeconds
    ) async -> PQOutcome<[PQRows]> {
        await PipelineWriter(connection: self).submit(statements, deadlineSeconds: deadlineSeconds)
    }

    nonisolated func query(
        _ statement: BoundStatement, holder: UInt64?, deadlineSeconds: Double
    ) async throws(PQError) -> PQRows {
        let encoded = try EncodedStatement(statement)
        let answer = submit(
            .group([encoded]), holder: holder, toleratesWarnings: true, deadlineSeconds: deadlineSeconds)
        let results = try await answer.value().believed()
        guard let rows = results.first else { throw PQError(.protocolViolation) }
        return rows
    }

    nonisolated func script(_ sql: String, holder: UInt64?, deadlineSeconds: Double) async throws(PQError) {
        guard !sql.utf8.contains(0) else { throw PQError(.invalidValue, explanation: "U+0000 in a script") }
        let answer = submit(.script(sql), holder: holder, toleratesWarnings: true, deadlineSeconds: deadlineSeconds)
        _ = try await answer.value().believed()
    }
}

extension PQOutcome {
    /// The committed value; throws the failure, or the unknown reason as an error.
    package func believed() throws(PQError) -> Value {
        switch self {
        case .committed(let value): return value
        case .failed(let error): throw error
        case .unknown(let reason): throw reason.error
        }
    }
}
