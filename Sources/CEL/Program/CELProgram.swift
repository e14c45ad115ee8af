/// A compiled expression: immutable, cheap to copy, usable from any number of tasks at once.
package struct CELProgram: Sendable {
    /// One reference, so that copies cost next to nothing.
    let code: Code

    /// The type of the result; `dyn` when only the evaluation tells.
    package var resultType: CELType { code.details.resultType }

    /// Worst case in cost units, from the declared maximum sizes.
    package var estimatedCost: UInt64 { code.details.estimatedCost }

    /// The expression as it was given.
    package var source: String { code.details.source.text }

    /// Evaluates; the error names the operation that failed.
    package func evaluate(in activation: CELActivation) throws(CELEvaluationError) -> CELValue {
        try Evaluator.run(code, activation) { (evaluator) throws(CELEvaluationError) in
            let value = try evaluator.value(code.root)
            if evaluator.isExhausted { throw CELEvaluationError(code: .costExceeded, offset: 0) }
            return value
        }
    }

    /// Evaluates a condition without allocating in the typical case; a result that is not a bool is an error.
    package func evaluateBool(in activation: CELActivation) -> CELBool {
        Evaluator.run(code, activation) { evaluator in
            let outcome = evaluator.bool(code.root)
            return evaluator.isExhausted ? .isError : outcome
        }
    }

    /// Evaluates a condition and keeps the reason of an error.
    package func evaluateBoolReporting(in activation: CELActivation) -> Result<Bool, CELEvaluationError> {
        Evaluator.run(code, activation) { evaluator in
            let outcome = evaluator.bool(code.root)
            if evaluator.isExhausted { return .failure(CELEvaluationError(code: .costExceeded, offset: 0)) }
            switch outcome {
            case .isTrue: return .success(true)
            case .isFalse: return .success(false)
            case .isError: return .failure(evaluator.failure)
            }
        }
    }

    /// The cost units of one evaluation, whatever its outcome: for tests and for tuning limits.
    package func cost(in activation: CELActivation) -> UInt64 {
        Evaluator.run(code, activation) { evaluator in
            _ = try? evaluator.value(code.root)
            return evaluator.context.cost
        }
    }

    /// `line:column: message` of an evaluation error.
    package func render(_ error: CELEvaluationError) -> String {
        let place = code.details.source.place(of: error.offset)
        return "\(place.line):\(place.column): \(error.code.message)"
    }

    // MARK: introspection

    /// The names of the variables that are read, in order of first use.
    package var variables: [String] { code.details.facts.variables }

    /// Every read of a field of a record variable, in order of evaluation.
    package var fieldReads: [CELFieldRead] { code.details.facts.reads }

    /// The constants that a field or variable (such as `signal.kind`) must equal for the expression to be anything but
    /// false, given that the field is present; nil when there is no such list. An empty list: never true.
    package func possibleValues(of path: String) -> [CELValue]? { code.details.facts.possibleValues(of: path) }

    // MARK: explanation

    /// The values of the sub-expressions, depth first. What `&&`, `||` and `?:` did not need is left out, and so are
    /// literals and the bodies of comprehensions.
    package func explain(in activation: CELActivation) -> [CELTraceLine] {
        var explanation = Explanation(program: self, activation: activation)
        explanation.add(code.trace, depth: 0)
        return explanation.lines
    }

}
