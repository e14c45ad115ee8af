extension Parser {
    /// `has(e.f)`.
    mutating func hasMacro(_ arguments: [Expr], from start: Int) throws(CELCompileError) -> Expr {
        guard arguments.count == 1, let argument = arguments.first,
            case .select(let operand, let field, false, let isOptional) = argument.kind
        else {
            throw failure("has() takes one selection of a field, such as has(signal.battery).", at: start)
        }
        let test = Expr.Kind.select(operand, field: field, isTest: true, isOptional: isOptional)
        return try node(test, from: start, at: argument.position)
    }

    /// The macros written as calls on a target; nil when the call is none of them.
    mutating func memberMacro(
        _ name: String, _ target: Expr, _ arguments: [Expr], from start: Int, at position: Int
    ) throws(CELCompileError) -> Expr? {
        if name == "bind", case .identifier("cel", _) = target.kind, arguments.count == 3 {
            let variable = try variableName(arguments[0])
            return try node(.bind(variable, arguments[1], body: arguments[2]), from: start, at: position)
        }
        if name == "optMap" || name == "optFlatMap", arguments.count == 2 {
            let variable = try variableName(arguments[0])
            let kind = Expr.Kind.optionalMap(target, variable, body: arguments[1], isFlat: name == "optFlatMap")
            return try node(kind, from: start, at: position)
        }
        guard let part = try comprehension(name, target, arguments) else { return nil }
        if let second = part.second, second == part.first {
            throw failure("The two variables have the same name.", at: arguments[1].start)
        }
        return try node(.comprehension(part), from: start, at: position)
    }

    private func comprehension(
        _ name: String, _ range: Expr, _ arguments: [Expr]
    ) throws(CELCompileError) -> Expr.Comprehension? {
        typealias Part = Expr.Comprehension
        switch (name, arguments.count) {
        case ("all", 2), ("exists", 2), ("exists_one", 2), ("existsOne", 2), ("filter", 2):
            return Part(
                operation: Self.operation(name), range: range, first: try variableName(arguments[0]), second: nil,
                condition: arguments[1], body: nil)
        case ("all", 3), ("exists", 3), ("existsOne", 3), ("exists_one", 3):
            return Part(
                operation: Self.operation(name), range: range, first: try variableName(arguments[0]),
                second: try variableName(arguments[1]), condition: arguments[2], body: nil)
        case ("map", 2), ("map", 3):
            return Part(
                operation: .map, range: range, first: try variableName(arguments[0]), second: nil,
                condition: arguments.count == 3 ? arguments[1] : nil, body: arguments.last)
        case ("transformList", 3), ("transformList", 4), ("transformMap", 3), ("transformMap", 4),
            ("transformMapEntry", 3), ("transformMapEntry", 4):
            return Part(
                operation: Self.operation(name), range: range, first: try variableName(arguments[0]),
                second: try variableName(arguments[1]), condition: arguments.count == 4 ? arguments[2] : nil,
                body: arguments.last)
        default:
            return nil
        }
    }

    private static func operation(_ name: String) -> Expr.Comprehension.Operation {
        switch name {
        case "all": .all
        case "exists": .exists
        case "filter": .filter
        case "transformList": .transformList
        case "transformMap": .transformMap
        case "transformMapEntry": .transformMapEntry
        default: .existsOne
        }
    }

    private func variableName(_ argument: Expr) throws(CELCompileError) -> String {
        guard case .identifier(let name, isRooted: false) = argument.kind else {
            throw failure("A plain variable name is expected here.", at: argument.start)
        }
        return name
    }
}
