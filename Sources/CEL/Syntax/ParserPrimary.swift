extension Parser {
    mutating func primary() throws(CELCompileError) -> Expr {
        let start = token.start
        switch token.kind {
        case .symbol(.leftParenthesis):
            try advance()
            let inner = try expression()
            try expect(.rightParenthesis)
            return inner
        case .symbol(.leftBracket):
            try advance()
            return try list(from: start)
        case .symbol(.leftBrace):
            try advance()
            return try map(from: start)
        case .symbol(.dot):
            try advance()
            guard case .identifier(let name) = token.kind else { throw failure("A name is expected after the dot.") }
            return try identifier(name, isRooted: true, from: start)
        case .identifier(let name):
            return try identifier(name, isRooted: false, from: start)
        default:
            return try literal(from: start)
        }
    }

    private mutating func literal(from start: Int) throws(CELCompileError) -> Expr {
        let value: CELValue
        switch token.kind {
        case .int(let number):
            guard let signed = Int64(exactly: number) else {
                throw failure("This number is out of the range of an int.")
            }
            value = .int(signed)
        case .uint(let number): value = .uint(number)
        case .double(let number): value = .double(number)
        case .string(let text): value = .string(text)
        case .bytes(let bytes): value = .bytes(bytes)
        case .end: throw failure("The expression ends too early.")
        default: throw failure("A value is expected here.")
        }
        try advance()
        return try node(.literal(value), from: start)
    }

    private mutating func identifier(
        _ name: String, isRooted: Bool, from start: Int
    ) throws(CELCompileError) -> Expr {
        let position = token.start
        if let constant = Self.constants[name] {
            guard !isRooted else { throw failure("'\(name)' is not a name.") }
            try advance()
            return try node(.literal(constant), from: start)
        }
        guard !Self.reservedWords.contains(name), name != "in" else { throw failure("'\(name)' is a reserved word.") }
        try advance()
        if token.kind == .symbol(.leftBrace) {
            throw failure("Messages cannot be built in this environment.", at: start)
        }
        guard try take(.leftParenthesis) else {
            return try node(.identifier(name, isRooted: isRooted), from: start, at: position)
        }
        let arguments = try expressions(until: .rightParenthesis)
        if expandsMacros, !isRooted, name == "has" {
            return try hasMacro(arguments, from: start)
        }
        return try node(.call(isRooted ? "." + name : name, target: nil, arguments), from: start, at: position)
    }

    private static let constants: [String: CELValue] = ["true": .bool(true), "false": .bool(false), "null": .null]

    private mutating func list(from start: Int) throws(CELCompileError) -> Expr {
        var elements: [Expr.Element] = []
        if try lonelyComma(before: .rightBracket) { return try node(.list([]), from: start) }
        while !(try take(.rightBracket)) {
            let isOptional = try take(.question)
            elements.append(Expr.Element(value: try expression(), isOptional: isOptional))
            if try !take(.comma) {
                try expect(.rightBracket)
                break
            }
        }
        return try node(.list(elements), from: start)
    }

    /// `[,]` and `{,}`, which the grammar allows.
    private mutating func lonelyComma(before close: Symbol) throws(CELCompileError) -> Bool {
        guard try take(.comma) else { return false }
        try expect(close)
        return true
    }

    private mutating func map(from start: Int) throws(CELCompileError) -> Expr {
        var entries: [Expr.Entry] = []
        if try lonelyComma(before: .rightBrace) { return try node(.map([]), from: start) }
        while !(try take(.rightBrace)) {
            let isOptional = try take(.question)
            let key = try expression()
            try expect(.colon)
            entries.append(Expr.Entry(key: key, value: try expression(), isOptional: isOptional))
            if try !take(.comma) {
                try expect(.rightBrace)
                break
            }
        }
        return try node(.map(entries), from: start)
    }
}
