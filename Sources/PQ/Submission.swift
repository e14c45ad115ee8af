/// Something a caller wants from a connection.
enum Work: Sendable {
    /// Statements and one Sync.
    case group([EncodedStatement])
    /// A text of several commands by the simple protocol, which can hold no values.
    case script(String)
    /// `COPY … FROM STDIN` and the data, in pieces.
    case copy(sql: String, chunks: [[UInt8]])
    /// Keeps everybody but the holder off the connection.
    case lock
    /// Ends the lock.
    case unlock
}

/// A work with who wants it, until when, and where the answer goes.
struct Submission: Sendable {
    let work: Work
    /// The transaction it belongs to.
    let holder: UInt64?
    let deadline: MonotonicMoment
    /// A warning does not spoil it: it commits nothing, or nobody has to believe it.
    let toleratesWarnings: Bool
    let answer: OneShot<PQOutcome<[PQRows]>>
    /// Keeps the connection alive until the answer is there.
    let connection: PQConnection
}
