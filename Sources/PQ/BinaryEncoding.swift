extension [UInt8] {
    /// Appends an integer in network byte order.
    mutating func appendBigEndian(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// Overwrites four bytes with an integer in network byte order.
    mutating func replaceBigEndian(_ value: UInt32, at start: Int) {
        for place in 0..<4 { self[start + place] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * place)) }
    }
}

/// PostgreSQL's binary formats, from Swift values (the `…send`/`…recv` functions of each type).
enum BinaryEncoding {
    /// Microseconds between 1970-01-01 and PostgreSQL's epoch 2000-01-01.
    static let epochMicroseconds: Int64 = 946_684_800_000_000
    /// Version byte of jsonb's binary format.
    static let jsonbVersion: UInt8 = 1

    /// Appends the bytes of `value`; the caller has dealt with `.null`, which appends nothing.
    static func append(_ value: PQValue, to bytes: inout [UInt8]) throws(PQError) {
        switch value {
        case .null: break
        case .bool(let value): bytes.append(value ? 1 : 0)
        case .int2(let value): bytes.appendBigEndian(value)
        case .int4(let value): bytes.appendBigEndian(value)
        case .int8(let value): bytes.appendBigEndian(value)
        case .double(let value): bytes.appendBigEndian(value.bitPattern)
        case .text(let value): try appendText(value, to: &bytes)
        case .bytea(let value): bytes.append(contentsOf: value)
        case .uuid(let value): appendUUID(value, to: &bytes)
        case .timestamptz(let value): try appendTimestamp(value, to: &bytes)
        case .jsonb(let value): try appendJSON(value, to: &bytes)
        case .encoded(let array): try array.append(to: &bytes)
        default: try appendArray(value, to: &bytes)
        }
    }

    private static func appendArray(_ value: PQValue, to bytes: inout [UInt8]) throws(PQError) {
        switch value {
        case .boolArray(let items):
            try array(items, .bool, &bytes) { (item: Bool, out: inout [UInt8]) in out.append(item ? 1 : 0) }
        case .int2Array(let items):
            try array(items, .int2, &bytes) { (item: Int16, out: inout [UInt8]) in out.appendBigEndian(item) }
        case .int4Array(let items):
            try array(items, .int4, &bytes) { (item: Int32, out: inout [UInt8]) in out.appendBigEndian(item) }
        case .int8Array(let items):
            try array(items, .int8, &bytes) { (item: Int64, out: inout [UInt8]) in out.appendBigEndian(item) }
        case .doubleArray(let items):
            try array(items, .double, &bytes) { (item: Double, out: inout [UInt8]) in
                out.appendBigEndian(item.bitPattern)
            }
        case .textArray(let items): try array(items, .text, &bytes, appendText)
        case .byteaArray(let items):
            try array(items, .bytea, &bytes) { (item: [UInt8], out: inout [UInt8]) in out.append(contentsOf: item) }
        case .uuidArray(let items): try array(items, .uuid, &bytes, appendUUID)
        case .timestamptzArray(let items): try array(items, .timestamptz, &bytes, appendTimestamp)
        case .jsonbArray(let items): try array(items, .jsonb, &bytes, appendJSON)
        default: preconditionFailure("scalars are encoded by append")
        }
    }

    /// `array_recv`: dimensions, has-null flag, element type, then length and lower bound, then the elements.
    private static func array<Element>(
        _ items: [Element?], _ type: PQType, _ bytes: inout [UInt8],
        _ appendElement: (Element, inout [UInt8]) throws(PQError) -> Void
    ) throws(PQError) {
        guard items.count <= PQLimits.maxArrayElements else { throw PQError(.tooLarge) }
        bytes.appendBigEndian(Int32(items.isEmpty ? 0 : 1))
        bytes.appendBigEndian(Int32(items.contains { $0 == nil } ? 1 : 0))
        bytes.appendBigEndian(type.oid)
        guard !items.isEmpty else { return }
        bytes.appendBigEndian(Int32(items.count))
        bytes.appendBigEndian(Int32(1))
        for item in items {
            guard let item else {
                bytes.appendBigEndian(Int32(-1))
                continue
            }
            try appendSized(to: &bytes) { (out: inout [UInt8]) throws(PQError) in try appendElement(item, &out) }
        }
    }

    /// Appends a four-byte length and what `body` appends.
    static func appendSized(
        to bytes: inout [UInt8], _ body: (inout [UInt8]) throws(PQError) -> Void
    ) throws(PQError) {
        let start = bytes.count
        bytes.appendBigEndian(Int32(0))
        try body(&bytes)
        let length = bytes.count - start - 4
        guard length <= PQLimits.maxStatementBytes else { throw PQError(.tooLarge) }
        bytes.replaceBigEndian(UInt32(length), at: start)
    }

    private static func appendText(_ value: String, to bytes: inout [UInt8]) throws(PQError) {
        guard !value.utf8.contains(0) else {
            throw PQError(.invalidValue, explanation: "U+0000 in a text")
        }
        bytes.append(contentsOf: value.utf8)
    }

    private static func appendJSON(_ value: String, to bytes: inout [UInt8]) throws(PQError) {
        bytes.append(jsonbVersion)
        try appendText(value, to: &bytes)
    }

    private static func appendUUID(_ value: PQUUID, to bytes: inout [UInt8]) {
        bytes.appendBigEndian(value.high)
        bytes.appendBigEndian(value.low)
    }

    private static func appendTimestamp(_ value: Int64, to bytes: inout [UInt8]) throws(PQError) {
        guard let stored = stored(microseconds: value) else {
            throw PQError(.invalidValue, explanation: "timestamp out of range")
        }
        bytes.appendBigEndian(stored)
    }

    /// Microseconds since PostgreSQL's epoch; nil for what a `timestamptz` cannot hold.
    static func stored(microseconds value: Int64) -> Int64? {
        let (shifted, overflow) = value.subtractingReportingOverflow(epochMicroseconds)
        // The two ends of the range mean -infinity and infinity on the wire.
        return overflow || shifted == .min || shifted == .max ? nil : shifted
    }
}
