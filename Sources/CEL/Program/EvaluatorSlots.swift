/// Comparisons of a variable, or of a field of a record variable, with a constant: no copies of values.
extension Evaluator {
    mutating func compareInt(_ node: Node) -> CELBool {
        let constant = code.integers[Int(node.c)]
        let slot = Int(node.a)
        if slot < slots.count {
            if node.b < 0 {
                if case .int(let number)? = slots[slot] { return Self.holds(number, node.relation, constant) }
            } else if case .record(let record)? = slots[slot], Int(node.b) < record.fields.count,
                case .int(let number)? = record.fields[Int(node.b)] {
                return Self.holds(number, node.relation, constant)
            }
        }
        return compareOther(node, constant)
    }

    @inline(__always)
    private static func holds(_ number: Int64, _ relation: Op, _ constant: Int64) -> CELBool {
        let isTrue =
            switch relation {
            case .equal: number == constant
            case .notEqual: number != constant
            case .less: number < constant
            case .lessOrEqual: number <= constant
            case .greater: number > constant
            default: number >= constant
            }
        return isTrue ? .isTrue : .isFalse
    }

    /// What is absent or no int; apart from the short way, which copies nothing.
    @inline(never)
    private mutating func compareOther(_ node: Node, _ constant: Int64) -> CELBool {
        let slot = Int(node.a)
        guard slot < slots.count, var value = slots[slot] else { return fail(.unboundVariable, node) }
        if node.b >= 0 {
            guard case .record(let record) = value, Int(node.b) < record.fields.count else {
                return fail(.noSuchOverload, node)
            }
            guard let field = record.fields[Int(node.b)] else { return fail(.absentField, node) }
            value = field
        }
        if node.relation == .equal || node.relation == .notEqual {
            return value.isEqual(to: .int(constant)) == (node.relation == .equal) ? .isTrue : .isFalse
        }
        guard let ordering = value.compared(to: .int(constant)) else { return fail(.noSuchOverload, node) }
        return ordering.satisfies(node.relation) ? .isTrue : .isFalse
    }

    mutating func compareString(_ node: Node) -> CELBool {
        let slot = Int(node.a)
        guard slot < slots.count, let value = slots[slot] else { return fail(.unboundVariable, node) }
        guard case .string(let constant) = code.constants[Int(node.c)] else { return fail(.noSuchOverload, node) }
        let isEqual: Bool
        if node.b >= 0 {
            guard case .record(let record) = value, Int(node.b) < record.fields.count else {
                return fail(.noSuchOverload, node)
            }
            guard let field = record.fields[Int(node.b)] else { return fail(.absentField, node) }
            isEqual = Self.isText(field, constant)
        } else {
            isEqual = Self.isText(value, constant)
        }
        return isEqual == (node.relation == .equal) ? .isTrue : .isFalse
    }

    @inline(__always)
    private static func isText(_ value: CELValue, _ constant: CELString) -> Bool {
        if case .string(let text) = value { return text == constant }
        return false
    }

    mutating func isInStrings(_ node: Node) -> CELBool {
        let slot = Int(node.a)
        guard slot < slots.count, let value = slots[slot] else { return fail(.unboundVariable, node) }
        guard case .list(let list) = code.constants[Int(node.c)] else { return fail(.noSuchOverload, node) }
        guard node.b >= 0 else { return search(value, list, node) }
        guard case .record(let record) = value, Int(node.b) < record.fields.count else {
            return fail(.noSuchOverload, node)
        }
        guard let field = record.fields[Int(node.b)] else { return fail(.absentField, node) }
        return search(field, list, node)
    }

    @inline(__always)
    private mutating func search(_ value: CELValue, _ list: ContiguousArray<CELValue>, _ node: Node) -> CELBool {
        guard case .string(let text) = value else { return .isFalse }
        guard (try? context.charge(list.count / 4)) != nil else { return fail(.costExceeded, node) }
        for element in list {
            if case .string(let other) = element, other == text { return .isTrue }
        }
        return .isFalse
    }
}
