/// Turns a checked tree into flat code.
struct Compiler {
    let environment: CELEnvironment
    let source: Source
    private(set) var nodes: ContiguousArray<Node> = []
    private(set) var children: ContiguousArray<Int32> = []
    private(set) var constants: ContiguousArray<CELValue> = []
    private(set) var functions: ContiguousArray<FunctionBody> = []
    private(set) var loops: ContiguousArray<LoopCode> = []
    private(set) var patterns: ContiguousArray<Pattern> = []
    private(set) var maxLocals = 0
    private var localDepth = 0
    private var emitted: [ObjectIdentifier: Int32] = [:]

    init(environment: CELEnvironment, source: Source) {
        self.environment = environment
        self.source = source
    }

    mutating func compile(_ tree: Expr, _ details: ProgramDetails) throws(CELCompileError) -> Code {
        let root = try emit(tree)
        let trace = try traced(tree)
        return Code(self, root: root, trace: trace, details: details)
    }

    // MARK: tables

    mutating func add(_ op: Op, _ a: Int32 = 0, _ b: Int32 = 0, _ c: Int32 = 0, at position: Int) -> Int32 {
        nodes.append(Node(op: op, a: a, b: b, c: c, position: Int32(clamping: position)))
        return Int32(nodes.count - 1)
    }

    mutating func add(_ node: Node) -> Int32 {
        nodes.append(node)
        return Int32(nodes.count - 1)
    }

    mutating func constant(_ value: CELValue) -> Int32 {
        constants.append(value)
        return Int32(constants.count - 1)
    }

    mutating func constantNode(_ value: CELValue, at position: Int) -> Int32 {
        add(.constant, constant(value), at: position)
    }

    func constantValue(_ node: Int32) -> CELValue? {
        let found = nodes[Int(node)]
        return found.op == .constant ? constants[Int(found.a)] : nil
    }

    mutating func group(_ expressions: [Expr]) throws(CELCompileError) -> (Int32, Int32) {
        var list: [Int32] = []
        for expression in expressions { list.append(try emit(expression)) }
        children.append(contentsOf: list)
        return (Int32(children.count - list.count), Int32(list.count))
    }

    // MARK: expressions

    mutating func emit(_ expression: Expr) throws(CELCompileError) -> Int32 {
        let node = try emitNew(expression)
        emitted[ObjectIdentifier(expression)] = node
        return node
    }

    private mutating func emitNew(_ expression: Expr) throws(CELCompileError) -> Int32 {
        let position = expression.position
        switch expression.kind {
        case .literal(let value):
            return constantNode(value, at: position)
        case .identifier:
            return emitName(expression)
        case .select:
            return try emitSelect(expression)
        case .index(let operand, let key, let isOptional):
            return add(isOptional ? .optionalIndex : .index, try emit(operand), try emit(key), at: position)
        case .call(let name, let target, let arguments):
            return try emitCall(expression, name, target, arguments)
        case .not(let operand):
            return add(.not, try emit(operand), at: position)
        case .and(let operands):
            let (first, count) = try group(operands)
            return add(.and, first, count, at: position)
        case .or(let operands):
            let (first, count) = try group(operands)
            return add(.or, first, count, at: position)
        case .conditional(let condition, let first, let second):
            return add(.conditional, try emit(condition), try emit(first), try emit(second), at: position)
        case .list(let elements):
            return try emitList(elements, at: position)
        case .map(let entries):
            return try emitMap(entries, at: position)
        case .comprehension(let part):
            return try emitLoop(part, at: position)
        case .bind(_, let value, let body):
            let node = try emit(value)
            let local = Int32(localDepth)
            return add(.bind, node, local, try emitScoped(1) { (compiler) throws(CELCompileError) in
                try compiler.emit(body)
            }, at: position)
        case .optionalMap(let operand, _, let body, let isFlat):
            let node = try emit(operand)
            let local = Int32(localDepth)
            return add(isFlat ? .optionalFlatMap : .optionalMap, node, local, try emitScoped(1) {
                (compiler) throws(CELCompileError) in try compiler.emit(body)
            }, at: position)
        }
    }

    private mutating func emitScoped(
        _ count: Int, _ emit: (inout Compiler) throws(CELCompileError) -> Int32
    ) throws(CELCompileError) -> Int32 {
        localDepth += count
        maxLocals = max(maxLocals, localDepth)
        defer { localDepth -= count }
        return try emit(&self)
    }

