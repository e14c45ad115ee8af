/// Resolves names and infers types, writing both into the tree. The first error ends it.
struct Checker {
    struct Local {
        let name: String
        let type: CELType
    }

    let environment: CELEnvironment
    let source: Source
    /// When false, errors become failures at evaluation and types fall back to `dyn`.
    let isStrict: Bool
    var unifier = Unifier()
    var locals: [Local] = []

    init(environment: CELEnvironment, source: Source, isStrict: Bool) {
        self.environment = environment
        self.source = source
        self.isStrict = isStrict
    }

    mutating func check(_ tree: Expr, expecting: CELType?) throws(CELCompileError) -> CELType {
        try infer(tree)
        if let expecting, !unifier.assign([tree.type], to: [expecting]) {
            try report("The expression gives \(text(tree.type)); \(expecting.name) is expected.", tree.position)
        }
        finish(tree)
        return tree.type
    }

    func report(_ message: String, _ offset: Int) throws(CELCompileError) {
        if isStrict { throw CELCompileError(message, at: offset, in: source) }
    }

    func text(_ type: CELType) -> String { unifier.resolved(type, final: true).name }

    /// Replaces what is left of type parameters by `dyn`.
    private func finish(_ expression: Expr) {
        expression.type = unifier.resolved(expression.type, final: true)
        for child in expression.children { finish(child) }
    }

    mutating func infer(_ expression: Expr) throws(CELCompileError) {
        switch expression.kind {
        case .literal(let value):
            expression.type = value.type
        case .identifier(let name, let isRooted):
            try inferName(expression, name, isRooted: isRooted)
        case .select:
            try inferSelect(expression)
        case .index(let operand, let key, let isOptional):
            try infer(operand)
            try infer(key)
            let name = isOptional ? "_[?_]" : "_[_]"
            try resolveCall(expression, name, isMember: false, [operand, key])
        case .call(let name, let target, let arguments):
            try inferCall(expression, name, target, arguments)
        case .not(let operand):
            try inferBool(operand, in: "!")
            expression.type = .bool
        case .and(let operands):
            for operand in operands { try inferBool(operand, in: "&&") }
            expression.type = .bool
        case .or(let operands):
            for operand in operands { try inferBool(operand, in: "||") }
            expression.type = .bool
        case .conditional(let condition, let first, let second):
            try inferBool(condition, in: "?")
            try infer(first)
            try infer(second)
            expression.type = try joined(first, second)
        case .list(let elements):
            try inferList(expression, elements)
        case .map(let entries):
            try inferMap(expression, entries)
        case .comprehension(let part):
            expression.type = try inferComprehension(part)
        case .bind(let name, let value, let body):
            try infer(value)
            expression.type = try inferScoped(body, [Local(name: name, type: value.type)])
        case .optionalMap(let operand, let name, let body, let isFlat):
            try inferOptionalMap(expression, operand, name, body, isFlat)
        }
    }

    private mutating func inferBool(_ operand: Expr, in symbol: String) throws(CELCompileError) {
        try infer(operand)
        if !unifier.assign([operand.type], to: [.bool]) {
            try report("'\(symbol)' takes bool here, not \(text(operand.type)).", operand.position)
        }
    }

    private mutating func joined(_ first: Expr, _ second: Expr) throws(CELCompileError) -> CELType {
        if let type = unifier.join(first.type, second.type) { return type }
        try report(
            "Both results of '?:' must have one type; they are \(text(first.type)) and \(text(second.type)).",
            second.position)
        return .dyn
    }

    private mutating func inferList(_ expression: Expr, _ elements: [Expr.Element]) throws(CELCompileError) {
        var type: CELType?
        for element in elements {
            try infer(element.value)
            let inner = element.isOptional ? try unwrapped(element.value) : element.value.type
            type = unifier.join(type, inner) ?? .dyn
        }
        expression.type = .list(type ?? unifier.freshParameter())
    }

    private mutating func inferMap(_ expression: Expr, _ entries: [Expr.Entry]) throws(CELCompileError) {
        var (keys, values): (CELType?, CELType?)
        for entry in entries {
            try infer(entry.key)
            try infer(entry.value)
            if !isKey(unifier.resolved(entry.key.type, final: true)) {
                let type = text(entry.key.type)
                try report("A key of a map is a bool, int, uint or string, not \(type).", entry.key.position)
            }
            let inner = entry.isOptional ? try unwrapped(entry.value) : entry.value.type
            keys = unifier.join(keys, entry.key.type) ?? .dyn
            values = unifier.join(values, inner) ?? .dyn
        }
        expression.type = .map(keys ?? unifier.freshParameter(), values ?? unifier.freshParameter())
    }

    private func isKey(_ type: CELType) -> Bool {
        switch type {
        case .bool, .int, .uint, .string, .dyn: true
        default: false
        }
    }

    /// The type inside an optional, for `[?x]` and `{?k: x}`.
    private mutating func unwrapped(_ expression: Expr) throws(CELCompileError) -> CELType {
        let inner = unifier.freshParameter()
        if unifier.assign([expression.type], to: [.optional(inner)]) { return inner }
        try report("An optional value is expected here, not \(text(expression.type)).", expression.position)
        return .dyn
    }

    private mutating func inferOptionalMap(
        _ expression: Expr, _ operand: Expr, _ name: String, _ body: Expr, _ isFlat: Bool
    ) throws(CELCompileError) {
        try infer(operand)
        let inner = try unwrapped(operand)
        let result = try inferScoped(body, [Local(name: name, type: inner)])
        guard isFlat else {
            expression.type = .optional(result)
            return
        }
        expression.type = .optional(try unwrapped(body))
    }

    /// Checks with more local variables in scope.
    mutating func inferScoped(_ body: Expr, _ added: [Local]) throws(CELCompileError) -> CELType {
        locals.append(contentsOf: added)
        try infer(body)
        locals.removeLast(added.count)
        return body.type
    }
}
