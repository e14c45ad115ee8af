extension CELType {
    /// The deepest nesting of a type's text.
    static let maxTextNesting = 32

    /// From text such as `map(string, list(int))`, `optional_type(int)` or `param:T`; nil when malformed.
    package init?(parsing text: String) {
        var parser = TypeParser(text)
        guard let type = parser.type(depth: 0), parser.isAtEnd else { return nil }
        self = type
    }

    init?(name: String, parameters: [CELType]) {
        switch (name, parameters.count) {
        case ("dyn", 0): self = .dyn
        case ("null_type", 0), ("null", 0): self = .null
        case ("bool", 0): self = .bool
        case ("int", 0): self = .int
        case ("uint", 0): self = .uint
        case ("double", 0): self = .double
        case ("string", 0): self = .string
        case ("bytes", 0): self = .bytes
        case ("timestamp", 0), ("google.protobuf.Timestamp", 0): self = .timestamp
        case ("duration", 0), ("google.protobuf.Duration", 0): self = .duration
        case ("list", 0): self = .list(.dyn)
        case ("list", 1): self = .list(parameters[0])
        case ("map", 0): self = .map(.dyn, .dyn)
        case ("map", 2): self = .map(parameters[0], parameters[1])
        case ("optional_type", 0): self = .optional(.dyn)
        case ("optional_type", 1): self = .optional(parameters[0])
        case ("type", 0): self = .type(.dyn)
        case ("type", 1): self = .type(parameters[0])
        case ("list", _), ("map", _), ("optional_type", _), ("type", _): return nil
        default:
            if name.hasPrefix("param:") || (name.count == 1 && parameters.isEmpty && name.first?.isUppercase == true) {
                self = .parameter(name.hasPrefix("param:") ? String(name.dropFirst(6)) : name)
            } else {
                self = .opaque(name, parameters)
            }
        }
    }
}

/// Reads the text of types and of overload signatures.
struct TypeParser {
    private var rest: Substring

    init(_ text: String) { rest = Substring(text) }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ text: String) -> Bool {
        guard rest.hasPrefix(text) else { return false }
        rest = rest.dropFirst(text.count)
        return true
    }

    mutating func word() -> String? {
        let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "_.:@".contains($0)) }
        rest = rest.dropFirst(word.count)
        return word.isEmpty ? nil : String(word)
    }

    mutating func type(depth: Int) -> CELType? {
        guard depth < CELType.maxTextNesting, let name = word() else { return nil }
        guard take("(") else { return CELType(name: name, parameters: []) }
        guard let inner = types(depth: depth + 1) else { return nil }
        return CELType(name: name, parameters: inner)
    }

    /// Types up to the closing parenthesis.
    mutating func types(depth: Int) -> [CELType]? {
        var inner: [CELType] = []
        if take(")") { return inner }
        repeat {
            guard let next = type(depth: depth) else { return nil }
            inner.append(next)
        } while take(", ")
        return take(")") ? inner : nil
    }
}
