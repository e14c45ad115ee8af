/// Something known true where a field is read.
package enum CELGuard: Sendable {
    /// `has(path)`.
    case has(String)
    /// The path equals one of these constants.
    case oneOf(String, [CELValue])

    /// The path that was tested.
    package var path: String {
        switch self {
        case .has(let path), .oneOf(let path, _): path
        }
    }
}

/// One read of a field of a record variable.
package struct CELFieldRead: Sendable {
    /// `variable.field`.
    package let path: String
    /// The variable's name.
    package let variable: String
    /// The field's name.
    package let field: String
    /// True when a record may lack the field.
    package let isOptional: Bool
    /// Byte offset in the expression.
    package let offset: Int
    /// Line of the field's name, from 1.
    package let line: Int
    /// Column of the field's name in Unicode scalars, from 1.
    package let column: Int
    /// What is known true where the field is read: tests to its left in the same `&&`, and the like in `||` and `?:`.
    package let guards: [CELGuard]

    /// True when the read cannot meet an absent field: the field is not optional, or `has()` was asked for it, or a
    /// constant was compared with one of the paths that decide about it (such as `signal.kind`).
    package func isGuarded(byTestOf paths: [String]) -> Bool {
        guard isOptional else { return true }
        return guards.contains { known in
            switch known {
            case .has(let path): path == self.path
            case .oneOf(let path, _): path == self.path || paths.contains(path)
            }
        }
    }
}

/// What is known of a program without running it.
struct ProgramFacts: Sendable {
    private(set) var variables: [String] = []
    private(set) var reads: [CELFieldRead] = []
    private var limits: [String: [CELValue]] = [:]
    private let names: [String]

    init(_ tree: Expr, environment: CELEnvironment, source: Source) {
        names = environment.variables.map(\.name)
        var scope = Scope(environment: environment, source: source)
        scope.walk(tree, known: [])
        variables = scope.variables
        reads = scope.reads
        for (path, values) in scope.limits(of: tree) { limits[path] = values }
    }

    func possibleValues(of path: String) -> [CELValue]? { limits[path] }
}

/// Walks the tree and carries what is known.
private struct Scope {
    let environment: CELEnvironment
    let source: Source
    var variables: [String] = []
    var reads: [CELFieldRead] = []

    init(environment: CELEnvironment, source: Source) {
        self.environment = environment
        self.source = source
    }

    mutating func walk(_ expression: Expr, known: [CELGuard]) {
        noteVariable(expression)
        switch expression.kind {
        case .and(let operands), .or(let operands):
            var facts = known
            var isAnd = false
            if case .and = expression.kind { isAnd = true }
            for operand in operands {
                walk(operand, known: facts)
                facts += self.facts(operand, when: isAnd)
            }
        case .conditional(let condition, let first, let second):
            walk(condition, known: known)
            walk(first, known: known + facts(condition, when: true))
            walk(second, known: known + facts(condition, when: false))
        case .select(let operand, let field, let isTest, let isOptional):
            if case .variable = expression.reference { return }
            if !isTest, !isOptional { noteRead(expression, operand, field, known) }
            walk(operand, known: known)
        default:
            for child in expression.children { walk(child, known: known) }
        }
    }

    private mutating func noteVariable(_ expression: Expr) {
        guard case .variable(let slot) = expression.reference else { return }
        let name = environment.variables[slot].name
        if !variables.contains(name) { variables.append(name) }
    }

    private mutating func noteRead(_ expression: Expr, _ operand: Expr, _ field: String, _ known: [CELGuard]) {
        guard case .field(let index) = expression.reference, case .record(let type) = operand.type,
            let variable = path(operand)
        else { return }
        let place = source.place(of: expression.position)
        reads.append(
            CELFieldRead(
                path: variable + "." + field, variable: variable, field: field,
                isOptional: type.fields[index].isOptional, offset: expression.position, line: place.line,
                column: place.column, guards: known))
    }

