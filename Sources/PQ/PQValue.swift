/// A value for a parameter or a COPY column, with the type it is sent as.
package enum PQValue: Sendable, Hashable {
    /// NULL of whatever type the statement declares.
    case null
    /// `bool`
    case bool(Bool)
    /// `int2`
    case int2(Int16)
    /// `int4`
    case int4(Int32)
    /// `int8`
    case int8(Int64)
    /// `float8`
    case double(Double)
    /// `text`; U+0000 in it is refused with `.invalidValue`.
    case text(String)
    /// `bytea`
    case bytea([UInt8])
    /// `uuid`
    case uuid(PQUUID)
    /// `timestamptz`, in microseconds since 1970-01-01 UTC.
    case timestamptz(Int64)
    /// `jsonb`, as its text; U+0000 in it is refused with `.invalidValue`.
    case jsonb(String)
    /// `bool[]` of one dimension; nil elements are NULL. The same holds for the arrays below.
    case boolArray([Bool?])
    /// `int2[]`
    case int2Array([Int16?])
    /// `int4[]`
    case int4Array([Int32?])
    /// `int8[]`
    case int8Array([Int64?])
    /// `float8[]`
    case doubleArray([Double?])
    /// `text[]`
    case textArray([String?])
    /// `bytea[]`
    case byteaArray([[UInt8]?])
    /// `uuid[]`
    case uuidArray([PQUUID?])
    /// `timestamptz[]`, elements in microseconds since 1970-01-01 UTC.
    case timestamptzArray([Int64?])
    /// `jsonb[]`
    case jsonbArray([String?])
    /// An array that is encoded already.
    case encoded(PQArray)

    /// `make(value)`, or `.null` for nil: `.orNull(name, PQValue.text)`.
    package static func orNull<Wrapped>(_ value: Wrapped?, _ make: (Wrapped) -> PQValue) -> PQValue {
        value.map(make) ?? .null
    }

    /// The type it is sent as; nil for `.null`.
    package var type: PQType? {
        switch self {
        case .null: nil
        case .bool: .bool
        case .int2: .int2
        case .int4: .int4
        case .int8: .int8
        case .double: .double
        case .text: .text
        case .bytea: .bytea
        case .uuid: .uuid
        case .timestamptz: .timestamptz
        case .jsonb: .jsonb
        case .boolArray: .boolArray
        case .int2Array: .int2Array
        case .int4Array: .int4Array
        case .int8Array: .int8Array
        case .doubleArray: .doubleArray
        case .textArray: .textArray
        case .byteaArray: .byteaArray
        case .uuidArray: .uuidArray
        case .timestamptzArray: .timestamptzArray
        case .jsonbArray: .jsonbArray
        case .encoded(let array): array.type
        }
    }
}
