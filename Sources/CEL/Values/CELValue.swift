/// One value of the Common Expression Language. Sixteen bytes; texts, lists, maps and records are shared storage.
package enum CELValue: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(CELString)
    case bytes(ContiguousArray<UInt8>)
    case list(ContiguousArray<CELValue>)
    case map(CELMap)
    case timestamp(CELTimestamp)
    case duration(CELDuration)
    /// A type as a value, as `type(1)` gives it.
    case type(CELType)
    case record(CELRecord)
    case optional(CELOptional)

    /// A string value from Swift text.
    package static func text(_ text: String) -> CELValue { .string(CELString(text)) }

    /// The runtime type, without the types of elements (`list(dyn)` for every list).
    package var type: CELType {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .list: .list(.dyn)
        case .map: .map(.dyn, .dyn)
        case .timestamp: .timestamp
        case .duration: .duration
        case .type: .type(.dyn)
        case .record(let record): .record(record.type)
        case .optional: .optional(.dyn)
        }
    }

    /// True for the values that `optional.ofNonZeroValue` drops: null, false, zero, and empty texts, lists and maps.
    var isZero: Bool {
        switch self {
        case .null: true
        case .bool(let value): !value
        case .int(let value): value == 0
        case .uint(let value): value == 0
        case .double(let value): value == 0
        case .string(let value): value.utf8.isEmpty
        case .bytes(let value): value.isEmpty
        case .list(let value): value.isEmpty
        case .map(let value): value.count == 0
        case .timestamp(let value): value.seconds == 0 && value.nanos == 0
        case .duration(let value): value.seconds == 0 && value.nanos == 0
        case .type: false
        case .record(let record): record.fields.allSatisfy { $0?.isZero ?? true }
        case .optional(let value): value.value == nil
        }
    }
}

/// An optional value: `optional.of(x)` or `optional.none()`.
package struct CELOptional: Sendable {
    private let storage: ContiguousArray<CELValue>

    /// Wraps a value; nil makes `optional.none()`.
    package init(_ value: CELValue?) {
        storage = value.map { [$0] } ?? []
    }

    /// The wrapped value, or nil.
    package var value: CELValue? { storage.first }
}
