extension Evaluator {
    mutating func value(_ index: Int32) throws(CELEvaluationError) -> CELValue {
        let node = code.nodes[Int(index)]
        try charge(1, node)
        return try valueOf(node)
    }

    func error(_ code: CELErrorCode, _ node: Node) -> CELEvaluationError {
        CELEvaluationError(code: code, offset: Int(node.position))
    }

    /// The value of a node whose step has been counted.
    mutating func valueOf(_ node: Node) throws(CELEvaluationError) -> CELValue {
        switch node.op {
        case .constant: return code.constants[Int(node.a)]
        case .local: return locals[Int(node.a)]
        case .slot: return try slotValue(node)
        case .slotField: return try field(of: try slotValue(node), node)
        case .field: return try field(of: try value(node.a), node)
        case .hasField:
            guard case .record(let record) = try value(node.a), Int(node.b) < record.fields.count else {
                throw error(.noSuchOverload, node)
            }
            return .bool(record.fields[Int(node.b)] != nil)
        case .optionalField:
            guard case .record(let record) = try value(node.a), Int(node.b) < record.fields.count else {
                throw error(.noSuchOverload, node)
            }
            return .optional(CELOptional(record.fields[Int(node.b)]))
        case .select: return try select(try value(node.a), code.constants[Int(node.b)], node)
        case .hasSelect: return .bool(try has(try value(node.a), code.constants[Int(node.b)], node))
        case .optionalSelect: return try optionalSelect(try value(node.a), code.constants[Int(node.b)], node)
        case .index: return try subscripted(try value(node.a), try value(node.b), node)
        case .optionalIndex: return try optionalSubscripted(try value(node.a), try value(node.b), node)
        case .call: return try call(node)
        case .list: return try list(node)
        case .map: return try map(node)
        case .conditional: return try conditional(node)
        case .loop: return try loop(node)
        case .bind:
            locals[Int(node.b)] = try value(node.a)
            return try value(node.c)
        case .optionalMap, .optionalFlatMap: return try optionalMap(node)
        case .optionalOr, .optionalOrValue: return try optionalOr(node)
        case .matches: return .bool(try matches(node))
        case .failure: throw error(CELErrorCode(rawValue: UInt8(clamping: node.a)) ?? .noSuchOverload, node)
        default: return .bool(try condition(node))
        }
    }

    /// A node that `bool` computes, as a value.
    private mutating func condition(_ node: Node) throws(CELEvaluationError) -> Bool {
        switch outcome(of: node) {
        case .isTrue: return true
        case .isFalse: return false
        case .isError: throw failure
        }
    }

    private mutating func conditional(_ node: Node) throws(CELEvaluationError) -> CELValue {
        switch bool(node.a) {
        case .isTrue: return try value(node.b)
        case .isFalse: return try value(node.c)
        case .isError: throw failure
        }
    }

    // MARK: names and fields

    private func slotValue(_ node: Node) throws(CELEvaluationError) -> CELValue {
        guard Int(node.a) < slots.count, let value = slots[Int(node.a)] else { throw error(.unboundVariable, node) }
        return value
    }

    private func field(of value: CELValue, _ node: Node) throws(CELEvaluationError) -> CELValue {
        guard case .record(let record) = value, Int(node.b) < record.fields.count else {
            throw error(.noSuchOverload, node)
        }
        guard let field = record.fields[Int(node.b)] else { throw error(.absentField, node) }
        return field
    }

    /// The value of a name in a map or a record; nil when it is not there.
    private func lookUp(_ operand: CELValue, _ key: CELValue, _ node: Node) throws(CELEvaluationError) -> CELValue? {
        switch operand {
        case .map(let map): return map.value(for: key)
        case .record(let record):
            guard case .string(let name) = key, let index = record.type.index(of: name.text) else {
                throw error(.noSuchField, node)
            }
            return record.fields[index]
        default: throw error(.noSuchOverload, node)
        }
    }

    private func select(_ operand: CELValue, _ key: CELValue, _ node: Node) throws(CELEvaluationError) -> CELValue {
        if case .optional(let optional) = operand {
            guard let inner = optional.value else { return operand }
            return .optional(CELOptional(try lookUp(inner, key, node)))
        }
        guard let found = try lookUp(operand, key, node) else {
            if case .record = operand { throw error(.absentField, node) }
            throw error(.noSuchKey, node)
        }
        return found
    }

    private func has(_ operand: CELValue, _ key: CELValue, _ node: Node) throws(CELEvaluationError) -> Bool {
        if case .optional(let optional) = operand {
            guard let inner = optional.value else { return false }
            return try lookUp(inner, key, node) != nil
        }
        return try lookUp(operand, key, node) != nil
    }

    private func optionalSelect(
        _ operand: CELValue, _ key: CELValue, _ node: Node
    ) throws(CELEvaluationError) -> CELValue {
        if case .optional = operand { return try select(operand, key, node) }
        return .optional(CELOptional(try lookUp(operand, key, node)))
    }

    // MARK: indexes

    private func element(
        _ list: ContiguousArray<CELValue>, _ key: CELValue, _ node: Node
    ) throws(CELEvaluationError) -> CELValue? {
        let position: Int? =
            switch key {
            case .int(let number): Int(exactly: number)
            case .uint(let number): Int(clamping: number)
            case .double(let number): WholeNumbers.int(exactly: number).map { Int($0) }
            default: nil
            }
        guard let position else { throw error(.invalidArgument, node) }
        return list.indices.contains(position) ? list[position] : nil
    }

    /// An element or the value of a key; nil when there is none.
    private func find(_ operand: CELValue, _ key: CELValue, _ node: Node) throws(CELEvaluationError) -> CELValue? {
        switch operand {
        case .list(let list): return try element(list, key, node)
        case .map(let map): return map.value(for: key)
        default: throw error(.noSuchOverload, node)
        }
    }

    private func subscripted(
        _ operand: CELValue, _ key: CELValue, _ node: Node
    ) throws(CELEvaluationError) -> CELValue {
        if case .optional = operand { return try optionalSubscripted(operand, key, node) }
        if let found = try find(operand, key, node) { return found }
        if case .list = operand { throw error(.indexOutOfRange, node) }
        throw error(.noSuchKey, node)
    }

    private func optionalSubscripted(
        _ operand: CELValue, _ key: CELValue, _ node: Node
    ) throws(CELEvaluationError) -> CELValue {
        guard case .optional(let optional) = operand else {
            return .optional(CELOptional(try find(operand, key, node)))
        }
        guard let inner = optional.value else { return operand }
        return .optional(CELOptional(try find(inner, key, node)))
    }
}
