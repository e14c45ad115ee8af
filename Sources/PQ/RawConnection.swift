import CLibPQ

/// What libpq hands out as the next result.
enum RawAnswer {
    case rows(PQRows)
    case copyIn
    /// The server refused a statement. `isFatal`: it ended the connection as well.
    case refused(PQError, isFatal: Bool)
    /// Not run, because a statement before it in the group failed.
    case skipped
    case sync
    /// An error made by libpq, which has no SQLSTATE: the connection is of no more use.
    case broken(PQError)
}

/// Notices worth remembering, written by libpq's notice receiver while it parses.
private final class NoticeBox {
    var warningState: String?
    var fatalState: String?
}

/// The only place that holds libpq's pointers. Non-blocking throughout; used from one thread.
final class RawConnection {
    private let pointer: OpaquePointer
    private let notices = NoticeBox()

    /// Begins to connect. Name resolution happens here and may take its time.
    init?(parameters: [(String, String)]) {
        let keys = parameters.map { $0.0 } + ["client_encoding"]
        let values = parameters.map { $0.1 } + ["UTF8"]
        let started = withCStrings(keys) { keys in
            withCStrings(values) { values in PQconnectStartParams(keys, values, 0) }
        }
        guard let started else { return nil }
        pointer = started
        PQsetNoticeReceiver(
            pointer,
            { context, result in
                guard let context, let result else { return }
                let box = Unmanaged<NoticeBox>.fromOpaque(context).takeUnretainedValue()
                let state = field(result, clibpq_diag_sqlstate) ?? "01000"
                switch field(result, clibpq_diag_severity_nonlocalized) {
                case "WARNING": box.warningState = box.warningState ?? state
                case "FATAL", "PANIC": box.fatalState = box.fatalState ?? state
                default: break
                }
            }, Unmanaged.passUnretained(notices).toOpaque())
    }

    deinit {
        PQfinish(pointer)
    }

    var socket: Int32 { PQsocket(pointer) }
    var isBroken: Bool { PQstatus(pointer) == CONNECTION_BAD }
    /// False when `nextAnswer` gives what is there without waiting.
    var isBusy: Bool { PQisBusy(pointer) != 0 }
    /// SQLSTATE of a FATAL message that came outside of a statement.
    var fatalState: String? { notices.fatalState }

    func pollConnect() -> PostgresPollingStatusType { PQconnectPoll(pointer) }

    /// libpq's text of why connecting failed; it names hosts, users and databases, no secrets.
    var connectExplanation: String {
        PQerrorMessage(pointer).map { String(cString: $0) } ?? ""
    }

    /// After the connection is open.
    func becomeReady() -> Bool {
        PQsetnonblocking(pointer, 1) == 0 && PQenterPipelineMode(pointer) == 1
    }

    func enterPipeline() -> Bool { PQenterPipelineMode(pointer) == 1 }
    func exitPipeline() -> Bool { PQexitPipelineMode(pointer) == 1 }
    func consumeInput() -> Bool { PQconsumeInput(pointer) == 1 }

    /// 0: all is sent, 1: the socket takes no more now, -1: broken.
    func flush() -> Int32 { PQflush(pointer) }
    func sync() -> Bool { PQpipelineSync(pointer) == 1 }
    func sendScript(_ sql: String) -> Bool { PQsendQuery(pointer, sql) == 1 }

    func sendPrepare(_ statement: Statement) -> Bool {
        let types = statement.parameterTypes.map { Oid($0.oid) }
        return PQsendPrepare(pointer, statement.name, statement.sql, Int32(types.count), types) == 1
    }

    func sendExecute(_ encoded: EncodedStatement) -> Bool {
        let statement = encoded.statement
        let count = Int32(encoded.lengths.count)
        let formats = [Int32](repeating: 1, count: encoded.lengths.count)
        return encoded.bytes.withUnsafeBytes { bytes in
            let base = bytes.bindMemory(to: CChar.self).baseAddress
            let values = zip(encoded.offsets, encoded.lengths).map { offset, length in
                length < 0 ? nil : base.map { $0 + offset }
            }
            if statement.name.isEmpty {
                let types = statement.parameterTypes.map { Oid($0.oid) }
                return PQsendQueryParams(
                    pointer, statement.sql, count, types, values, encoded.lengths, formats, 1) == 1
            }
            return PQsendQueryPrepared(pointer, statement.name, count, values, encoded.lengths, formats, 1) == 1
        }
    }

