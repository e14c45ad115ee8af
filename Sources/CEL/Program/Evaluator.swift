/// Three outcomes of a condition.
package enum CELBool: UInt8, Sendable {
    case isTrue, isFalse, isError
}

/// Runs code on one activation. Conditions never allocate; an error is kept in `failure`. It borrows the slots, so
/// that their references are not counted; `run` keeps them alive.
struct Evaluator {
    let code: Code
    let slots: UnsafeBufferPointer<CELValue?>
    var context: CallContext
    var locals: ContiguousArray<CELValue>
    var failure = CELEvaluationError(code: .noSuchOverload, offset: 0)

    /// Runs `body` with an evaluator that lives no longer than it.
    @inline(__always)
    static func run<Outcome, Failure: Error>(
        _ code: Code, _ activation: CELActivation, limit: UInt64? = nil,
        _ body: (inout Evaluator) throws(Failure) -> Outcome
    ) throws(Failure) -> Outcome {
        try activation.slots.withUnsafeBufferPointer { (slots) throws(Failure) -> Outcome in
            var evaluator = Evaluator(code, slots, limit: limit ?? code.maxRunCost)
            return try body(&evaluator)
        }
    }

    @inline(__always)
    private init(_ code: Code, _ slots: UnsafeBufferPointer<CELValue?>, limit: UInt64) {
        self.code = code
        self.slots = slots
        context = CallContext(limit: limit)
        locals = code.localCount == 0 ? [] : ContiguousArray(repeating: .null, count: code.localCount)
    }

    /// True once the cost has passed its limit: every further step fails.
    var isExhausted: Bool { context.cost > context.limit }

    mutating func fail(_ error: CELErrorCode, _ node: Node) -> CELBool {
        failure = CELEvaluationError(code: error, offset: Int(node.position))
        return .isError
    }

    // MARK: conditions

    mutating func bool(_ index: Int32) -> CELBool {
        let node = code.nodes[Int(index)]
        guard context.step() else { return fail(.costExceeded, node) }
        return outcome(of: node)
    }

    /// The outcome of a node whose step has been counted.
    mutating func outcome(of node: Node) -> CELBool {
        switch node.op {
        case .and: return conjunction(node)
        case .or: return disjunction(node)
        case .not:
            switch bool(node.a) {
            case .isTrue: return .isFalse
            case .isFalse: return .isTrue
            case .isError: return .isError
            }
        case .compareInt: return compareInt(node)
        case .compareString: return compareString(node)
        case .isInStrings: return isInStrings(node)
        case .hasSlotField: return hasSlotField(node)
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: return compare(node)
        case .isIn: return contains(node)
        case .conditional:
            switch bool(node.a) {
            case .isTrue: return bool(node.b)
            case .isFalse: return bool(node.c)
            case .isError: return .isError
            }
        case .loop where code.loops[Int(node.a)].operation.isQuantifier:
            return quantify(code.loops[Int(node.a)], node)
        default:
            return boolOfValue(node)
        }
    }

    private mutating func boolOfValue(_ node: Node) -> CELBool {
        do throws(CELEvaluationError) {
            guard case .bool(let flag) = try valueOf(node) else { return fail(.noSuchOverload, node) }
            return flag ? .isTrue : .isFalse
        } catch {
            failure = error
            return .isError
        }
    }

    private mutating func conjunction(_ node: Node) -> CELBool {
        var first: CELEvaluationError?
        for child in Int(node.a)..<Int(node.a + node.b) {
            switch bool(code.children[child]) {
            case .isTrue: continue
            case .isFalse: return .isFalse
            case .isError: first = first ?? failure
            }
        }
        guard let first else { return .isTrue }
        failure = first
        return .isError
    }

    private mutating func disjunction(_ node: Node) -> CELBool {
        var first: CELEvaluationError?
        for child in Int(node.a)..<Int(node.a + node.b) {
            switch bool(code.children[child]) {
            case .isTrue: return .isTrue
            case .isFalse: continue
            case .isError: first = first ?? failure
            }
        }
        guard let first else { return .isFalse }
        failure = first
        return .isError
    }

    private mutating func compare(_ node: Node) -> CELBool {
        do throws(CELEvaluationError) {
            let left = try value(node.a)
            let right = try value(node.b)
            if node.op == .equal || node.op == .notEqual {
                return try isEqual(left, right, node) == (node.op == .equal) ? .isTrue : .isFalse
            }
            guard let ordering = left.compared(to: right) else { return fail(.noSuchOverload, node) }
            return ordering.satisfies(node.op) ? .isTrue : .isFalse
        } catch {
            failure = error
            return .isError
        }
    }

    private mutating func contains(_ node: Node) -> CELBool {
        do throws(CELEvaluationError) {
            let element = try value(node.a)
            switch try value(node.b) {
            case .list(let list):
                for member in list where try isEqual(member, element, node) { return .isTrue }
                return .isFalse
            case .map(let map):
                return map.value(for: element) == nil ? .isFalse : .isTrue
            default:
                return fail(.noSuchOverload, node)
            }
        } catch {
            failure = error
            return .isError
        }
    }

    private mutating func hasSlotField(_ node: Node) -> CELBool {
        let slot = Int(node.a)
        guard slot < slots.count, let value = slots[slot] else { return fail(.unboundVariable, node) }
        guard case .record(let record) = value, Int(node.b) < record.fields.count else {
            return fail(.noSuchOverload, node)
        }
        return record.fields[Int(node.b)] == nil ? .isFalse : .isTrue
    }

    mutating func charge(_ units: Int, _ node: Node) throws(CELEvaluationError) {
        do throws(CELErrorCode) {
            try context.charge(units)
        } catch {
            throw CELEvaluationError(code: error, offset: Int(node.position))
        }
    }

    /// Equality that is charged as it goes.
    private mutating func isEqual(
        _ left: CELValue, _ right: CELValue, _ node: Node
    ) throws(CELEvaluationError) -> Bool {
        let allowance = Int(clamping: context.limit - min(context.cost, context.limit)) + 1
        var budget = allowance
        let isEqual = left.isEqual(to: right, budget: &budget)
        try charge(allowance - budget - 1, node)
        return isEqual
    }
}

extension Ordering {
    @inline(__always)
    func satisfies(_ relation: Op) -> Bool {
        switch relation {
        case .equal: self == .equal
        case .notEqual: self != .equal
        case .less: self == .less
        case .lessOrEqual: self == .less || self == .equal
        case .greater: self == .greater
        default: self == .greater || self == .equal
        }
    }
}

extension Expr.Comprehension.Operation {
    var isQuantifier: Bool { self == .all || self == .exists || self == .existsOne }
}
