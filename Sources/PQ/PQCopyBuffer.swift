/// Rows for a COPY in binary, written field by field into one buffer: no value is boxed on the way.
///
/// Each row is ``beginRow()`` and then its fields in the order of the target's columns, one call each.
package struct PQCopyBuffer: Sendable {
    /// Rows begun.
    package private(set) var rowCount = 0
    private(set) var bytes: [UInt8]
    private let columnCount: Int16
    private var missing = 0

    /// An empty buffer for rows of so many columns, 1 to 32,767.
    ///
    /// - Parameter capacity: bytes to reserve.
    package init(columnCount: Int, capacity: Int = 4096) {
        precondition((1...Int(Int16.max)).contains(columnCount), "the format counts columns in 16 bits")
        self.columnCount = Int16(columnCount)
        bytes = PQCopyTarget.header
        bytes.reserveCapacity(capacity)
    }

    /// Bytes written so far.
    package var byteCount: Int { bytes.count }

    /// Starts a row; the last one must be complete.
    package mutating func beginRow() {
        precondition(missing == 0, "a row has a field for every column")
        missing = Int(columnCount)
        rowCount += 1
        bytes.appendBigEndian(columnCount)
    }

    /// NULL.
    package mutating func null() { begin(length: -1) }

    /// `int4`, NULL for nil.
    package mutating func int4(_ value: Int32?) {
        guard let value else { return null() }
        begin(length: 4)
        bytes.appendBigEndian(value)
    }

    /// `float8`, NULL for nil.
    package mutating func double(_ value: Double?) {
        guard let value else { return null() }
        begin(length: 8)
        bytes.appendBigEndian(value.bitPattern)
    }

    /// `uuid`, NULL for nil.
    package mutating func uuid(_ value: PQUUID?) {
        guard let value else { return null() }
        begin(length: 16)
        bytes.appendBigEndian(value.high)
        bytes.appendBigEndian(value.low)
    }

    /// `timestamptz` from microseconds since 1970 UTC, NULL for nil. What PostgreSQL cannot hold is refused by the
    /// server (22008); it never becomes one of the infinities.
    package mutating func timestamptz(_ microseconds: Int64?) {
        guard let microseconds else { return null() }
        begin(length: 8)
        let (shifted, overflow) = microseconds.subtractingReportingOverflow(BinaryEncoding.epochMicroseconds)
        let isInfinity = overflow || shifted == .min || shifted == .max
        bytes.appendBigEndian(isInfinity ? Int64.max - 1 : shifted)
    }

    /// `text` or `json`, NULL for nil. U+0000, which PostgreSQL cannot hold, is written as U+FFFD.
    package mutating func text(_ value: String?) {
        guard var value else { return null() }
        let isClean = value.withUTF8 { text in
            guard !text.contains(0) else { return false }
            begin(length: Int32(clamping: text.count))
            bytes.append(contentsOf: UnsafeRawBufferPointer(text))
            return true
        }
        if isClean { return }
        text(String(String.UnicodeScalarView(value.unicodeScalars.map { $0.value == 0 ? "\u{FFFD}" : $0 })))
    }

    /// `bytea`, NULL for nil.
    package mutating func bytea(_ value: [UInt8]?) {
        guard let value else { return null() }
        begin(length: Int32(clamping: value.count))
        bytes.append(contentsOf: value)
    }

    /// Writes the end mark.
    fileprivate mutating func finish() {
        precondition(missing == 0, "a row has a field for every column")
        bytes.appendBigEndian(Int16(-1))
    }

    private mutating func begin(length: Int32) {
        precondition(missing > 0, "a row has no more fields than columns")
        missing -= 1
        bytes.appendBigEndian(length)
    }
}

extension PQConnection {
    /// Puts a COPY of encoded rows in line at once, an implicit transaction of its own, and gives what its outcome can
    /// be awaited with. The fields' types must be the columns' types exactly. More than `PQLimits.maxCopyBytes` fails
    /// with `.tooLarge` and is not sent.
    package nonisolated func enqueueCopy(
        _ target: PQCopyTarget, _ rows: consuming PQCopyBuffer,
        deadlineSeconds: Double = PQDeadlines.statementSeconds
    ) -> PendingOutcome {
        do throws(PQError) {
            guard rows.byteCount <= PQLimits.maxCopyBytes else { throw PQError(.tooLarge) }
            rows.finish()
            let work = Work.copy(sql: try target.command(), chunks: [rows.bytes])
            return PendingOutcome(
                answer: submit(work, toleratesWarnings: false, deadlineSeconds: deadlineSeconds))
        } catch {
            let answer = OneShot<PQOutcome<[PQRows]>>()
            answer.resolve(.failed(error))
            return PendingOutcome(answer: answer)
        }
    }
}
