extension Checker {
    mutating func inferName(_ expression: Expr, _ name: String, isRooted: Bool) throws(CELCompileError) {
        if !isRooted, let local = local(name) {
            expression.reference = .local(local)
            expression.type = locals[local].type
            return
        }
        if resolveGlobal(expression, name, isRooted: isRooted) { return }
        try report("'\(name)' is not declared.", expression.position)
        expression.reference = .failure(.noSuchVariable)
        expression.type = .dyn
    }

    private func local(_ name: String) -> Int? { locals.lastIndex { $0.name == name } }

    /// A variable or the name of a type; the innermost namespace wins.
    private func resolveGlobal(_ expression: Expr, _ name: String, isRooted: Bool) -> Bool {
        for candidate in environment.candidates(name, isRooted: isRooted) {
            if let slot = environment.slot(of: candidate) {
                expression.reference = .variable(slot: slot)
                expression.type = environment.variables[slot].type
                return true
            }
            if let type = Self.typeNames[candidate] {
                expression.reference = .typeName(type)
                expression.type = .type(type)
                return true
            }
        }
        return false
    }

    private static let typeNames: [String: CELType] = [
        "null_type": .null, "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string,
        "bytes": .bytes, "list": .list(.dyn), "map": .map(.dyn, .dyn), "type": .type(.dyn),
        "google.protobuf.Timestamp": .timestamp, "google.protobuf.Duration": .duration,
        "optional_type": .optional(.dyn),
    ]

    /// The dotted name that a chain of plain selections spells, unless it starts at a local variable.
    private func qualifiedName(_ expression: Expr) -> (name: String, isRooted: Bool)? {
        switch expression.kind {
        case .identifier(let name, let isRooted):
            return isRooted || local(name) == nil ? (name, isRooted) : nil
        case .select(let operand, let field, isTest: false, isOptional: false):
            guard let prefix = qualifiedName(operand) else { return nil }
            return (prefix.name + "." + field, prefix.isRooted)
        default:
            return nil
        }
    }

    mutating func inferSelect(_ expression: Expr) throws(CELCompileError) {
        guard case .select(let operand, let field, let isTest, let isOptional) = expression.kind else { return }
        if let (name, isRooted) = qualifiedName(expression), resolveGlobal(expression, name, isRooted: isRooted) {
            return
        }
        try infer(operand)
        var type = unifier.resolved(operand.type, final: false)
        var wraps = isOptional
        if case .optional(let inner) = type {
            type = inner
            wraps = true
        }
        let selected = try fieldType(of: type, field, expression)
        expression.type = isTest ? .bool : wraps ? .optional(selected) : selected
    }

    private func fieldType(of type: CELType, _ field: String, _ expression: Expr) throws(CELCompileError) -> CELType {
        switch unifier.resolved(type, final: true) {
        case .record(let record):
            guard let index = record.index(of: field) else {
                try report("\(record.name) has no field '\(field)'.", expression.position)
                expression.reference = .failure(.noSuchField)
                return .dyn
            }
            expression.reference = .field(index)
            return record.fields[index].type
        case .map(_, let value):
            return value
        case .dyn:
            return .dyn
        default:
            try report("\(text(type)) has no fields.", expression.position)
            return .dyn
        }
    }

    // MARK: calls

    mutating func inferCall(
        _ expression: Expr, _ name: String, _ target: Expr?, _ arguments: [Expr]
    ) throws(CELCompileError) {
        for argument in arguments { try infer(argument) }
        guard let target else {
            let isRooted = name.hasPrefix(".")
            let plain = isRooted ? String(name.dropFirst()) : name
            let found = environment.candidates(plain, isRooted: isRooted).first { environment.functions.contains($0) }
            try resolveCall(expression, found ?? plain, isMember: false, arguments)
            return
        }
        if let (prefix, isRooted) = qualifiedName(target),
            let found = environment.candidates(prefix + "." + name, isRooted: isRooted)
                .first(where: { environment.functions.contains($0) })
        {
            try resolveCall(expression, found, isMember: false, arguments)
            return
        }
        try infer(target)
        try resolveCall(expression, name, isMember: true, [target] + arguments)
    }

