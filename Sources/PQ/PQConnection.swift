import Synchronization

/// A connection to one PostgreSQL server, on a thread of its own.
///
/// What is submitted runs in order of submission; up to `PQLimits.maxGroupsInFlight` groups are on their way at
/// once. Every call has a deadline, counted from its submission; one that passes after something was sent closes the
/// connection. Cancelling the calling task does not cancel what was submitted.
package actor PQConnection {
    private struct Inbox {
        var arrived: [Submission] = []
        /// Arrived and taken in by the thread, but not sent.
        var waitingCount = 0
        var isCloseRequested = false
        var isClosed = false
    }

    /// The connection's thread.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private nonisolated let thread: LoopThread
    private nonisolated let inbox = Mutex(Inbox())
    let core: ConnectionCore

    private init(parameters: [(String, String)], deadline: MonotonicMoment, connected: OneShot<PQError?>)
        throws(PQError)
    {
        thread = try LoopThread()
        core = ConnectionCore(parameters: parameters, deadline: deadline, connected: connected)
    }

    deinit {
        thread.stop()
    }

    /// Connects to one host; throws `.connectFailed`, `.deadlineExceeded`, `.cancelled` or `.tooManyConnections`.
    package static func connect(
        to endpoint: PQEndpoint, applicationName: String = "silverbell",
        deadlineSeconds: Double = PQDeadlines.connectSeconds
    ) async throws(PQError) -> PQConnection {
        let connected = OneShot<PQError?>()
        let deadline = MonotonicMoment.after(seconds: deadlineSeconds)
        let connection = try PQConnection(
            parameters: endpoint.parameters(applicationName: applicationName),
            deadline: deadline, connected: connected)
        try connection.thread.start { [weak connection] readiness in
            connection?.assumeIsolated { $0.turn(readiness) } ?? LoopInterest()
        }
        // Name resolution blocks the connection's thread, so its own deadline may be late.
        let guardian = Task {
            try await Task.sleep(for: .seconds(deadline.secondsLeft))
            connected.resolve(PQError(.deadlineExceeded))
        }
        let failure = await withTaskCancellationHandler {
            await connected.value()
        } onCancel: {
            connected.resolve(PQError(.cancelled))
        }
        guardian.cancel()
        if let failure {
            connection.close()
            throw failure
        }
        return connection
    }

    /// Whether the connection has ended; it never comes back.
    package nonisolated var isClosed: Bool {
        inbox.withLock { $0.isClosed || $0.isCloseRequested }
    }

    /// Ends the connection. What is on its way has an unknown outcome, what waits was not sent.
    package nonisolated func close() {
        inbox.withLock { $0.isCloseRequested = true }
        thread.wake()
    }

    private func turn(_ readiness: LoopReadiness) -> LoopInterest {
        let (arrived, isCloseRequested) = inbox.withLock { inbox in
            defer { inbox.arrived = [] }
            return (inbox.arrived, inbox.isCloseRequested)
        }
        let interest = core.turn(readiness, arrived: arrived, isCloseRequested: isCloseRequested)
        let stillWaiting = core.waiting.count
        let isClosed = core.isClosed
        inbox.withLock { inbox in
            inbox.waitingCount = stillWaiting + inbox.arrived.count
            inbox.isClosed = isClosed
        }
        core.deliverSettled()
        return interest
    }

    /// Puts a work into the queue; `.queueFull` is answered at once.
    nonisolated func submit(
        _ work: Work, holder: UInt64? = nil, toleratesWarnings: Bool, deadlineSeconds: Double
    ) -> OneShot<PQOutcome<[PQRows]>> {
        let answer = OneShot<PQOutcome<[PQRows]>>()
        let submission = Submission(
            work: work, holder: holder, deadline: .after(seconds: deadlineSeconds),
            toleratesWarnings: toleratesWarnings, answer: answer, connection: self)
        let limit: Int
        switch work {
        // The end of a lock always finds room, or the connection would be held for ever.
        case .unlock: limit = .max
        case .lock: limit = PQLimits.maxWaitingOperations
        case .group, .script, .copy:
            let reserve = holder == nil ? 0 : PQLimits.maxWaitingInTransaction
            limit = PQLimits.maxWaitingOperations + reserve
        }
        let isTaken = inbox.withLock { inbox in
            guard inbox.waitingCount < limit else { return false }
            inbox.waitingCount += 1
            inbox.arrived.append(submission)
            return true
        }
        if isTaken {
            thread.wake()
        } else {
            answer.resolve(.failed(PQError(.queueFull)))
        }
        return answer
    }
}
