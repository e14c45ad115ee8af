import Glibc

/// An array value that is encoded as it grows: for columns of many rows, without an array of values in between.
package struct PQArray: Sendable, Hashable {
    /// The array's type.
    package let type: PQType
    /// `array_recv`: dimensions, has-null flag, element type, then length and lower bound, then the elements.
    private(set) var bytes: [UInt8]
    /// Elements so far.
    package private(set) var count = 0
    private var hasNull = false
    /// The first value that PostgreSQL cannot hold; the statement is refused for it.
    private(set) var problem: PQError?

    private static let headerLength = 20
    private static let emptyLength = 12

    /// An empty array; `elementType` is that of its elements.
    package init(_ type: PQType, of elementType: PQType, capacity: Int, bytesEach: Int = 16) {
        self.type = type
        bytes = []
        bytes.reserveCapacity(Self.headerLength + min(capacity, PQLimits.maxArrayElements) * (4 + bytesEach))
        bytes.appendBigEndian(Int32(0))
        bytes.appendBigEndian(Int32(0))
        bytes.appendBigEndian(elementType.oid)
        bytes.appendBigEndian(Int32(0))
        bytes.appendBigEndian(Int32(1))
    }

    /// Appends NULL.
    package mutating func appendNull() {
        count += 1
        hasNull = true
        bytes.appendBigEndian(Int32(-1))
    }

    /// Appends an integer, as wide as the element type.
    package mutating func append(_ value: some FixedWidthInteger) {
        count += 1
        bytes.appendBigEndian(Int32(value.bitWidth / 8))
        bytes.appendBigEndian(value)
    }

    /// Appends a `bool`.
    package mutating func append(_ value: Bool) { append(value ? 1 as UInt8 : 0) }

    /// Appends a `float8`.
    package mutating func append(_ value: Double) { append(value.bitPattern) }

    /// Appends a `uuid`.
    package mutating func append(_ value: PQUUID) {
        count += 1
        bytes.appendBigEndian(Int32(16))
        bytes.appendBigEndian(value.high)
        bytes.appendBigEndian(value.low)
    }

    /// Appends a `timestamptz` in microseconds since 1970-01-01 UTC.
    package mutating func append(microseconds value: Int64) {
        guard let stored = BinaryEncoding.stored(microseconds: value) else {
            note(PQError(.invalidValue, explanation: "timestamp out of range"))
            return appendNull()
        }
        append(stored)
    }

    /// Appends a `bytea`.
    package mutating func append(_ value: [UInt8]) {
        count += 1
        bytes.appendBigEndian(UInt32(truncatingIfNeeded: value.count))
        bytes.append(contentsOf: value)
    }

    /// Appends a `text`; U+0000 in it is refused when the statement is sent.
    package mutating func append(_ value: String) { append { $0.append(contentsOf: value.utf8) } }

    /// Appends a `text` whose UTF-8 `body` writes; U+0000 in it is refused when the statement is sent.
    package mutating func append(_ body: (inout [UInt8]) -> Void) {
        count += 1
        let start = bytes.count
        bytes.appendBigEndian(UInt32(0))
        body(&bytes)
        let length = bytes.count - start - 4
        bytes.replaceBigEndian(UInt32(truncatingIfNeeded: length), at: start)
        let hasZero = bytes.withUnsafeBytes { all in
            all.baseAddress.map { memchr($0 + start + 4, 0, length) != nil } ?? false
        }
        if hasZero { note(PQError(.invalidValue, explanation: "U+0000 in a text")) }
    }

    /// The encoded value; throws `.invalidValue` or `.tooLarge`.
    func append(to target: inout [UInt8]) throws(PQError) {
        if let problem { throw problem }
        guard count <= PQLimits.maxArrayElements, bytes.count <= PQLimits.maxStatementBytes else {
            throw PQError(.tooLarge)
        }
        let start = target.count
        target.append(contentsOf: count == 0 ? bytes[..<Self.emptyLength] : bytes[...])
        guard count > 0 else { return }
        target.replaceBigEndian(UInt32(1), at: start)
        target.replaceBigEndian(UInt32(hasNull ? 1 : 0), at: start + 4)
        target.replaceBigEndian(UInt32(count), at: start + 12)
    }

    private mutating func note(_ error: PQError) { if problem == nil { problem = error } }

    package static func == (left: Self, right: Self) -> Bool {
        left.type == right.type && left.count == right.count && left.bytes == right.bytes
            && left.problem == right.problem
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(type)
        hasher.combine(bytes)
    }
}
