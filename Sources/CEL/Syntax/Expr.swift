/// A node of the syntax tree. The checker writes its findings into `type` and `reference`.
final class Expr {
    indirect enum Kind {
        case literal(CELValue)
        case identifier(String, isRooted: Bool)
        case select(Expr, field: String, isTest: Bool, isOptional: Bool)
        case index(Expr, Expr, isOptional: Bool)
        case call(String, target: Expr?, [Expr])
        case not(Expr)
        case and([Expr])
        case or([Expr])
        case conditional(Expr, Expr, Expr)
        case list([Element])
        case map([Entry])
        case comprehension(Comprehension)
        case bind(String, Expr, body: Expr)
        case optionalMap(Expr, String, body: Expr, isFlat: Bool)
    }

    struct Element {
        let value: Expr
        let isOptional: Bool
    }

    struct Entry {
        let key: Expr
        let value: Expr
        let isOptional: Bool
    }

    struct Comprehension {
        enum Operation {
            case all, exists, existsOne, filter, map, transformList, transformMap, transformMapEntry
        }

        let operation: Operation
        let range: Expr
        let first: String
        /// The second variable: (index, value) of a list or (key, value) of a map.
        let second: String?
        let condition: Expr?
        let body: Expr?
    }

    /// What a name was resolved to.
    enum Reference {
        case variable(slot: Int)
        case local(Int)
        case typeName(CELType)
        case field(Int)
        case function(FunctionEntry)
        /// Fails when evaluated; only in unchecked compilation.
        case failure(CELErrorCode)
    }

    let kind: Kind
    /// The source range in bytes.
    let start: Int
    let end: Int
    /// Where an error of this node is reported: the operator or the name.
    let position: Int
    /// The number of nodes on the longest path down, this one included.
    let depth: Int
    var type: CELType = .dyn
    var reference: Reference?

    init(_ kind: Kind, start: Int, end: Int, position: Int) {
        self.kind = kind
        self.start = start
        self.end = end
        self.position = position
        depth = 1 + (kind.children.map(\.depth).max() ?? 0)
    }

    var children: [Expr] { kind.children }
}

extension Expr.Kind {
    var children: [Expr] {
        switch self {
        case .literal, .identifier: []
        case .select(let operand, _, _, _): [operand]
        case .index(let operand, let key, _): [operand, key]
        case .call(_, let target, let arguments): (target.map { [$0] } ?? []) + arguments
        case .not(let operand): [operand]
        case .and(let operands), .or(let operands): operands
        case .conditional(let condition, let first, let second): [condition, first, second]
        case .list(let elements): elements.map(\.value)
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .comprehension(let part): [part.range] + [part.condition, part.body].compactMap { $0 }
        case .bind(_, let value, let body): [value, body]
        case .optionalMap(let operand, _, let body, _): [operand, body]
        }
    }
}
