/// Table and columns a COPY goes into.
package struct PQCopyTarget: Sendable, Hashable {
    /// Schema, or nil for the search path.
    package let schema: String?
    /// Table; a partitioned one takes rows too.
    package let table: String
    /// Columns, in the order of each row's values.
    package let columns: [String]

    /// A target; the names are quoted when used.
    package init(schema: String? = nil, table: String, columns: [String]) {
        self.schema = schema
        self.table = table
        self.columns = columns
    }

    /// The command and its data; throws `.invalidValue`, `.parameterMismatch` or `.tooLarge`.
    func work(_ rows: some Sequence<[PQValue]>) throws(PQError) -> Work {
        .copy(sql: try command(), chunks: try Self.encode(rows, columns.count))
    }

    /// The command; throws `.invalidValue`.
    func command() throws(PQError) -> String {
        var names: [String] = []
        for column in columns { names.append(try quotedIdentifier(column)) }
        var name = try quotedIdentifier(table)
        if let schema { name = "\(try quotedIdentifier(schema)).\(name)" }
        let list = names.joined(separator: ", ")
        return "COPY \(name) (\(list)) FROM STDIN (FORMAT binary)"
    }

    /// "PGCOPY\n\377\r\n\0", flags, length of the header's extension.
    static let header: [UInt8] =
        [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00] + [0, 0, 0, 0] + [0, 0, 0, 0]

    private static func encode(_ rows: some Sequence<[PQValue]>, _ columnCount: Int) throws(PQError) -> [[UInt8]] {
        var chunks: [[UInt8]] = []
        var chunk = header
        var total = 0
        guard columnCount <= Int(Int16.max) else { throw PQError(.tooLarge) }
        for row in rows {
            guard row.count == columnCount else {
                throw PQError(.parameterMismatch, explanation: "wrong number of values in a row")
            }
            chunk.appendBigEndian(Int16(columnCount))
            for value in row {
                if value == .null {
                    chunk.appendBigEndian(Int32(-1))
                } else {
                    try BinaryEncoding.appendSized(to: &chunk) { (out: inout [UInt8]) throws(PQError) in
                        try BinaryEncoding.append(value, to: &out)
                    }
                }
            }
            guard total + chunk.count <= PQLimits.maxCopyBytes else { throw PQError(.tooLarge) }
            if chunk.count >= PQLimits.copyChunkBytes {
                total += chunk.count
                chunks.append(chunk)
                chunk = []
            }
        }
        chunk.appendBigEndian(Int16(-1))
        chunks.append(chunk)
        return chunks
    }
}

extension PQConnection {
    /// Copies rows into a table in binary, an implicit transaction of its own; gives their number. The values'
    /// types must be the columns' types exactly. At most `PQLimits.maxCopyBytes`. Waits until nothing else is on its
    /// way on this connection. A bad value fails before anything is sent.
    package nonisolated func copyIn(
        _ target: PQCopyTarget, rows: some Sequence<[PQValue]>,
        deadlineSeconds: Double = PQDeadlines.statementSeconds
    ) async -> PQOutcome<Int> {
        do throws(PQError) {
            let work = try target.work(rows)
            let answer = submit(work, toleratesWarnings: false, deadlineSeconds: deadlineSeconds)
            return await answer.value().map { $0.first?.affectedRows ?? 0 }
        } catch {
            return .failed(error)
        }
    }
}
