/// A group that is being sent or waits for its answers: its steps, and what has come back.
final class Exchange {
    enum Step {
        case prepare(Statement)
        case execute(EncodedStatement)
        case sync
    }

    let submission: Submission
    /// Statements to prepare and a Sync of their own, so that a failing group takes no preparation with it;
    /// then the group and its Sync.
    let steps: [Step]
    private(set) var sentCount = 0
    private(set) var answeredCount = 0
    private var hasAnswer = false
    private var results: [PQRows] = []
    private var firstError: PQError?
    private var fatalState: String?
    private var warning: String?
    /// The group left a transaction open, or ended one that was not its own.
    private(set) var hasTransactionControl = false

    init(submission: Submission, statements: [EncodedStatement], preparing: [Statement]) {
        self.submission = submission
        let prepares = preparing.isEmpty ? [] : preparing.map { Step.prepare($0) } + [.sync]
        steps = prepares + statements.map { .execute($0) } + [.sync]
    }

    var isSent: Bool { sentCount == steps.count }
    var isAnswered: Bool { answeredCount == steps.count }
    /// More of what was sent is still to be answered.
    var expectsAnswer: Bool { answeredCount < sentCount }
    /// The next thing to come is the end of the group.
    var awaitsLastSync: Bool { answeredCount == steps.count - 1 }

    func stepSent() {
        sentCount += 1
    }

    func warningReceived(_ state: String) {
        if !submission.toleratesWarnings { warning = warning ?? state }
    }

    func rowsReceived(_ rows: PQRows) {
        hasAnswer = true
        guard case .execute = steps[answeredCount] else { return }
        results.append(rows)
        if submission.holder == nil && Self.controlTags.contains(rows.commandTag) { hasTransactionControl = true }
    }

    /// Keeps the first error: what comes later is only its consequence.
    func refusalReceived(_ error: PQError, isFatal: Bool) {
        hasAnswer = true
        if isFatal {
            fatalState = fatalState ?? error.sqlState
        } else if firstError == nil {
            var named = error
            named.statementName = currentStatementName
            firstError = named
        }
    }

    func skipReceived() {
        hasAnswer = true
    }

    /// The end of one statement's results. False when none was due.
    func endReceived() -> Bool {
        guard hasAnswer else { return false }
        hasAnswer = false
        answeredCount += 1
        return true
    }

    /// False when no Sync was due.
    func syncReceived() -> Bool {
        guard answeredCount < steps.count, case .sync = steps[answeredCount] else { return false }
        answeredCount += 1
        return true
    }

    private var currentStatementName: String? {
        switch steps[answeredCount] {
        case .prepare(let statement): statement.name
        case .execute(let encoded): encoded.statement.name.isEmpty ? nil : encoded.statement.name
        case .sync: nil
        }
    }

    /// The outcome once the last Sync has arrived.
    var outcome: PQOutcome<[PQRows]> {
        precondition(isAnswered, "the outcome is known after the Sync")
        if let fatalState { return .unknown(.connectionLost(sqlState: fatalState)) }
        if let firstError { return .failed(firstError) }
        if hasTransactionControl { return .unknown(.transactionControl) }
        if let warning { return .unknown(.warning(sqlState: warning)) }
        return .committed(results)
    }

    /// The outcome when the connection ends before the last Sync has arrived.
    func outcome(lostBecause reason: PQUnknownReason) -> PQOutcome<[PQRows]> {
        // An error of a statement has ended the implicit transaction; without its Sync it was never ended well.
        if let firstError { return .failed(firstError) }
        guard isSent else { return .failed(PQError(.notSent)) }
        if case .connectionLost(nil) = reason { return .unknown(.connectionLost(sqlState: fatalState)) }
        return .unknown(reason)
    }

    private static let controlTags: Set<String> = [
        "BEGIN", "START TRANSACTION", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE",
        "PREPARE TRANSACTION", "COMMIT PREPARED", "ROLLBACK PREPARED",
    ]
}
