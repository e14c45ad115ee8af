/// A column of a result.
package struct PQColumn: Sendable, Hashable {
    /// Its name or alias.
    package let name: String
    /// Its type.
    package let type: PQType
}

/// What one statement answered: a value, copied out of libpq's memory.
package struct PQRows: Sendable {
    /// The columns, empty for a statement that returns no rows.
    package let columns: [PQColumn]
    /// Number of rows.
    package let count: Int
    /// The command tag, such as `INSERT 0 2`.
    package let commandTag: String
    /// Rows inserted, updated, deleted, selected or copied, as the command tag says; 0 for other commands.
    package let affectedRows: Int
    /// All fields, row by row.
    let bytes: [UInt8]
    /// Start of each field in `bytes`, and one more for the end of the last.
    let starts: [Int]
    /// Which fields are NULL.
    let nulls: [Bool]

    /// The row at `index`; throws `.columnOutOfRange`.
    package func row(_ index: Int) throws(PQError) -> PQRow {
        guard (0..<count).contains(index) else { throw PQError(.columnOutOfRange, explanation: "row") }
        return PQRow(rows: self, index: index)
    }

    /// The first row; throws `.columnOutOfRange` when there is none.
    package var first: PQRow {
        get throws(PQError) { try row(0) }
    }
}

extension PQRows: RandomAccessCollection {
    /// Always 0.
    package var startIndex: Int { 0 }
    /// `count`
    package var endIndex: Int { count }
    /// The row at a valid index.
    package subscript(position: Int) -> PQRow {
        precondition((0..<count).contains(position), "row index out of range")
        return PQRow(rows: self, index: position)
    }
}

/// One row. Every reader throws `.columnOutOfRange`, `.unexpectedNull`, `.typeMismatch` or `.malformedValue`;
/// each has a twin ending in `OrNil` that gives nil for NULL.
package struct PQRow: Sendable {
    let rows: PQRows
    let index: Int

    /// Whether the column is NULL.
    package func isNull(_ column: Int) throws(PQError) -> Bool {
        rows.nulls[try position(column)]
    }

    private func position(_ column: Int) throws(PQError) -> Int {
        guard rows.columns.indices.contains(column) else { throw PQError(.columnOutOfRange) }
        return index * rows.columns.count + column
    }

    /// The field's bytes if it is not NULL and its type is accepted.
    private func field(_ column: Int, _ accepts: (PQType) -> Bool) throws(PQError) -> ArraySlice<UInt8>? {
        let position = try position(column)
        guard accepts(rows.columns[column].type) else { throw named(.typeMismatch, column) }
        guard !rows.nulls[position] else { return nil }
        return rows.bytes[rows.starts[position]..<rows.starts[position + 1]]
    }

    func named(_ code: PQError.Code, _ column: Int) -> PQError {
        var error = PQError(code)
        error.columnName = rows.columns[column].name
        return error
    }

    func optional<Value>(
        _ column: Int, _ accepts: (PQType) -> Bool, _ decode: (inout BinaryReader) -> Value?
    ) throws(PQError) -> Value? {
        guard let bytes = try field(column, accepts) else { return nil }
        var reader = BinaryReader(bytes)
        guard let value = decode(&reader), reader.isAtEnd else { throw named(.malformedValue, column) }
        return value
    }

    func required<Value>(_ column: Int, _ value: Value?) throws(PQError) -> Value {
        guard let value else { throw named(.unexpectedNull, column) }
        return value
    }

    func optionalArray<Value>(
        _ column: Int, _ arrayType: PQType, _ elementType: PQType, _ decode: (inout BinaryReader) -> Value?
    ) throws(PQError) -> [Value?]? {
        try optional(column, { $0 == arrayType }) { $0.array(of: elementType, decode) }
    }
}
