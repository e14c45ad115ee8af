/// What went wrong with PostgreSQL or on the way to it.
///
/// `description` is fit for logs: it never holds a bound value, a row value or a server text.
/// `debugDescription` adds the server's primary message where that class of error cannot quote values.
package struct PQError: Error, Sendable, Equatable {
    /// The kind of failure. A struct with fixed members, so that a new one breaks no reader.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Base: String, Sendable {
            case invalidConnectionString, connectFailed, noPrimary, tooManyConnections
            case deadlineExceeded, connectionLost, closed, cancelled, notSent, queueFull, poolExhausted
            case server, outcomeUnknown, transactionRolledBack, protocolViolation
            case invalidValue, parameterMismatch, tooLarge, statementConflict, tooManyStatements
            case columnOutOfRange, unexpectedNull, typeMismatch, malformedValue
        }

        private let base: Base

        private init(_ base: Base) {
            self.base = base
        }

        /// The connection string could not be read.
        package static let invalidConnectionString = Code(.invalidConnectionString)
        /// The server refused the connection or could not be reached.
        package static let connectFailed = Code(.connectFailed)
        /// No host of the list is a writable server on the newest timeline.
        package static let noPrimary = Code(.noPrimary)
        /// `PQLimits.maxConnections` are open.
        package static let tooManyConnections = Code(.tooManyConnections)
        /// The time limit passed. If anything had been sent, the connection is closed and its effect is unknown.
        package static let deadlineExceeded = Code(.deadlineExceeded)
        /// The connection broke while the operation was on its way.
        package static let connectionLost = Code(.connectionLost)
        /// The connection had been closed before the operation was sent.
        package static let closed = Code(.closed)
        /// The calling task was cancelled while it waited.
        package static let cancelled = Code(.cancelled)
        /// The operation was given up before it was sent: the server never saw it.
        package static let notSent = Code(.notSent)
        /// `PQLimits.maxWaitingOperations` wait on this connection already.
        package static let queueFull = Code(.queueFull)
        /// All connections of the pool are busy and so is its waiting room, or the wait was too long.
        package static let poolExhausted = Code(.poolExhausted)
        /// The server answered with an error: see `sqlState`. What was sent with it is rolled back.
        package static let server = Code(.server)
        /// A commit was sent and its answer is missing or was given with a warning.
        package static let outcomeUnknown = Code(.outcomeUnknown)
        /// COMMIT was answered with ROLLBACK, because a statement before it had failed.
        package static let transactionRolledBack = Code(.transactionRolledBack)
        /// The server or libpq answered something that does not belong here.
        package static let protocolViolation = Code(.protocolViolation)
        /// A value that PostgreSQL cannot hold, such as U+0000 in a text.
        package static let invalidValue = Code(.invalidValue)
        /// The values do not fit the statement's parameter types.
        package static let parameterMismatch = Code(.parameterMismatch)
        /// A bound of `PQLimits` is passed.
        package static let tooLarge = Code(.tooLarge)
        /// One statement name was used for two SQL texts.
        package static let statementConflict = Code(.statementConflict)
        /// `PQLimits.maxPreparedStatements` are prepared on this connection.
        package static let tooManyStatements = Code(.tooManyStatements)
        /// The row or column does not exist.
        package static let columnOutOfRange = Code(.columnOutOfRange)
        /// The column is NULL.
        package static let unexpectedNull = Code(.unexpectedNull)
        /// The column's type is not the one asked for.
        package static let typeMismatch = Code(.typeMismatch)
        /// The column's bytes are not a value of its type that Swift can hold.
        package static let malformedValue = Code(.malformedValue)

        /// The member's name.
        package var description: String { base.rawValue }
    }

    /// What kind of failure.
    package let code: Code
    /// The five characters of the server's SQLSTATE, where the server spoke.
    package var sqlState: String?
    /// Name of the prepared statement that failed, where it is known.
    package var statementName: String?
    /// Table the server named.
    package var tableName: String?
    /// Column the server named.
    package var columnName: String?
    /// Constraint the server named.
    package var constraintName: String?
    /// A text without values: for `debugDescription` only.
    var explanation: String?

    /// An error made on this side.
    init(_ code: Code, explanation: String? = nil) {
        self.code = code
        self.explanation = explanation
    }

    /// An error about a prepared statement.
    init(_ code: Code, statement: String) {
        self.code = code
        statementName = statement
    }

    /// An error that follows from an earlier one.
    init(_ code: Code, because earlier: PQError) {
        self.code = code
        explanation = earlier.debugDescription
    }
}

extension PQError: CustomStringConvertible, CustomDebugStringConvertible {
    /// Code, SQLSTATE and the names of schema objects; no values, no server text.
    package var description: String {
        var text = "PQError.\(code)"
        let parts: [(String, String?)] = [
            ("sqlState", sqlState), ("statement", statementName), ("table", tableName),
            ("column", columnName), ("constraint", constraintName),
        ]
        for case (let label, let value?) in parts {
            text += " \(label)=\(value)"
        }
        return text
    }

    /// `description` and, where it cannot quote values, the text that explains it.
    package var debugDescription: String {
        guard let explanation else { return description }
        return "\(description): \(explanation)"
    }
}

extension PQError {
    /// First two characters of the SQLSTATE.
    private var sqlClass: Substring? { sqlState?.prefix(2) }

    /// The data sent are at fault: sending the same again fails again, sending the others alone may succeed.
    /// Classes 21, 22, 23, 44 and 54, `RAISE EXCEPTION` without a state of its own, and values refused on this side.
    package var isDataError: Bool {
        if code == .invalidValue || code == .tooLarge || code == .parameterMismatch { return true }
        guard code == .server, let sqlClass else { return false }
        return ["21", "22", "23", "44", "54"].contains(sqlClass) || sqlState == "P0001"
    }

    /// The connection is gone (or was never there); the next attempt needs another one.
    package var isConnectionLost: Bool {
        let codes: [Code] = [.connectionLost, .closed, .deadlineExceeded, .connectFailed, .noPrimary]
        if codes.contains(code) { return true }
        guard let sqlState else { return false }
        return sqlState.hasPrefix("08") || ["57P01", "57P02", "57P03", "57P04", "57P05"].contains(sqlState)
    }

    /// The same operation may succeed later without being changed. Whether it may be sent again without
    /// looking first is another question: see `PQOutcome`.
    package var isRetryable: Bool {
        if isConnectionLost { return true }
        if [Code.queueFull, .poolExhausted, .notSent, .tooManyConnections].contains(code) { return true }
        guard let sqlState, let sqlClass else { return false }
        return ["53", "40"].contains(sqlClass) || ["55P03", "57014", "26000"].contains(sqlState)
    }

    /// The connection's prepared statements no longer fit the schema; a fresh connection does.
    package var isStalePlan: Bool {
        code == .server && (sqlState == "26000" || sqlState == "0A000")
    }

    /// The state of a unique, exclusion, foreign key or check violation.
    package var isConstraintViolation: Bool { code == .server && sqlClass == "23" }
}
