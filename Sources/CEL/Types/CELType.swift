/// A static type of the Common Expression Language.
package indirect enum CELType: Sendable {
    /// Any value; checked when evaluated.
    case dyn
    case null
    case bool
    case int
    case uint
    case double
    case string
    case bytes
    case timestamp
    case duration
    case list(CELType)
    case map(CELType, CELType)
    case optional(CELType)
    /// The type of a type value, such as `int` written as an expression.
    case type(CELType)
    case record(CELRecordType)
    /// A type parameter of an overload; never the type of a whole expression.
    case parameter(String)
    /// A named type without operations of its own, with parameters.
    case opaque(String, [CELType])

    /// What `type()` compares and prints: the name without the types of elements.
    package var runtimeName: String {
        switch self {
        case .dyn: "dyn"
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .list: "list"
        case .map: "map"
        case .optional: "optional_type"
        case .type: "type"
        case .record(let type): type.name
        case .parameter(let name): name
        case .opaque(let name, _): name
        }
    }

    /// The full name with the types of elements, such as `map(string, list(int))`.
    package var name: String {
        let inner = parameters
        guard !inner.isEmpty else {
            switch self {
            case .timestamp: return "timestamp"
            case .duration: return "duration"
            default: return runtimeName
            }
        }
        return runtimeName + "(" + inner.map(\.name).joined(separator: ", ") + ")"
    }

    var parameters: [CELType] {
        switch self {
        case .list(let element): [element]
        case .map(let key, let value): [key, value]
        case .optional(let inner), .type(let inner): [inner]
        case .opaque(_, let inner): inner
        default: []
        }
    }

    func mapParameters(_ change: (CELType) -> CELType) -> CELType {
        switch self {
        case .list(let element): .list(change(element))
        case .map(let key, let value): .map(change(key), change(value))
        case .optional(let inner): .optional(change(inner))
        case .type(let inner): .type(change(inner))
        case .opaque(let name, let inner): .opaque(name, inner.map(change))
        default: self
        }
    }

    var isDyn: Bool {
        if case .dyn = self { true } else { false }
    }

    func isExactly(_ other: CELType) -> Bool {
        if case .record(let left) = self, case .record(let right) = other { return left === right }
        if case .parameter(let left) = self {
            guard case .parameter(let right) = other else { return false }
            return left == right
        }
        if case .parameter = other { return false }
        let (mine, theirs) = (parameters, other.parameters)
        return runtimeName == other.runtimeName && mine.count == theirs.count
            && zip(mine, theirs).allSatisfy { $0.isExactly($1) }
    }
}
