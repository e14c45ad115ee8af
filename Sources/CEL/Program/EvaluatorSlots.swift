/// Comparisons of a variable, or of a field of a record variable, with a constant: no copies of values.
extension Evaluator {
    mutating func compareInt(_ node: Node) -> CELBool {
        let slot = Int(node.a)
        guard slot < slots.count, let value = slots[slot] else { return fail(.unboundVariable, node) }
        guard case .int(let constant) = code.constants[Int(node.c)] else { return fail(.noSuchOverload, node) }
        guard node.b >= 0 else { return compareInt(value, constant, node) }
        guard case .record(let record) = value, Int(node.b) < record.fields.count else {
            return fail(.noSuchOverload, node)
        }
        guard let field = record.fields[Int(node.b)] else { return fail(.absentField, node) }
        return compareInt(field, constant, node)
    }

    @inline(__always)
    private mutating func compareInt(_ value: CELValue, _ constant: Int64, _ node: Node) -> CELBool {
        if case .int(let number) = value {
            let isTrue =
                switch node.relation {
                case .equal: number == constant
                case .notEqual: number != constant
                case .less: number < constant
                case .lessOrEqual: number <= constant
                case .greater: number > constant
                default: number >= constant
                }
            return isTrue ? .isTrue : .isFalse
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
