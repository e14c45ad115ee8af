/// The value of one sub-expression.
package struct CELTraceLine: Sendable {
    /// The sub-expression as it was written.
    package let text: String
    /// Its byte offset in the expression.
    package let offset: Int
    /// 0 for the whole expression.
    package let depth: Int
    /// Its value or its error.
    package let outcome: Result<CELValue, CELEvaluationError>
}

/// Evaluates the sub-expressions of a program one by one.
struct Explanation {
    /// The most lines of one explanation.
    static let maxLines = 500

    private let program: CELProgram
    private let activation: CELActivation
    /// Cost units left for all lines together: as many as ten evaluations may use.
    private var budget: UInt64
    private(set) var lines: [CELTraceLine] = []

    init(program: CELProgram, activation: CELActivation) {
        self.program = program
        self.activation = activation
        let product = program.code.maxRunCost.multipliedReportingOverflow(by: 10)
        budget = product.overflow ? .max : product.partialValue
    }

    /// Adds the lines of a sub-expression; the result is its value when that is a bool.
    @discardableResult
    mutating func add(_ node: TraceNode, depth: Int) -> Bool? {
        guard lines.count < Self.maxLines else { return nil }
        let outcome = evaluate(node)
        if node.isShown {
            let text = program.code.details.source.text(node.start..<node.end)
            lines.append(CELTraceLine(text: text, offset: node.start, depth: depth, outcome: outcome))
        }
        let inner = node.isShown ? depth + 1 : depth
        if node.decision == .conditional, node.children.count == 3 {
            guard let flag = add(node.children[0], depth: inner) else { return outcome.bool }
            add(node.children[flag ? 1 : 2], depth: inner)
            return outcome.bool
        }
        for child in node.children {
            let flag = add(child, depth: inner)
            if flag == false && node.decision == .and || flag == true && node.decision == .or { break }
        }
        return outcome.bool
    }

    private mutating func evaluate(_ node: TraceNode) -> Result<CELValue, CELEvaluationError> {
        let limit = min(budget, program.code.maxRunCost)
        let (outcome, cost) = Evaluator.run(program.code, activation, limit: limit) { evaluator in
            let outcome = Result { () throws(CELEvaluationError) in try evaluator.value(node.node) }
            return (outcome, evaluator.context.cost)
        }
        budget -= min(budget, cost)
        return outcome
    }
}

extension Result<CELValue, CELEvaluationError> {
    fileprivate var bool: Bool? {
        if case .success(.bool(let flag)) = self { flag } else { nil }
    }
}
