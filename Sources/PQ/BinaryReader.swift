/// Reads PostgreSQL's binary formats; nil means that the bytes are not a value of that type.
struct BinaryReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var remaining: Int { bytes.endIndex - position }
    var isAtEnd: Bool { position == bytes.endIndex }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= remaining else { return nil }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? {
        let size = type.bitWidth / 8
        guard size <= remaining else { return nil }
        defer { position += size }
        return bytes.withUnsafeBytes { buffer in
            Value(bigEndian: buffer.loadUnaligned(fromByteOffset: position - bytes.startIndex, as: Value.self))
        }
    }

    mutating func bool() -> Bool? { integer(UInt8.self).map { $0 != 0 } }

    mutating func double() -> Double? { integer(UInt64.self).map { Double(bitPattern: $0) } }

    mutating func rest() -> [UInt8]? { take(remaining).map { Array($0) } }

    mutating func text() -> String? { take(remaining).flatMap { String(validating: $0, as: UTF8.self) } }

    mutating func uuid() -> PQUUID? {
        guard let high = integer(UInt64.self), let low = integer(UInt64.self) else { return nil }
        return PQUUID(high: high, low: low)
    }

    mutating func jsonb() -> String? {
        integer(UInt8.self) == BinaryEncoding.jsonbVersion ? text() : nil
    }

    mutating func timestamp() -> Int64? {
        guard let value = integer(Int64.self), value != .min, value != .max else { return nil }
        let (shifted, overflow) = value.addingReportingOverflow(BinaryEncoding.epochMicroseconds)
        return overflow ? nil : shifted
    }

    /// `array_send`: dimensions, has-null flag, element type, then length and lower bound, then the elements.
    mutating func array<Element>(
        of elementType: PQType, _ decode: (inout BinaryReader) -> Element?
    ) -> [Element?]? {
        guard let dimensions = integer(Int32.self), (0...1).contains(dimensions), integer(Int32.self) != nil,
            integer(UInt32.self) == elementType.oid
        else { return nil }
        guard dimensions == 1 else { return [] }
        // Each element takes at least its length word, so a count beyond that is not to be believed.
        guard let count = integer(Int32.self), count >= 0, integer(Int32.self) != nil, count <= remaining / 4 else {
            return nil
        }
        var elements: [Element?] = []
        elements.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let length = integer(Int32.self) else { return nil }
            if length == -1 {
                elements.append(nil)
                continue
            }
            guard let taken = take(Int(length)) else { return nil }
            var reader = BinaryReader(taken)
            guard let element = decode(&reader), reader.isAtEnd else { return nil }
            elements.append(element)
        }
        return elements
    }
}
