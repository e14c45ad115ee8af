import CLibPQ

/// The state of one connection, driven by its thread: every call happens there.
final class ConnectionCore {
    private enum Phase {
        case starting([(String, String)], deadline: MonotonicMoment)
        case connecting(RawConnection, wantsWrite: Bool, deadline: MonotonicMoment)
        case open(RawConnection)
        case closed(PQError)
    }

    private var phase: Phase
    private let connected: OneShot<PQError?>
    /// What has not been sent, in order of arrival.
    private(set) var waiting: [Submission] = []
    /// Groups being sent or answered, oldest first.
    private var inFlight: [Exchange] = []
    private var simple: SimpleExchange?
    /// The transaction that has the connection for itself.
    private var holder: UInt64?
    /// SQL of the prepared statements, by name; also those whose preparation is on its way.
    private var prepared: [String: String] = [:]
    private var listeners: [String: AsyncStream<PQNotification>.Continuation] = [:]
    private var hasUnflushed = false
    private var settled: [(OneShot<PQOutcome<[PQRows]>>, PQOutcome<[PQRows]>)] = []

    init(parameters: [(String, String)], deadline: MonotonicMoment, connected: OneShot<PQError?>) {
        phase = .starting(parameters, deadline: deadline)
        self.connected = connected
    }

    var isClosed: Bool {
        if case .closed = phase { true } else { false }
    }

    /// Does all that can be done now and says what to wait for.
    func turn(_ readiness: LoopReadiness, arrived: [Submission], isCloseRequested: Bool) -> LoopInterest {
        waiting.append(contentsOf: arrived)
        if isCloseRequested { close(.closed, PQError(.closed)) }
        switch phase {
        case .starting(let parameters, let deadline): start(parameters, deadline)
        case .connecting(let raw, _, let deadline):
            if readiness.readable || readiness.writable { pollConnect(raw, deadline) }
        case .open(let raw): serve(raw, readiness)
        case .closed: break
        }
        expire()
        if case .closed(let error) = phase { refuseWaiting(error) }
        return interest
    }

    private var interest: LoopInterest {
        var interest = LoopInterest()
        switch phase {
        case .starting, .closed: break
        case .connecting(let raw, let wantsWrite, let deadline):
            interest.descriptor = raw.socket
            interest.wantsRead = !wantsWrite
            interest.wantsWrite = wantsWrite
            interest.deadline = deadline
        case .open(let raw):
            interest.descriptor = raw.socket
            interest.wantsRead = true
            interest.wantsWrite = hasUnflushed
            let sent = inFlight.map { $0.submission.deadline } + (simple.map { [$0.submission.deadline] } ?? [])
            interest.deadline = (sent + waiting.map { $0.deadline }).min()
        }
        return interest
    }

    private func settle(_ submission: Submission, _ outcome: PQOutcome<[PQRows]>) {
        settled.append((submission.answer, outcome))
    }

    /// Gives the answers of this turn, once its other effects can be seen.
    func deliverSettled() {
        for (answer, outcome) in settled { answer.resolve(outcome) }
        settled.removeAll()
        guard isClosed else { return }
        for channel in listeners.keys.sorted() { unlisten(channel) }
    }

    // MARK: Connecting

    private func start(_ parameters: [(String, String)], _ deadline: MonotonicMoment) {
        guard let raw = RawConnection(parameters: parameters), !raw.isBroken else {
            close(.closed, PQError(.connectFailed))
            return
        }
        phase = .connecting(raw, wantsWrite: true, deadline: deadline)
    }

    private func pollConnect(_ raw: RawConnection, _ deadline: MonotonicMoment) {
        switch raw.pollConnect() {
        case PGRES_POLLING_READING: phase = .connecting(raw, wantsWrite: false, deadline: deadline)
        case PGRES_POLLING_WRITING: phase = .connecting(raw, wantsWrite: true, deadline: deadline)
        case PGRES_POLLING_OK where raw.becomeReady():
            phase = .open(raw)
            connected.resolve(nil)
            serve(raw, LoopReadiness())
        default:
            close(.closed, PQError(.connectFailed, explanation: raw.connectExplanation))
        }
    }

    // MARK: Serving

    private func serve(_ raw: RawConnection, _ readiness: LoopReadiness) {
        var isAlive = !readiness.readable || raw.consumeInput()
        do throws(PQError) {
            // Reading follows sending, for libpq reads on its own account while it cannot send.
            var goesOn = true
            while goesOn {
                try admit(raw)
                let hasSent = isAlive ? try send(raw) : false
                let hasRead = try collect(raw)
                goesOn = isAlive && (hasSent || hasRead)
                if raw.isBroken { isAlive = false }
            }
        } catch {
            isAlive = false
        }
        deliverNotifications(raw)
        if !isAlive { close(.connectionLost(sqlState: raw.fatalState), PQError(.connectionLost)) }
    }