    /// 1: taken, 0: the socket takes no more now, -1: broken.
    func putCopy(_ chunk: ArraySlice<UInt8>) -> Int32 {
        chunk.withUnsafeBytes { bytes in
            PQputCopyData(pointer, bytes.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count))
        }
    }

    /// As `putCopy`.
    func endCopy() -> Int32 { PQputCopyEnd(pointer, nil) }

    /// State of the first warning since the last call.
    func takeWarning() -> String? {
        defer { notices.warningState = nil }
        return notices.warningState
    }

    func nextNotification() -> PQNotification? {
        guard let notify = PQnotifies(pointer) else { return nil }
        defer { PQfreemem(notify) }
        return PQNotification(
            channel: String(cString: notify.pointee.relname),
            payload: notify.pointee.extra.map { String(cString: $0) } ?? "")
    }

    /// The next result, nil at the end of a statement's results. Only when not `isBusy`.
    func nextAnswer() -> RawAnswer? {
        guard let result = PQgetResult(pointer) else { return nil }
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return .rows(copyRows(result))
        case PGRES_PIPELINE_SYNC: return .sync
        case PGRES_PIPELINE_ABORTED: return .skipped
        case PGRES_COPY_IN: return .copyIn
        case PGRES_FATAL_ERROR:
            guard let state = field(result, clibpq_diag_sqlstate) else { return .broken(PQError(.connectionLost)) }
            let severity = field(result, clibpq_diag_severity_nonlocalized)
            return .refused(serverError(result, state), isFatal: severity == "FATAL" || severity == "PANIC")
        default: return .broken(PQError(.protocolViolation))
        }
    }
}

private func field(_ result: OpaquePointer, _ code: Int32) -> String? {
    PQresultErrorField(result, code).map { String(cString: $0) }
}

private func serverError(_ result: OpaquePointer, _ state: String) -> PQError {
    var error = PQError(.server)
    error.sqlState = state
    error.tableName = field(result, clibpq_diag_table_name)
    error.columnName = field(result, clibpq_diag_column_name)
    error.constraintName = field(result, clibpq_diag_constraint_name)
    // Messages of the other classes may quote a value.
    let harmless = ["08", "0A", "25", "26", "28", "3D", "40", "42", "53", "55", "57", "58"]
    if harmless.contains(String(state.prefix(2))) {
        error.explanation = field(result, clibpq_diag_message_primary)
    }
    return error
}

private func copyRows(_ result: OpaquePointer) -> PQRows {
    let columnCount = PQnfields(result)
    let rowCount = PQntuples(result)
    let columns = (0..<columnCount).map { column in
        PQColumn(
            name: PQfname(result, column).map { String(cString: $0) } ?? "",
            type: PQType(oid: PQftype(result, column)))
    }
    var bytes: [UInt8] = []
    var starts: [Int] = []
    var nulls: [Bool] = []
    starts.reserveCapacity(Int(rowCount) * Int(columnCount) + 1)
    nulls.reserveCapacity(Int(rowCount) * Int(columnCount))
    for row in 0..<rowCount {
        for column in 0..<columnCount {
            starts.append(bytes.count)
            nulls.append(PQgetisnull(result, row, column) != 0)
            let length = Int(PQgetlength(result, row, column))
            if length > 0, let value = PQgetvalue(result, row, column) {
                bytes.append(contentsOf: UnsafeRawBufferPointer(start: value, count: length))
            }
        }
    }
    starts.append(bytes.count)
    return PQRows(
        columns: columns, count: Int(rowCount),
        commandTag: PQcmdStatus(result).map { String(cString: $0) } ?? "",
        affectedRows: PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0,
        bytes: bytes, starts: starts, nulls: nulls)
}

/// Calls `body` with the strings as a NULL-terminated array of C strings.
private func withCStrings<Value>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
) -> Value {
    var bytes: [CChar] = []
    var offsets: [Int] = []
    for string in strings {
        offsets.append(bytes.count)
        bytes.append(contentsOf: string.utf8CString)
    }
    return bytes.withUnsafeBufferPointer { buffer in
        var pointers = offsets.map { offset in buffer.baseAddress.map { UnsafePointer($0 + offset) } }
        pointers.append(nil)
        return pointers.withUnsafeBufferPointer { list in
            guard let base = list.baseAddress else { preconditionFailure("the list ends with NULL") }
            return body(base)
        }
    }
}
