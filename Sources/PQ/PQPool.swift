/// A small pool of connections for reads: opened when needed, replaced when broken, bounded on both sides.
package actor PQPool {
    private enum Grant: Sendable {
        case connection(PQConnection)
        case mayOpen
        case refused(PQError)
    }

    private let size: Int
    private let maxWaiters: Int
    private let connect: @Sendable () async throws(PQError) -> PQConnection
    private var idle: [PQConnection] = []
    /// Connections idle, lent or being opened.
    private var openCount = 0
    private var waiters: [(id: UInt64, grant: OneShot<Grant>)] = []
    private var lastWaiter: UInt64 = 0
    private var isClosed = false

    /// A pool of at most `size` connections, for which at most `maxWaiters` callers wait.
    package init(
        size: Int, maxWaiters: Int, connect: @escaping @Sendable () async throws(PQError) -> PQConnection
    ) {
        precondition(size > 0 && maxWaiters >= 0, "a pool has at least one connection")
        self.size = size
        self.maxWaiters = maxWaiters
        self.connect = connect
    }

    /// Runs one statement on any connection. Throws `.poolExhausted` when too many wait or none came free before the
    /// deadline, which covers the waiting and the statement.
    package nonisolated func query(
        _ statement: BoundStatement, deadlineSeconds: Double = PQDeadlines.statementSeconds
    ) async throws(PQError) -> PQRows {
        let deadline = MonotonicMoment.after(seconds: deadlineSeconds)
        let connection = try await acquire(deadline)
        do throws(PQError) {
            let rows = try await connection.query(statement, deadlineSeconds: deadline.secondsLeft)
            await release(connection)
            return rows
        } catch {
            if error.isStalePlan { connection.close() }
            await release(connection)
            throw error
        }
    }

    /// Lends a connection to `body`; throws as `query`, and what `body` throws.
    package nonisolated(nonsending) func withConnection<Value>(
        deadlineSeconds: Double = PQDeadlines.statementSeconds,
        _ body: nonisolated(nonsending) (PQConnection) async throws -> Value
    ) async throws -> Value {
        let connection = try await acquire(.after(seconds: deadlineSeconds))
        do {
            let value = try await body(connection)
            await release(connection)
            return value
        } catch {
            if let error = error as? PQError, error.isStalePlan { connection.close() }
            await release(connection)
            throw error
        }
    }

    /// Closes idle connections, refuses waiters and newcomers with `.closed`; lent connections close on return.
    package func close() {
        isClosed = true
        for connection in idle { connection.close() }
        openCount -= idle.count
        idle.removeAll()
        for waiter in waiters { waiter.grant.resolve(.refused(PQError(.closed))) }
        waiters.removeAll()
    }

    private func acquire(_ deadline: MonotonicMoment) async throws(PQError) -> PQConnection {
        guard !isClosed else { throw PQError(.closed) }
        while let connection = idle.popLast() {
            if !connection.isClosed { return connection }
            openCount -= 1
        }
        if openCount < size {
            openCount += 1
            return try await open()
        }
        guard waiters.count < maxWaiters else { throw PQError(.poolExhausted) }
        switch await wait(until: deadline) {
        case .connection(let connection): return connection
        case .mayOpen: return try await open()
        case .refused(let error): throw error
        }
    }

    /// Opens a connection that has been counted already.
    private func open() async throws(PQError) -> PQConnection {
        do throws(PQError) {
            return try await connect()
        } catch {
            passOn()
            throw error
        }
    }

    private func wait(until deadline: MonotonicMoment) async -> Grant {
        let grant = OneShot<Grant>()
        lastWaiter += 1
        let id = lastWaiter
        waiters.append((id, grant))
        let timer = Task {
            try await Task.sleep(for: .seconds(deadline.secondsLeft))
            grant.resolve(.refused(PQError(.poolExhausted)))
        }
        let answer = await withTaskCancellationHandler {
            await grant.value()
        } onCancel: {
            grant.resolve(.refused(PQError(.cancelled)))
        }
        timer.cancel()
        waiters.removeAll { $0.id == id }
        return answer
    }

    private func release(_ connection: PQConnection) {
        if isClosed { connection.close() }
        guard !connection.isClosed else {
            passOn()
            return
        }
        while !waiters.isEmpty {
            if waiters.removeFirst().grant.resolve(.connection(connection)) { return }
        }
        idle.append(connection)
    }

    /// A counted place has come free without a connection.
    private func passOn() {
        while !waiters.isEmpty {
            if waiters.removeFirst().grant.resolve(.mayOpen) { return }
        }
        openCount -= 1
    }
}
