/// What became of something that was to be committed. The three cases never overlap.
package enum PQOutcome<Value: Sendable>: Sendable {
    /// Every result was good, the Sync arrived and no warning was given: it is durable as the server was told to be.
    case committed(Value)
    /// Nothing of it was kept: the server said so, or never saw it.
    case failed(PQError)
    /// It may or may not have been kept. Look before doing it again.
    case unknown(PQUnknownReason)

    /// The value of a commit that can be believed, else nil.
    package var committedValue: Value? {
        if case .committed(let value) = self { value } else { nil }
    }

    /// The error of something that was certainly not kept, else nil.
    package var failure: PQError? {
        if case .failed(let error) = self { error } else { nil }
    }

    /// The reason why nothing is known, else nil.
    package var unknownReason: PQUnknownReason? {
        if case .unknown(let reason) = self { reason } else { nil }
    }

    /// The same outcome with another value.
    func map<Other: Sendable>(_ transform: (Value) -> Other) -> PQOutcome<Other> {
        switch self {
        case .committed(let value): .committed(transform(value))
        case .failed(let error): .failed(error)
        case .unknown(let reason): .unknown(reason)
        }
    }
}

/// Why an outcome is unknown.
package enum PQUnknownReason: Sendable, Hashable {
    /// The connection broke, or the server ended it, before the Sync arrived; with the server's state if it gave one.
    case connectionLost(sqlState: String?)
    /// The time limit passed; the connection is closed.
    case deadlineExceeded
    /// A notice of severity WARNING came with it, such as "might not have been replicated".
    case warning(sqlState: String)
    /// The group held BEGIN, COMMIT or the like, which does not belong into an implicit transaction.
    case transactionControl
    /// `close()` was called while it was on its way.
    case closed

    /// The same as an error, for calls that throw.
    package var error: PQError {
        var error: PQError
        switch self {
        case .connectionLost(let sqlState):
            error = PQError(.connectionLost)
            error.sqlState = sqlState
        case .deadlineExceeded:
            error = PQError(.deadlineExceeded)
        case .warning(let sqlState):
            error = PQError(.outcomeUnknown, explanation: "the server answered with a warning")
            error.sqlState = sqlState
        case .transactionControl:
            error = PQError(.outcomeUnknown, explanation: "transaction control inside a group")
        case .closed:
            error = PQError(.connectionLost, explanation: "closed while in flight")
        }
        return error
    }
}
