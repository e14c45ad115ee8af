/// The cost counter of one evaluation.
struct CallContext {
    private(set) var cost: UInt64 = 0
    let limit: UInt64

    init(limit: UInt64) {
        self.limit = limit
    }

    /// Adds to the cost; the counter cannot wrap because every step is far below its range.
    @inline(__always)
    mutating func charge(_ units: Int) throws(CELErrorCode) {
        cost &+= UInt64(truncatingIfNeeded: units)
        if cost > limit { throw .costExceeded }
    }

    /// Cost of handling that many bytes.
    mutating func charge(bytes: Int) throws(CELErrorCode) {
        try charge(1 + bytes / 8)
    }

    @inline(__always)
    mutating func step() -> Bool {
        cost &+= 1
        return cost <= limit
    }
}

/// The implementation of a function, by number of arguments (a receiver is the first).
enum FunctionBody: Sendable {
    typealias One = @Sendable (inout CallContext, CELValue) throws(CELErrorCode) -> CELValue
    typealias Two = @Sendable (inout CallContext, CELValue, CELValue) throws(CELErrorCode) -> CELValue
    typealias Three = @Sendable (inout CallContext, CELValue, CELValue, CELValue) throws(CELErrorCode) -> CELValue
    typealias Many = @Sendable (inout CallContext, [CELValue]) throws(CELErrorCode) -> CELValue
    typealias Zoned = @Sendable (CELZoneResolver?, CELValue, CELValue) throws(CELErrorCode) -> CELValue

    case one(One)
    case two(Two)
    case three(Three)
    case many(Many)
    /// Two arguments, the second the name of a time zone.
    case zoned(Zoned)
    /// Declared for checking only.
    case none
}

/// One overload: parameter types, the receiver first, and the result.
struct Overload: Sendable {
    let parameters: [CELType]
    let result: CELType
}

/// All overloads of one name, shape (receiver or not) and number of arguments.
final class FunctionEntry: Sendable {
    let name: String
    let isMember: Bool
    /// The number of arguments with the receiver; nil takes any number of numbers or one list of them.
    let arity: Int?
    let overloads: [Overload]
    let body: FunctionBody

    init(name: String, isMember: Bool, arity: Int?, overloads: [Overload], body: FunctionBody) {
        self.name = name
        self.isMember = isMember
        self.arity = arity
        self.overloads = overloads
        self.body = body
    }
}

/// A parsed signature: `name(int, A) -> A`, or `(string).name(int) -> bool` with a receiver.
struct Signature {
    let name: String
    let isMember: Bool
    let overload: Overload

    init?(_ text: String) {
        var rest = Substring(text)
        var parameters: [CELType] = []
        isMember = rest.hasPrefix("(")
        if isMember {
            guard let split = text.range(of: ").") else { return nil }
            let inside = text[text.index(after: text.startIndex)..<split.lowerBound]
            guard let receiver = CELType(parsing: String(inside)) else { return nil }
            parameters.append(receiver)
            rest = text[split.upperBound...]
        }
        guard let open = rest.firstIndex(of: "(") else { return nil }
        name = String(rest[..<open])
        var parser = TypeParser(String(rest[rest.index(after: open)...]))
        guard let arguments = parser.types(depth: 0), parser.take(" -> "), let result = parser.type(depth: 0),
            parser.isAtEnd, !name.isEmpty
        else { return nil }
        overload = Overload(parameters: parameters + arguments, result: result)
    }
}

extension String {
    /// The first place of a short text.
    fileprivate func range(of text: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}

/// Functions by name.
struct FunctionTable: Sendable {
    private var entries: [String: [FunctionEntry]] = [:]

    func named(_ name: String) -> [FunctionEntry] { entries[name] ?? [] }

    func contains(_ name: String) -> Bool { entries[name] != nil }

    func find(_ name: String, isMember: Bool, arity: Int) -> FunctionEntry? {
        named(name).first { $0.isMember == isMember && ($0.arity == arity || $0.arity == nil) }
    }

    /// Adds signatures. A shape that exists is refused, or hidden by the new one when `replaces` is true.
    mutating func add(
        _ texts: [String], _ body: FunctionBody, replaces: Bool = false
    ) throws(CELDeclarationError) {
        var groups: [(name: String, isMember: Bool, overloads: [Overload])] = []
        for text in texts {
            guard let signature = Signature(text) else { throw .badSignature(text) }
            let arity = signature.overload.parameters.count
            let known = groups.firstIndex {
                $0.name == signature.name && $0.isMember == signature.isMember
                    && $0.overloads[0].parameters.count == arity
            }
            if let known {
                groups[known].overloads.append(signature.overload)
            } else {
                groups.append((signature.name, signature.isMember, [signature.overload]))
            }
        }
        for group in groups {
            let arity = group.overloads[0].parameters.count
            guard replaces || find(group.name, isMember: group.isMember, arity: arity) == nil else {
                throw .repeatedName(group.name)
            }
            let entry = FunctionEntry(
                name: group.name, isMember: group.isMember, arity: arity, overloads: group.overloads, body: body)
            entries[group.name, default: []].insert(entry, at: 0)
        }
    }

    /// A function of any number of numbers.
    mutating func addVariadic(_ name: String, _ body: @escaping FunctionBody.Many) {
        let entry = FunctionEntry(name: name, isMember: false, arity: nil, overloads: [], body: .many(body))
        entries[name, default: []].append(entry)
    }
}
