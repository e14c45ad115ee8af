/// Sends groups of statements down one connection, each an implicit transaction of its own, without waiting for the
/// answer of one before the next is sent. Groups are run in the order of `enqueue`; one that fails leaves the others
/// alone. At most `PQLimits.maxGroupsInFlight` are on their way, `PQLimits.maxWaitingOperations` more wait.
package struct PipelineWriter: Sendable {
    private let connection: PQConnection

    /// A writer for `connection`, which may be used for other things as well.
    package init(connection: PQConnection) {
        self.connection = connection
    }

    /// Puts a group in line at once and gives what its outcome can be awaited with. A group that cannot be encoded
    /// fails with `.invalidValue`, `.parameterMismatch` or `.tooLarge` and is not sent.
    package func enqueue(
        _ statements: [BoundStatement], deadlineSeconds: Double = PQDeadlines.statementSeconds
    ) -> PendingOutcome {
        do throws(PQError) {
            guard statements.count <= PQLimits.maxStatementsPerGroup else { throw PQError(.tooLarge) }
            var encoded: [EncodedStatement] = []
            encoded.reserveCapacity(statements.count)
            for statement in statements { encoded.append(try EncodedStatement(statement)) }
            let answer = connection.submit(
                .group(encoded), toleratesWarnings: false, deadlineSeconds: deadlineSeconds)
            return PendingOutcome(answer: answer)
        } catch {
            let answer = OneShot<PQOutcome<[PQRows]>>()
            answer.resolve(.failed(error))
            return PendingOutcome(answer: answer)
        }
    }

    /// `enqueue`, and waits for the outcome.
    package func submit(
        _ statements: [BoundStatement], deadlineSeconds: Double = PQDeadlines.statementSeconds
    ) async -> PQOutcome<[PQRows]> {
        await enqueue(statements, deadlineSeconds: deadlineSeconds).outcome()
    }
}

/// The outcome of a group that has been put in line. To be awaited once.
package struct PendingOutcome: Sendable {
    let answer: OneShot<PQOutcome<[PQRows]>>

    /// Waits for the outcome, at most until the group's deadline. Only one caller may ask, once.
    package func outcome() async -> PQOutcome<[PQRows]> {
        await answer.value()
    }

    /// Calls `body` with the outcome, on the connection's thread: it must not block. Instead of ``outcome()``, where
    /// a task and its switch of threads cost too much.
    package func whenKnown(_ body: @escaping @Sendable (PQOutcome<[PQRows]>) -> Void) {
        answer.whenGiven(body)
    }
}
