extension PQTransaction {
    /// Runs a query and gives its rows in portions of at most `size`, in their order, while the server makes the next
    /// ones: at most ``PQLimits/maxPortionsAhead`` wait. `body` may throw, which ends the transaction.
    ///
    /// One at a time in a transaction. The deadline is that of each portion.
    package func portions(
        of query: BoundStatement, size: Int, deadlineSeconds: Double = PQDeadlines.statementSeconds,
        _ body: (PQRows) throws -> Void
    ) async throws {
        precondition((1...PQLimits.maxPortionRows).contains(size), "a portion has 1 to maxPortionRows rows")
        // All of it will be fetched: the plan is to be the best for that.
        try await self.query("set local cursor_tuple_fraction = 1", deadlineSeconds: deadlineSeconds)
        let declaration = Statement(
            name: "", sql: "declare portions no scroll cursor for \(query.statement.sql)",
            parameterTypes: query.statement.parameterTypes)
        try await self.query(declaration.bind(query.values), deadlineSeconds: deadlineSeconds)
        let fetch = BoundStatement(sql: "fetch \(size) from portions")
        func ask() throws(PQError) -> OneShot<PQOutcome<[PQRows]>> {
            connection.submit(
                .group([try EncodedStatement(fetch)]), holder: holder, toleratesWarnings: true,
                deadlineSeconds: deadlineSeconds)
        }
        var ahead: [OneShot<PQOutcome<[PQRows]>>] = []
        for _ in 0..<PQLimits.maxPortionsAhead { ahead.append(try ask()) }
        while true {
            guard let rows = try await ahead.removeFirst().value().believed().first else {
                throw PQError(.protocolViolation)
            }
            let isLast = rows.count < size
            if !isLast { ahead.append(try ask()) }
            if rows.count > 0 { try body(rows) }
            if isLast { break }
        }
        for empty in ahead { _ = try await empty.value().believed() }
        try await self.query("close portions", deadlineSeconds: deadlineSeconds)
    }
}