    /// Takes from the queue what may go now: in order, and while a transaction holds the connection only its own.
    private func admit(_ raw: RawConnection) throws(PQError) {
        var index = 0
        while index < waiting.count {
            let submission = waiting[index]
            if let holder, submission.holder != holder {
                index += 1
                continue
            }
            guard try admit(submission, raw) else { return }
            waiting.remove(at: index)
            // Whoever was passed over may go once the lock is gone.
            if case .unlock = submission.work { index = 0 }
        }
    }

    /// False when it has to wait, and all behind it.
    private func admit(_ submission: Submission, _ raw: RawConnection) throws(PQError) -> Bool {
        guard simple == nil else { return false }
        if case .group(let statements) = submission.work {
            guard inFlight.count < PQLimits.maxGroupsInFlight else { return false }
            do throws(PQError) {
                let preparing = try statementsToPrepare(statements)
                inFlight.append(Exchange(submission: submission, statements: statements, preparing: preparing))
            } catch {
                settle(submission, .failed(error))
            }
            return true
        }
        guard inFlight.isEmpty else { return false }
        switch submission.work {
        case .group: break
        case .lock:
            holder = submission.holder
            settle(submission, .committed([]))
        case .unlock:
            if holder == submission.holder { holder = nil }
            settle(submission, .committed([]))
        case .script(let sql): try beginSimple(submission, sql, chunks: nil, raw)
        case .copy(let sql, let chunks): try beginSimple(submission, sql, chunks: chunks, raw)
        }
        return true
    }

    private func beginSimple(
        _ submission: Submission, _ sql: String, chunks: [[UInt8]]?, _ raw: RawConnection
    ) throws(PQError) {
        simple = SimpleExchange(submission: submission, chunks: chunks)
        hasUnflushed = true
        guard raw.exitPipeline(), raw.sendScript(sql) else { throw PQError(.connectionLost) }
    }

    private func statementsToPrepare(_ statements: [EncodedStatement]) throws(PQError) -> [Statement] {
        var added: [Statement] = []
        var addedSQL: [String: String] = [:]
        for statement in statements.map(\.statement) where !statement.name.isEmpty {
            guard let known = prepared[statement.name] ?? addedSQL[statement.name] else {
                added.append(statement)
                addedSQL[statement.name] = statement.sql
                continue
            }
            guard known == statement.sql else { throw PQError(.statementConflict, statement: statement.name) }
        }
        guard prepared.count + added.count <= PQLimits.maxPreparedStatements else {
            throw PQError(.tooManyStatements)
        }
        prepared.merge(addedSQL) { _, new in new }
        return added
    }

    /// Hands over what the socket takes. True when something new was sent.
    private func send(_ raw: RawConnection) throws(PQError) -> Bool {
        var hasSent = try simple?.send(on: raw) ?? false
        var unflushedBytes = 0
        if hasUnflushed, try !flush(raw) { return hasSent }
        for exchange in inFlight where !exchange.isSent {
            while !exchange.isSent {
                unflushedBytes += try send(exchange.steps[exchange.sentCount], raw)
                exchange.stepSent()
                hasSent = true
                guard unflushedBytes >= PQLimits.flushIntervalBytes else { continue }
                unflushedBytes = 0
                if try !flush(raw) { return hasSent }
            }
        }
        if hasSent { _ = try flush(raw) }
        return hasSent
    }

    /// False when the socket takes no more now.
    private func flush(_ raw: RawConnection) throws(PQError) -> Bool {
        let answer = raw.flush()
        guard answer >= 0 else { throw PQError(.connectionLost) }
        hasUnflushed = answer == 1
        return !hasUnflushed
    }

    /// Returns about how many bytes it was.
    private func send(_ step: Exchange.Step, _ raw: RawConnection) throws(PQError) -> Int {
        let (isTaken, size) =
            switch step {
            case .prepare(let statement): (raw.sendPrepare(statement), statement.sql.utf8.count)
            case .execute(let encoded): (raw.sendExecute(encoded), encoded.bytes.count + 64)
            case .sync: (raw.sync(), 5)
            }
        guard isTaken else { throw PQError(.connectionLost) }
        return size
    }

    // MARK: Reading

    /// Takes in the answers that are there. True when there was one.
    private func collect(_ raw: RawConnection) throws(PQError) -> Bool {
        var hasRead = false
        while true {
            if let simple {
                guard simple.readsAnswers, try collectSimple(simple, raw) else { break }
            } else if let head = inFlight.first {
                guard head.expectsAnswer, try collectNext(of: head, raw) else { break }
            } else {
                break
            }
            hasRead = true
        }
        return hasRead
    }

