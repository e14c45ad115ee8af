/// The worst case of one evaluation, from declared maximum sizes. Saturates instead of overflowing.
struct CostEstimate {
    private struct Estimate {
        var cost: UInt64
        /// Scalars, bytes or elements of the result.
        var size: UInt64
        /// Size of an element of the result.
        var elementSize: UInt64
    }

    let environment: CELEnvironment
    private var unknownSize: UInt64 { UInt64(max(1, environment.limits.defaultMaxSize)) }

    init(environment: CELEnvironment) { self.environment = environment }

    func cost(of tree: Expr) -> UInt64 { estimate(tree, [:]).cost }

    private func estimate(_ expression: Expr, _ sizes: [String: UInt64]) -> Estimate {
        switch expression.kind {
        case .literal(let value):
            return Estimate(cost: 1, size: literalSize(value), elementSize: 1)
        case .identifier(let name, _):
            return Estimate(cost: 1, size: size(of: expression, name, sizes), elementSize: unknownSize)
        case .select(let operand, _, _, _):
            let inner = estimate(operand, sizes)
            return Estimate(cost: plus(inner.cost, 1), size: size(of: expression, "", sizes), elementSize: unknownSize)
        case .list(let elements):
            let parts = elements.map { estimate($0.value, sizes) }
            return Estimate(
                cost: total(parts.map(\.cost)), size: UInt64(elements.count),
                elementSize: parts.map(\.size).max() ?? 1)
        case .map(let entries):
            let parts = entries.map { (estimate($0.key, sizes), estimate($0.value, sizes)) }
            return Estimate(
                cost: total(parts.map { plus($0.0.cost, $0.1.cost) }), size: UInt64(entries.count),
                elementSize: parts.map { max($0.0.size, $0.1.size) }.max() ?? 1)
        case .conditional(let condition, let first, let second):
            let (one, other) = (estimate(first, sizes), estimate(second, sizes))
            return Estimate(
                cost: total([estimate(condition, sizes).cost, max(one.cost, other.cost)]),
                size: max(one.size, other.size), elementSize: max(one.elementSize, other.elementSize))
        case .comprehension(let part):
            return loop(part, sizes)
        case .bind(let name, let value, let body), .optionalMap(let value, let name, let body, _):
            let inner = estimate(value, sizes)
            let result = estimate(body, sizes.merging([name: inner.size]) { $1 })
            return Estimate(
                cost: total([inner.cost, result.cost]), size: result.size, elementSize: result.elementSize)
        default:
            return operation(expression, sizes)
        }
    }

    /// Operators and calls: every operand's size may be handled once.
    private func operation(_ expression: Expr, _ sizes: [String: UInt64]) -> Estimate {
        let parts = expression.children.map { estimate($0, sizes) }
        let costs = total(parts.map(\.cost))
        let element = parts.map(\.elementSize).max() ?? 1
        switch expression.kind {
        case .not, .and, .or:
            return Estimate(cost: costs, size: 1, elementSize: 1)
        case .index:
            return Estimate(cost: costs, size: element, elementSize: unknownSize)
        default:
            let handled = parts.reduce(0) { plus($0, $1.size) }
            let product = parts.reduce(1) { times($0, max(1, $1.size)) }
            var most = handled
            if case .call(let name, _, _) = expression.kind, Self.products.contains(name) { most = product }
            return Estimate(
                cost: plus(costs, most), size: isScalar(expression.type) ? 1 : max(most, 32), elementSize: element)
        }
    }

    /// Functions whose work or result may grow with the product of the sizes of their arguments.
    private static let products: Set<String> = ["matches", "replace", "join", "@in", "indexOf", "lastIndexOf"]

    private func loop(_ part: Expr.Comprehension, _ sizes: [String: UInt64]) -> Estimate {
        let range = estimate(part.range, sizes)
        var scope = sizes
        scope[part.first] = range.elementSize
        if let second = part.second { scope[second] = range.elementSize }
        let condition = part.condition.map { estimate($0, scope).cost } ?? 0
        let body = part.body.map { estimate($0, scope) }
        let step = total([condition, body?.cost ?? 0])
        let isQuantifier = part.operation.isQuantifier
        return Estimate(
            cost: total([range.cost, times(range.size, step)]), size: isQuantifier ? 1 : range.size,
            elementSize: body?.size ?? range.elementSize)
    }

    private func isScalar(_ type: CELType) -> Bool {
        switch type {
        case .null, .bool, .int, .uint, .double, .timestamp, .duration, .type: true
        default: false
        }
    }

    private func size(of expression: Expr, _ name: String, _ sizes: [String: UInt64]) -> UInt64 {
        if isScalar(expression.type) { return 1 }
        switch expression.reference {
        case .variable(let slot):
            return environment.variables[slot].maxSize.map { UInt64(max(0, $0)) } ?? unknownSize
        case .field(let index):
            guard case .select(let operand, _, _, _) = expression.kind, case .record(let type) = operand.type else {
                return unknownSize
            }
            return type.fields[index].maxSize.map { UInt64(max(0, $0)) } ?? unknownSize
        default:
            return sizes[name] ?? unknownSize
        }
    }

    private func literalSize(_ value: CELValue) -> UInt64 {
        switch value {
        case .string(let text): UInt64(text.utf8.count)
        case .bytes(let bytes): UInt64(bytes.count)
        default: 1
        }
    }

    private func plus(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let sum = left.addingReportingOverflow(right)
        return sum.overflow ? .max : sum.partialValue
    }

    private func times(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedReportingOverflow(by: right)
        return product.overflow ? .max : product.partialValue
    }

    /// The sum, and one for the node itself.
    private func total(_ costs: [UInt64]) -> UInt64 { costs.reduce(1) { plus($0, $1) } }
}
