/// Text as UTF-8 bytes: equality, order and hash are those of the bytes, never Swift's canonical equivalence.
package struct CELString: Hashable, Sendable, Comparable, ExpressibleByStringLiteral {
    /// The bytes; always well-formed UTF-8.
    package let utf8: ContiguousArray<UInt8>

    /// From Swift text.
    package init(_ text: String) {
        utf8 = ContiguousArray(text.utf8)
    }

    /// From a literal.
    package init(stringLiteral value: String) {
        self.init(value)
    }

    /// From bytes; nil when they are not well-formed UTF-8.
    package init?(validating bytes: ContiguousArray<UInt8>) {
        guard UTF8Check.isWellFormed(bytes) else { return nil }
        utf8 = bytes
    }

    /// From bytes that are known to be well-formed.
    init(trusted bytes: ContiguousArray<UInt8>) {
        utf8 = bytes
    }

    init(scalars: some Sequence<Unicode.Scalar>) {
        var bytes = ContiguousArray<UInt8>()
        for scalar in scalars { bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter) }
        utf8 = bytes
    }

    /// As Swift text.
    package var text: String { String(decoding: utf8, as: UTF8.self) }

    /// The Unicode scalars; indexes of CEL's string functions count these.
    var scalars: [Unicode.Scalar] { Array(text.unicodeScalars) }

    /// The number of Unicode scalars: what `size()` gives.
    package var scalarCount: Int {
        utf8.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    }

    /// Bytewise equality.
    @inline(__always)
    package static func == (left: CELString, right: CELString) -> Bool {
        bytesEqual(left.utf8, right.utf8)
    }

    /// Bytewise order, which is the order of code points.
    package static func < (left: CELString, right: CELString) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}

/// Bytewise equality without a call per element.
@inline(__always)
func bytesEqual(_ left: ContiguousArray<UInt8>, _ right: ContiguousArray<UInt8>) -> Bool {
    let count = left.count
    guard count == right.count else { return false }
    return left.withUnsafeBufferPointer { first in
        right.withUnsafeBufferPointer { second in
            var index = 0
            while index < count {
                if first[index] != second[index] { return false }
                index += 1
            }
            return true
        }
    }
}

/// Well-formedness of UTF-8 (Unicode, table 3-7).
enum UTF8Check {
    static func isWellFormed(_ bytes: ContiguousArray<UInt8>) -> Bool {
        var index = 0
        while index < bytes.count {
            guard let length = sequenceLength(bytes, at: index) else { return false }
            index += length
        }
        return true
    }

    private static func sequenceLength(_ bytes: ContiguousArray<UInt8>, at index: Int) -> Int? {
        let first = bytes[index]
        if first < 0x80 { return 1 }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, first <= 0xF4, bytes.count - index >= length else { return nil }
        for position in 1..<length where bytes[index + position] & 0xC0 != 0x80 { return nil }
        let second = bytes[index + 1]
        switch first {
        case 0xE0: return second >= 0xA0 ? length : nil
        case 0xED: return second <= 0x9F ? length : nil
        case 0xF0: return second >= 0x90 ? length : nil
        case 0xF4: return second <= 0x8F ? length : nil
        default: return length
        }
    }
}
