/// A statement as a value. It is prepared on each connection the first time it is used there.
package struct Statement: Sendable, Hashable {
    /// Name of the prepared statement; one name stands for one SQL text. Empty: not kept, parsed each time.
    package let name: String
    /// The SQL with `$1`, `$2` … for its values. One command; no BEGIN, COMMIT or COPY.
    package let sql: String
    /// The type of each value.
    package let parameterTypes: [PQType]

    /// A statement that is prepared on first use.
    package init(name: String, sql: String, parameterTypes: [PQType] = []) {
        self.name = name
        self.sql = sql
        self.parameterTypes = parameterTypes
    }

    /// The statement with its values. Nothing is checked or encoded yet.
    package func bind(_ values: PQValue...) -> BoundStatement {
        BoundStatement(statement: self, values: values)
    }

    /// The statement with its values. Nothing is checked or encoded yet.
    package func bind(_ values: [PQValue]) -> BoundStatement {
        BoundStatement(statement: self, values: values)
    }
}

/// A statement with the values for one execution.
package struct BoundStatement: Sendable, Hashable {
    /// What to run.
    package let statement: Statement
    /// One value for each parameter.
    package let values: [PQValue]

    /// A statement with its values.
    package init(statement: Statement, values: [PQValue]) {
        self.statement = statement
        self.values = values
    }

    /// A statement that is not kept: the types are those of the values (text for `.null`).
    package init(sql: String, values: [PQValue] = []) {
        self.init(
            statement: Statement(name: "", sql: sql, parameterTypes: values.map { $0.type ?? .text }),
            values: values)
    }
}

/// A bound statement in the form in which libpq takes it.
struct EncodedStatement: Sendable {
    let statement: Statement
    /// All values, one behind the other.
    private(set) var bytes: [UInt8] = []
    /// Where each value starts in `bytes`.
    private(set) var offsets: [Int] = []
    /// Length of each value, -1 for NULL.
    private(set) var lengths: [Int32] = []

    /// Checks and encodes; throws `.parameterMismatch`, `.invalidValue` or `.tooLarge`.
    init(_ bound: BoundStatement) throws(PQError) {
        statement = bound.statement
        let types = statement.parameterTypes
        guard types.count == bound.values.count else { throw mismatch("wrong number of values") }
        guard types.count <= PQLimits.maxParametersPerStatement else { throw named(PQError(.tooLarge)) }
        guard !statement.sql.utf8.contains(0), !statement.name.utf8.contains(0) else {
            throw PQError(.invalidValue, explanation: "U+0000 in a statement")
        }
        for (value, type) in zip(bound.values, types) {
            offsets.append(bytes.count)
            guard let valueType = value.type else {
                lengths.append(-1)
                continue
            }
            guard valueType == type else { throw mismatch("value of another type than declared") }
            do throws(PQError) {
                try BinaryEncoding.append(value, to: &bytes)
            } catch {
                throw named(error)
            }
            guard bytes.count <= PQLimits.maxStatementBytes else { throw named(PQError(.tooLarge)) }
            lengths.append(Int32(bytes.count - offsets[offsets.count - 1]))
        }
        // An empty buffer has no address, but an empty value needs one to differ from NULL.
        if bytes.isEmpty { bytes.append(0) }
    }

    private func mismatch(_ explanation: String) -> PQError {
        named(PQError(.parameterMismatch, explanation: explanation))
    }

    private func named(_ error: PQError) -> PQError {
        var error = error
        error.statementName = statement.name.isEmpty ? nil : statement.name
        return error
    }
}