    /// `variable` or `variable.field`, also deeper.
    private func path(_ expression: Expr) -> String? {
        if case .variable(let slot) = expression.reference { return environment.variables[slot].name }
        guard case .select(let operand, let field, _, isOptional: false) = expression.kind,
            case .field = expression.reference, let prefix = path(operand)
        else { return nil }
        return prefix + "." + field
    }

    /// What is known when an expression is true, or when it is false.
    private func facts(_ expression: Expr, when isTrue: Bool) -> [CELGuard] {
        switch expression.kind {
        case .not(let operand):
            return facts(operand, when: !isTrue)
        case .and(let operands) where isTrue, .or(let operands) where !isTrue:
            return operands.flatMap { facts($0, when: isTrue) }
        case .and(let operands), .or(let operands):
            return common(operands.map { facts($0, when: isTrue) })
        case .select(_, _, isTest: true, isOptional: false):
            guard isTrue, let path = path(expression) else { return [] }
            return [.has(path)]
        default:
            return comparison(expression, isTrue).map { [.oneOf($0.path, $0.values)] } ?? []
        }
    }

    /// What every one of the alternatives says.
    private func common(_ alternatives: [[CELGuard]]) -> [CELGuard] {
        guard let first = alternatives.first else { return [] }
        return first.compactMap { known in
            var values: [CELValue] = []
            for alternative in alternatives {
                switch (known, alternative.first { $0.path == known.path && $0.isTest == known.isTest }) {
                case (.has, .some): continue
                case (.oneOf, .oneOf(_, let more)?): values += more
                default: return nil
                }
            }
            if case .has = known { return known }
            return .oneOf(known.path, values)
        }
    }

    /// A path that equals one of some constants exactly when the expression is true (or false).
    private func comparison(_ expression: Expr, _ isTrue: Bool) -> (path: String, values: [CELValue])? {
        guard case .call(let name, target: nil, let operands) = expression.kind, operands.count == 2 else { return nil }
        if name == (isTrue ? "_==_" : "_!=_") {
            for (one, other) in [(operands[0], operands[1]), (operands[1], operands[0])] {
                if let path = path(one), case .literal(let value) = other.kind { return (path, [value]) }
            }
        }
        guard isTrue, name == "@in", let path = path(operands[0]), case .list(let elements) = operands[1].kind else {
            return nil
        }
        var values: [CELValue] = []
        for element in elements {
            guard !element.isOptional, case .literal(let value) = element.value.kind else { return nil }
            values.append(value)
        }
        return (path, values)
    }

    /// For each path, the constants outside which the expression is certainly false.
    func limits(of expression: Expr) -> [String: [CELValue]] {
        switch expression.kind {
        case .and(let operands):
            var found: [String: [CELValue]] = [:]
            for operand in operands {
                found.merge(limits(of: operand)) { old, new in
                    old.filter { value in new.contains { $0.isEqual(to: value) } }
                }
            }
            return found
        case .or(let operands):
            let all = operands.filter { !$0.isLiteral(false) }.map { limits(of: $0) }
            guard var found = all.first else { return [:] }
            for next in all.dropFirst() {
                found = found.filter { next[$0.key] != nil }.merging(next.filter { found[$0.key] != nil }) { old, new in
                    old + new.filter { value in !old.contains { $0.isEqual(to: value) } }
                }
            }
            return found
        case .not(let operand):
            return comparison(operand, false).map { [$0.path: $0.values] } ?? [:]
        default:
            return comparison(expression, true).map { [$0.path: $0.values] } ?? [:]
        }
    }
}

extension CELGuard {
    fileprivate var isTest: Bool {
        if case .oneOf = self { true } else { false }
    }
}

extension Expr {
    fileprivate func isLiteral(_ flag: Bool) -> Bool {
        if case .literal(.bool(let value)) = kind { value == flag } else { false }
    }
}
