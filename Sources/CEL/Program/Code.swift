/// The operations of compiled code. `a`, `b`, `c` are a node's operands.
enum Op: UInt8 {
    /// a: constant.
    case constant
    /// a: slot.
    case slot
    /// a: slot of a record, b: field.
    case slotField
    case hasSlotField
    /// a: node of a record, b: field.
    case field
    case hasField
    case optionalField
    /// a: node, b: constant with the name.
    case select
    case hasSelect
    case optionalSelect
    /// a: local variable.
    case local
    /// a: node, b: node of the key.
    case index
    case optionalIndex
    /// a: first child, b: number of children, c: function.
    case call
    /// a: first child, b: number of children.
    case and
    case or
    /// a: node.
    case not
    /// a: condition, b: first, c: second.
    case conditional
    /// a: first child, b: number of children, c: constant list of the optional positions, or -1.
    case list
    case map
    /// a: index of a `LoopCode`.
    case loop
    /// a: node of the value, b: local, c: body.
    case bind
    case optionalMap
    case optionalFlatMap
    /// a, b: nodes.
    case optionalOr
    case optionalOrValue
    case equal
    case notEqual
    case less
    case lessOrEqual
    case greater
    case greaterOrEqual
    case isIn
    /// a: slot, b: field or -1 for the slot itself, c: constant; `relation` is the comparison.
    case compareInt
    case compareString
    /// a: slot, b: field or -1, c: constant list of strings.
    case isInStrings
    /// a: node, b: pattern.
    case matches
    /// a: raw value of the error code.
    case failure
}

/// One operation; its operands are indexes into the tables of `Code`.
struct Node {
    var op: Op
    /// The comparison of `compareInt` and `compareString`.
    var relation: Op = .equal
    var a: Int32 = 0
    var b: Int32 = 0
    var c: Int32 = 0
    /// Byte offset for errors.
    var position: Int32 = 0
}

/// One comprehension.
struct LoopCode {
    let operation: Expr.Comprehension.Operation
    let range: Int32
    /// The local of the first variable; the second follows it.
    let local: Int
    let hasSecond: Bool
    /// -1 for none.
    let condition: Int32
    let body: Int32
}

/// Compiled code: flat, immutable tables.
final class Code: Sendable {
    let nodes: ContiguousArray<Node>
    let children: ContiguousArray<Int32>
    let constants: ContiguousArray<CELValue>
    /// The constants that are ints, at the same indexes; zero elsewhere.
    let integers: ContiguousArray<Int64>
    let functions: ContiguousArray<FunctionBody>
    let loops: ContiguousArray<LoopCode>
    let patterns: ContiguousArray<Pattern>
    let root: Int32
    /// The number of local variables alive at once.
    let localCount: Int
    let trace: TraceNode
    let maxRunCost: UInt64
    let zones: CELZoneResolver?
    let details: ProgramDetails

    init(_ compiler: Compiler, root: Int32, trace: TraceNode, details: ProgramDetails) {
        nodes = compiler.nodes
        children = compiler.children
        constants = compiler.constants
        integers = ContiguousArray(compiler.constants.map { if case .int(let number) = $0 { number } else { 0 } })
        functions = compiler.functions
        loops = compiler.loops
        patterns = compiler.patterns
        localCount = compiler.maxLocals
        maxRunCost = compiler.environment.limits.maxRunCost
        zones = compiler.environment.zones
        self.root = root
        self.trace = trace
        self.details = details
    }
}

/// What is known of a program beside its code.
struct ProgramDetails: Sendable {
    let source: Source
    let resultType: CELType
    let estimatedCost: UInt64
    let facts: ProgramFacts
}

/// What `explain` evaluates: the tree without literals and without the bodies of comprehensions.
struct TraceNode: Sendable {
    enum Decision { case all, and, or, conditional }

    let node: Int32
    let start: Int
    let end: Int
    let decision: Decision
    let isShown: Bool
    let children: [TraceNode]
}
