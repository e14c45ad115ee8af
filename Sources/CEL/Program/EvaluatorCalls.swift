extension Evaluator {
    mutating func call(_ node: Node) throws(CELEvaluationError) -> CELValue {
        let first = Int(node.a)
        let body = code.functions[Int(node.c)]
        switch (body, node.b) {
        case (.one(let function), 1):
            let argument = try value(code.children[first])
            return try guarded(node) { (context) throws(CELErrorCode) in try function(&context, argument) }
        case (.two(let function), 2):
            let left = try value(code.children[first])
            let right = try value(code.children[first + 1])
            return try guarded(node) { (context) throws(CELErrorCode) in try function(&context, left, right) }
        case (.three(let function), 3):
            let left = try value(code.children[first])
            let middle = try value(code.children[first + 1])
            let right = try value(code.children[first + 2])
            return try guarded(node) { (context) throws(CELErrorCode) in
                try function(&context, left, middle, right)
            }
        case (.many(let function), _):
            var arguments: [CELValue] = []
            for child in first..<first + Int(node.b) { arguments.append(try value(code.children[child])) }
            return try guarded(node) { (context) throws(CELErrorCode) in try function(&context, arguments) }
        case (.zoned(let function), 2):
            let time = try value(code.children[first])
            let zone = try value(code.children[first + 1])
            return try guarded(node) { [zones = code.zones] (context) throws(CELErrorCode) in
                try context.charge(1)
                return try function(zones, time, zone)
            }
        default:
            throw error(.noSuchFunction, node)
        }
    }

    /// Gives an error code its place.
    private mutating func guarded(
        _ node: Node, _ body: (inout CallContext) throws(CELErrorCode) -> CELValue
    ) throws(CELEvaluationError) -> CELValue {
        do throws(CELErrorCode) {
            return try body(&context)
        } catch {
            throw CELEvaluationError(code: error, offset: Int(node.position))
        }
    }

    mutating func matches(_ node: Node) throws(CELEvaluationError) -> Bool {
        guard case .string(let text) = try value(node.a) else { throw error(.noSuchOverload, node) }
        let pattern = code.patterns[Int(node.b)]
        do throws(CELErrorCode) {
            return try pattern.matches(text, &context)
        } catch {
            throw CELEvaluationError(code: error, offset: Int(node.position))
        }
    }

    // MARK: lists, maps, optionals

    private func isOptional(_ position: Int, _ node: Node) -> Bool {
        guard node.c >= 0, case .list(let flags) = code.constants[Int(node.c)] else { return false }
        return flags[position].isEqual(to: .bool(true))
    }

    /// Unwraps an element written with `?`; nil leaves it out.
    private func kept(_ value: CELValue, _ position: Int, _ node: Node) throws(CELEvaluationError) -> CELValue? {
        guard isOptional(position, node) else { return value }
        guard case .optional(let optional) = value else { throw error(.noSuchOverload, node) }
        return optional.value
    }

    mutating func list(_ node: Node) throws(CELEvaluationError) -> CELValue {
        var list = ContiguousArray<CELValue>()
        list.reserveCapacity(Int(node.b))
        for position in 0..<Int(node.b) {
            let element = try value(code.children[Int(node.a) + position])
            if let element = try kept(element, position, node) { list.append(element) }
        }
        return .list(list)
    }

    mutating func map(_ node: Node) throws(CELEvaluationError) -> CELValue {
        var map = CELMap()
        for position in 0..<Int(node.b) / 2 {
            let key = try value(code.children[Int(node.a) + position * 2])
            let element = try value(code.children[Int(node.a) + position * 2 + 1])
            if let element = try kept(element, position, node) { try insert(key, element, into: &map, node) }
        }
        return .map(map)
    }

    func insert(
        _ key: CELValue, _ value: CELValue, into map: inout CELMap, _ node: Node
    ) throws(CELEvaluationError) {
        switch map.insert(key, value) {
        case .inserted: return
        case .repeated: throw error(.repeatedKey, node)
        case .badKey: throw error(.badKey, node)
        }
    }

    mutating func optionalMap(_ node: Node) throws(CELEvaluationError) -> CELValue {
        guard case .optional(let optional) = try value(node.a) else { throw error(.noSuchOverload, node) }
        guard let inner = optional.value else { return .optional(optional) }
        locals[Int(node.b)] = inner
        let result = try value(node.c)
        guard node.op == .optionalFlatMap else { return .optional(CELOptional(result)) }
        guard case .optional = result else { throw error(.noSuchOverload, node) }
        return result
    }

    mutating func optionalOr(_ node: Node) throws(CELEvaluationError) -> CELValue {
        guard case .optional(let optional) = try value(node.a) else { throw error(.noSuchOverload, node) }
        guard node.op == .optionalOr else {
            if let inner = optional.value { return inner }
            return try value(node.b)
        }
        guard optional.value == nil else { return .optional(optional) }
        guard case .optional(let other) = try value(node.b) else { throw error(.noSuchOverload, node) }
        return .optional(other)
    }
}