    mutating func resolveCall(
        _ expression: Expr, _ name: String, isMember: Bool, _ arguments: [Expr]
    ) throws(CELCompileError) {
        expression.type = .dyn
        guard let entry = environment.functions.find(name, isMember: isMember, arity: arguments.count) else {
            expression.reference = .failure(.noSuchFunction)
            let isKnown = environment.functions.named(name).contains { $0.isMember == isMember }
            let count = arguments.count - (isMember ? 1 : 0)
            let problem = isKnown ? "does not take \(count) arguments" : "is not declared"
            try report("The function '\(name)' \(problem).", expression.position)
            return
        }
        expression.reference = .function(entry)
        guard entry.arity != nil else {
            expression.type = try variadicType(entry, arguments, expression)
            return
        }
        var result: CELType?
        for overload in entry.overloads {
            let signature = unifier.freshened(overload.parameters + [overload.result])
            guard let type = signature.last,
                unifier.assign(arguments.map(\.type), to: Array(signature.dropLast()))
            else { continue }
            let found = unifier.resolved(type, final: false)
            result = result.map { $0.isExactly(found) ? found : .dyn } ?? found
        }
        if let result {
            expression.type = result
        } else {
            let types = arguments.map { text($0.type) }.joined(separator: ", ")
            try report("\(Self.displayName(name)) does not take (\(types)).", expression.position)
        }
    }

    /// math.greatest and math.least: numbers, or one list of numbers.
    private func variadicType(
        _ entry: FunctionEntry, _ arguments: [Expr], _ expression: Expr
    ) throws(CELCompileError) -> CELType {
        var types = arguments.map { unifier.resolved($0.type, final: true) }
        if types.count == 1, case .list(let element) = types[0] {
            if case .list(let elements) = arguments[0].kind, elements.isEmpty { types = [] } else { types = [element] }
        }
        let areNumbers = types.allSatisfy { type in
            switch type {
            case .int, .uint, .double, .dyn: true
            default: false
            }
        }
        guard areNumbers, let first = types.first else {
            try report("'\(entry.name)' takes numbers or one list of numbers.", expression.position)
            return .dyn
        }
        return types.allSatisfy { $0.isExactly(first) } ? first : .dyn
    }

    /// The operator as it was written.
    static func displayName(_ name: String) -> String {
        let plain = name == "_[_]" || name == "_[?_]" ? "[]" : String(name.filter { $0 != "_" && $0 != "@" })
        return name.hasPrefix("_") || name.hasPrefix("@") || name == "-_" ? "'\(plain)'" : "'\(name)'"
    }

    // MARK: comprehensions

    mutating func inferComprehension(_ part: Expr.Comprehension) throws(CELCompileError) -> CELType {
        try infer(part.range)
        let types = try elementTypes(part)
        var added = [Local(name: part.first, type: types.first)]
        if let second = part.second { added.append(Local(name: second, type: types.second)) }
        locals.append(contentsOf: added)
        defer { locals.removeLast(added.count) }
        if let condition = part.condition {
            try infer(condition)
            if !unifier.assign([condition.type], to: [.bool]) {
                try report("The condition must be bool, not \(text(condition.type)).", condition.position)
            }
        }
        var result = CELType.dyn
        if let body = part.body {
            try infer(body)
            result = body.type
        }
        switch part.operation {
        case .all, .exists, .existsOne: return .bool
        case .filter: return .list(types.first)
        case .map, .transformList: return .list(result)
        case .transformMap: return .map(types.first, result)
        case .transformMapEntry:
            let (key, value) = (unifier.freshParameter(), unifier.freshParameter())
            if let body = part.body, !unifier.assign([result], to: [.map(key, value)]) {
                try report("transformMapEntry() needs a map with one entry, not \(text(result)).", body.position)
            }
            return .map(key, value)
        }
    }

    private mutating func elementTypes(
        _ part: Expr.Comprehension
    ) throws(CELCompileError) -> (first: CELType, second: CELType) {
        switch unifier.resolved(part.range.type, final: false) {
        case .list(let element): return part.second == nil ? (element, .dyn) : (.int, element)
        case .map(let key, let value): return (key, value)
        case .dyn, .parameter: return (.dyn, .dyn)
        default:
            try report("A list or a map is expected here, not \(text(part.range.type)).", part.range.position)
            return (.dyn, .dyn)
        }
    }
}