    mutating func emitName(_ expression: Expr) -> Int32 {
        let position = expression.position
        switch expression.reference {
        case .local(let index): return add(.local, Int32(index), at: position)
        case .variable(let slot): return add(.slot, Int32(slot), at: position)
        case .typeName(let type): return constantNode(.type(type), at: position)
        case .failure(let code): return add(.failure, Int32(code.rawValue), at: position)
        default: return add(.failure, Int32(CELErrorCode.noSuchVariable.rawValue), at: position)
        }
    }

    private mutating func emitSelect(_ expression: Expr) throws(CELCompileError) -> Int32 {
        guard case .select(let operand, let field, let isTest, let isOptional) = expression.kind else {
            return emitName(expression)
        }
        let position = expression.position
        switch expression.reference {
        case .variable, .typeName, .failure:
            return emitName(expression)
        case .field(let index) where operand.type.isRecord:
            if isOptional, !isTest { return add(.optionalField, try emit(operand), Int32(index), at: position) }
            if case .variable(let slot) = operand.reference {
                return add(isTest ? .hasSlotField : .slotField, Int32(slot), Int32(index), at: position)
            }
            return add(isTest ? .hasField : .field, try emit(operand), Int32(index), at: position)
        default:
            let op: Op = isTest ? .hasSelect : isOptional ? .optionalSelect : .select
            return add(op, try emit(operand), constant(.text(field)), at: position)
        }
    }

    private mutating func emitList(_ elements: [Expr.Element], at position: Int) throws(CELCompileError) -> Int32 {
        let (first, count) = try group(elements.map(\.value))
        let flags = elements.map(\.isOptional)
        let values = children[Int(first)..<Int(first + count)].compactMap { constantValue($0) }
        if values.count == elements.count, !flags.contains(true) {
            return constantNode(.list(ContiguousArray(values)), at: position)
        }
        return add(.list, first, count, optionalFlags(flags), at: position)
    }

    private mutating func emitMap(_ entries: [Expr.Entry], at position: Int) throws(CELCompileError) -> Int32 {
        let (first, count) = try group(entries.flatMap { [$0.key, $0.value] })
        let flags = entries.map(\.isOptional)
        let values = children[Int(first)..<Int(first + count)].compactMap { constantValue($0) }
        if values.count == entries.count * 2, !flags.contains(true) {
            let pairs = entries.indices.map { (values[$0 * 2], values[$0 * 2 + 1]) }
            if let map = CELMap(pairs) { return constantNode(.map(map), at: position) }
        }
        return add(.map, first, count, optionalFlags(flags), at: position)
    }

    private mutating func optionalFlags(_ flags: [Bool]) -> Int32 {
        flags.contains(true) ? constant(.list(ContiguousArray(flags.map(CELValue.bool)))) : -1
    }

    private mutating func emitLoop(
        _ part: Expr.Comprehension, at position: Int
    ) throws(CELCompileError) -> Int32 {
        let range = try emit(part.range)
        let local = localDepth
        localDepth += part.second == nil ? 1 : 2
        maxLocals = max(maxLocals, localDepth)
        defer { localDepth = local }
        var (condition, body): (Int32, Int32) = (-1, -1)
        if let expression = part.condition { condition = try emit(expression) }
        if let expression = part.body { body = try emit(expression) }
        loops.append(
            LoopCode(
                operation: part.operation, range: range, local: local, hasSecond: part.second != nil,
                condition: condition, body: body))
        return add(.loop, Int32(loops.count - 1), at: position)
    }

    mutating func function(_ body: FunctionBody) -> Int32 {
        functions.append(body)
        return Int32(functions.count - 1)
    }

    mutating func pattern(_ pattern: Pattern) -> Int32 {
        patterns.append(pattern)
        return Int32(patterns.count - 1)
    }

    /// The node of an expression, made now when a specialised node had swallowed it.
    mutating func node(of expression: Expr) throws(CELCompileError) -> Int32 {
        if let known = emitted[ObjectIdentifier(expression)] { return known }
        return try emit(expression)
    }
}

extension CELType {
    var isRecord: Bool {
        if case .record = self { true } else { false }
    }
}
