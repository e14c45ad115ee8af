extension Compiler {
    private static let operators: [String: Op] = [
        "_==_": .equal, "_!=_": .notEqual, "_<_": .less, "_<=_": .lessOrEqual, "_>_": .greater,
        "_>=_": .greaterOrEqual, "@in": .isIn,
    ]
    private static let memberOperators: [String: Op] = ["or": .optionalOr, "orValue": .optionalOrValue]

    /// Conversions, which are computed once when their argument is a constant.
    private static let foldable: Set<String> = [
        "int", "uint", "double", "string", "bytes", "bool", "timestamp", "duration", "-_", "dyn",
    ]

    mutating func emitCall(
        _ expression: Expr, _ name: String, _ target: Expr?, _ arguments: [Expr]
    ) throws(CELCompileError) -> Int32 {
        let position = expression.position
        guard case .function(let entry) = expression.reference else { return emitName(expression) }
        if !entry.isMember, let op = Self.operators[entry.name], arguments.count == 2 {
            if let special = specialised(op, arguments[0], arguments[1]) { return special }
            return add(op, try emit(arguments[0]), try emit(arguments[1]), at: position)
        }
        let operands = (entry.isMember ? [target].compactMap { $0 } : []) + arguments
        if entry.isMember, let op = Self.memberOperators[entry.name], operands.count == 2 {
            return add(op, try emit(operands[0]), try emit(operands[1]), at: position)
        }
        if entry.name == "matches", operands.count == 2, case .literal(.string(let text)) = operands[1].kind {
            return try emitMatches(operands[0], text, patternAt: operands[1].start, at: position)
        }
        let (first, count) = try group(operands)
        if let value = folded(entry, first, count) { return constantNode(value, at: position) }
        return add(.call, first, count, function(entry.body), at: position)
    }

    private mutating func emitMatches(
        _ operand: Expr, _ text: CELString, patternAt offset: Int, at position: Int
    ) throws(CELCompileError) -> Int32 {
        let compiled: Pattern
        do {
            compiled = try Pattern(text)
        } catch {
            throw CELCompileError("The pattern is refused: \(error.reason).", at: offset, in: source)
        }
        return add(.matches, try emit(operand), pattern(compiled), at: position)
    }

    private func folded(_ entry: FunctionEntry, _ first: Int32, _ count: Int32) -> CELValue? {
        guard count == 1, !entry.isMember, Self.foldable.contains(entry.name), case .one(let body) = entry.body,
            let argument = constantValue(children[Int(first)])
        else { return nil }
        var context = CallContext(limit: environment.limits.maxRunCost)
        return try? body(&context, argument)
    }

    // MARK: comparisons of a slot with a constant

    private mutating func specialised(_ op: Op, _ left: Expr, _ right: Expr) -> Int32? {
        if let place = place(left), let special = special(op, place, right, at: left.position) { return special }
        guard op != .isIn, let place = place(right) else { return nil }
        return special(op.mirrored, place, left, at: right.position)
    }

    private mutating func special(
        _ op: Op, _ place: (slot: Int, field: Int), _ other: Expr, at position: Int
    ) -> Int32? {
        var node = Node(
            op: op, relation: op, a: Int32(place.slot), b: Int32(place.field), position: Int32(clamping: position))
        switch other.kind {
        case .literal(.int(let number)):
            guard op != .isIn else { return nil }
            node.op = .compareInt
            node.c = constant(.int(number))
        case .literal(.string(let text)):
            guard op == .equal || op == .notEqual else { return nil }
            node.op = .compareString
            node.c = constant(.string(text))
        case .list(let elements):
            guard op == .isIn, !elements.isEmpty else { return nil }
            var texts: ContiguousArray<CELValue> = []
            for element in elements {
                guard !element.isOptional, case .literal(.string(let text)) = element.value.kind else { return nil }
                texts.append(.string(text))
            }
            node.op = .isInStrings
            node.c = constant(.list(texts))
        default:
            return nil
        }
        return add(node)
    }

    /// A variable, or a field of a record that is a variable.
    private func place(_ expression: Expr) -> (slot: Int, field: Int)? {
        if case .variable(let slot) = expression.reference { return (slot, -1) }
        guard case .select(let operand, _, isTest: false, isOptional: false) = expression.kind,
            case .field(let index) = expression.reference, operand.type.isRecord,
            case .variable(let slot) = operand.reference
        else { return nil }
        return (slot, index)
    }

    // MARK: trace

    mutating func traced(_ expression: Expr) throws(CELCompileError) -> TraceNode {
        var parts = expression.children
        var decision = TraceNode.Decision.all
        switch expression.kind {
        case .and: decision = .and
        case .or: decision = .or
        case .conditional: decision = .conditional
        case .comprehension(let part): parts = [part.range]
        case .bind(_, let value, _): parts = [value]
        case .optionalMap(let operand, _, _, _): parts = [operand]
        case .select(let operand, _, _, _):
            if case .field = expression.reference, case .variable = operand.reference { parts = [] }
            if case .variable = expression.reference { parts = [] }
        case .call(_, let target?, _):
            if case .function(let entry) = expression.reference, !entry.isMember {
                parts.removeAll { $0 === target }
            }
        default: break
        }
        if case .typeName = expression.reference { parts = [] }
        let node = try node(of: expression)
        var isShown = nodes[Int(node)].op != .constant
        if case .variable = expression.reference, expression.type.isRecord { isShown = false }
        var inner: [TraceNode] = []
        for part in parts { inner.append(try traced(part)) }
        return TraceNode(
            node: node, start: expression.start, end: expression.end, decision: decision, isShown: isShown,
            children: inner)
    }
}

extension Op {
    /// The comparison with its sides exchanged.
    fileprivate var mirrored: Op {
        switch self {
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        default: self
        }
    }
}