    private func collectNext(of head: Exchange, _ raw: RawConnection) throws(PQError) -> Bool {
        let isBusy = raw.isBusy
        noteWarnings(raw)
        guard !isBusy else { return false }
        let answer = raw.nextAnswer()
        noteWarnings(raw)
        switch answer {
        case nil: return head.endReceived()
        case .rows(let rows):
            head.rowsReceived(rows)
        case .skipped:
            head.skipReceived()
        case .refused(let error, let isFatal):
            if case .prepare(let statement) = head.steps[head.answeredCount] { prepared[statement.name] = nil }
            head.refusalReceived(error, isFatal: isFatal)
        case .sync:
            guard head.syncReceived() else { throw PQError(.protocolViolation) }
            try finishIfAnswered(head)
        case .broken(let error): throw error
        case .copyIn: throw PQError(.protocolViolation)
        }
        return true
    }

    private func finishIfAnswered(_ head: Exchange) throws(PQError) {
        guard head.isAnswered else { return }
        inFlight.removeFirst()
        settle(head.submission, head.outcome)
        // Its transaction would swallow the groups behind it.
        if head.hasTransactionControl { throw PQError(.protocolViolation) }
    }

    private func collectSimple(_ simple: SimpleExchange, _ raw: RawConnection) throws(PQError) -> Bool {
        let isBusy = raw.isBusy
        let answer = isBusy ? nil : raw.nextAnswer()
        if let state = raw.takeWarning() { simple.warningReceived(state) }
        guard !isBusy else { return false }
        switch answer {
        case nil:
            guard raw.enterPipeline() else { throw PQError(.connectionLost) }
            self.simple = nil
            settle(simple.submission, simple.outcome)
        case .rows(let rows): simple.rowsReceived(rows)
        case .refused(let error, let isFatal): simple.refusalReceived(error, isFatal: isFatal)
        case .copyIn:
            guard simple.copyInReceived() else { throw PQError(.protocolViolation) }
        case .broken(let error): throw error
        case .skipped, .sync: throw PQError(.protocolViolation)
        }
        return true
    }

    /// A warning belongs to the oldest group. libpq parses notices ahead of a Sync that has not been collected, so
    /// one that is seen there may be the next group's: then it is held against both.
    private func noteWarnings(_ raw: RawConnection) {
        guard let state = raw.takeWarning(), let head = inFlight.first else { return }
        head.warningReceived(state)
        if head.awaitsLastSync, inFlight.count > 1 { inFlight[1].warningReceived(state) }
    }

    // MARK: Notifications

    func listen(_ channel: String, _ listener: AsyncStream<PQNotification>.Continuation) {
        listeners.updateValue(listener, forKey: channel)?.finish()
    }

    func unlisten(_ channel: String) {
        listeners.removeValue(forKey: channel)?.finish()
    }

    private func deliverNotifications(_ raw: RawConnection) {
        while let notification = raw.nextNotification() {
            listeners[notification.channel]?.yield(notification)
        }
    }

    // MARK: Ending

    private func expire() {
        let now = MonotonicMoment.now
        let isLate: Bool
        switch phase {
        case .starting, .closed: return
        case .connecting(_, _, let deadline): isLate = deadline <= now
        case .open:
            isLate = inFlight.contains { $0.submission.deadline <= now }
                || simple.map { $0.submission.deadline <= now } == true
        }
        if isLate {
            close(.deadlineExceeded, PQError(.deadlineExceeded))
            return
        }
        for submission in waiting where submission.deadline <= now {
            settle(submission, .failed(PQError(.notSent, explanation: "the deadline passed in the queue")))
        }
        waiting.removeAll { $0.deadline <= now }
    }

    private func refuseWaiting(_ error: PQError) {
        for submission in waiting {
            let isUnlock = if case .unlock = submission.work { true } else { false }
            settle(submission, isUnlock ? .committed([]) : .failed(PQError(.closed, because: error)))
        }
        waiting.removeAll()
    }

    /// Ends the connection; libpq's side is freed here.
    private func close(_ reason: PQUnknownReason, _ error: PQError) {
        if case .closed = phase { return }
        phase = .closed(error)
        connected.resolve(error)
        for exchange in inFlight {
            settle(exchange.submission, exchange.outcome(lostBecause: reason))
        }
        inFlight.removeAll()
        if let simple { simple.submission.answer.resolve(simple.outcome(lostBecause: reason)) }
        simple = nil
    }
}
