/// The named bounds of this target. Nothing in it grows past them.
package enum PQLimits {
    /// Most values one statement can carry (the protocol counts them in 16 bits).
    package static let maxParametersPerStatement = 65_535
    /// Most encoded bytes of all values of one statement.
    package static let maxStatementBytes = 64 << 20
    /// Most elements of one array value.
    package static let maxArrayElements = 1 << 20
    /// Most statements of one pipeline group.
    package static let maxStatementsPerGroup = 8_192
    /// Most encoded bytes of one COPY.
    package static let maxCopyBytes = 64 << 20
    /// Most operations waiting on one connection that have not been sent yet.
    package static let maxWaitingOperations = 1_024
    /// How many more may wait that belong to the transaction which holds the connection: others never keep it from
    /// going on.
    package static let maxWaitingInTransaction = 64
    /// Most groups sent and not yet answered on one connection.
    package static let maxGroupsInFlight = 4
    /// Most rows of one portion of a query that is read in portions.
    package static let maxPortionRows = 100_000
    /// Portions of a query asked for before the last one is read.
    package static let maxPortionsAhead = 2
    /// Most prepared statements kept on one connection.
    package static let maxPreparedStatements = 512
    /// Most connections (each with its thread) of one process.
    package static let maxConnections = 256
    /// Most hosts in one host list.
    package static let maxHosts = 16
    /// Notifications kept for a reader that is slow; older ones are dropped, for a notification is only a hint.
    package static let maxBufferedNotifications = 256

    /// Size of the pieces in which a COPY is handed to libpq.
    static let copyChunkBytes = 64 << 10
    /// Bytes handed to libpq between two attempts to empty its output buffer.
    static let flushIntervalBytes = 64 << 10
}

/// The time limits used where a caller names none.
package enum PQDeadlines {
    /// Time for a connection to be open and checked, in seconds.
    package static let connectSeconds: Double = 1
    /// Time for a statement, group or COPY from its submission to its answer, in seconds.
    package static let statementSeconds: Double = 3
    /// Time given to the remaining hosts of a list once one writable host has answered, in seconds.
    package static let electionGraceSeconds: Double = 0.2
}
