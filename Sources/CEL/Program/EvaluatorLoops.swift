extension Evaluator {
    /// The elements of a loop's range: values of a list, keys of a map, or pairs when there are two variables.
    private struct Elements {
        let first: ContiguousArray<CELValue>?
        let second: ContiguousArray<CELValue>?
        let count: Int
    }

    private mutating func elements(_ loop: LoopCode, _ node: Node) throws(CELEvaluationError) -> Elements {
        switch try value(loop.range) {
        case .list(let list): Elements(first: loop.hasSecond ? nil : list, second: list, count: list.count)
        case .map(let map): Elements(first: map.keys, second: map.values, count: map.count)
        default: throw error(.noSuchOverload, node)
        }
    }

    private mutating func bindElement(_ elements: Elements, _ position: Int, _ loop: LoopCode) {
        locals[loop.local] = elements.first?[position] ?? .int(Int64(position))
        if loop.hasSecond, let second = elements.second { locals[loop.local + 1] = second[position] }
    }

    // MARK: all, exists, existsOne

    mutating func quantify(_ loop: LoopCode, _ node: Node) -> CELBool {
        let found: Elements
        do throws(CELEvaluationError) {
            found = try elements(loop, node)
        } catch {
            failure = error
            return .isError
        }
        if loop.operation == .existsOne { return existsOne(loop, found) }
        let decisive: CELBool = loop.operation == .all ? .isFalse : .isTrue
        var first: CELEvaluationError?
        for position in 0..<found.count {
            bindElement(found, position, loop)
            let outcome = bool(loop.condition)
            if outcome == decisive { return decisive }
            if outcome == .isError {
                first = first ?? failure
                if isExhausted { break }
            }
        }
        guard let first else { return loop.operation == .all ? .isTrue : .isFalse }
        failure = first
        return .isError
    }

    private mutating func existsOne(_ loop: LoopCode, _ found: Elements) -> CELBool {
        var count = 0
        for position in 0..<found.count {
            bindElement(found, position, loop)
            switch bool(loop.condition) {
            case .isTrue: count += 1
            case .isFalse: continue
            case .isError: return .isError
            }
        }
        return count == 1 ? .isTrue : .isFalse
    }

    // MARK: map, filter and the transforms

    mutating func loop(_ node: Node) throws(CELEvaluationError) -> CELValue {
        let loop = code.loops[Int(node.a)]
        if loop.operation.isQuantifier {
            switch quantify(loop, node) {
            case .isTrue: return .bool(true)
            case .isFalse: return .bool(false)
            case .isError: throw failure
            }
        }
        let found = try elements(loop, node)
        switch loop.operation {
        case .transformMap, .transformMapEntry: return try transformMap(loop, found, node)
        default: return try transformList(loop, found, node)
        }
    }

    private mutating func isKept(_ loop: LoopCode) throws(CELEvaluationError) -> Bool {
        guard loop.condition >= 0 else { return true }
        switch bool(loop.condition) {
        case .isTrue: return true
        case .isFalse: return false
        case .isError: throw failure
        }
    }

    private mutating func transformList(
        _ loop: LoopCode, _ found: Elements, _ node: Node
    ) throws(CELEvaluationError) -> CELValue {
        var list = ContiguousArray<CELValue>()
        for position in 0..<found.count {
            try charge(1, node)
            bindElement(found, position, loop)
            guard try isKept(loop) else { continue }
            list.append(loop.body >= 0 ? try value(loop.body) : locals[loop.local])
        }
        return .list(list)
    }

    private mutating func transformMap(
        _ loop: LoopCode, _ found: Elements, _ node: Node
    ) throws(CELEvaluationError) -> CELValue {
        var map = CELMap()
        for position in 0..<found.count {
            try charge(1, node)
            bindElement(found, position, loop)
            guard try isKept(loop) else { continue }
            let result = try value(loop.body)
            guard loop.operation == .transformMapEntry else {
                try insert(found.first?[position] ?? .int(Int64(position)), result, into: &map, node)
                continue
            }
            guard case .map(let entries) = result else { throw error(.noSuchOverload, node) }
            for (key, value) in zip(entries.keys, entries.values) { try insert(key, value, into: &map, node) }
        }
        return .map(map)
    }
}
