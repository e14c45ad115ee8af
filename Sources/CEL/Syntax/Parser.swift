/// Recursive descent over CEL's grammar, with bounds on nesting and on the number of nodes.
struct Parser {
    static let reservedWords: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ]
    static let keywords: Set<String> = ["in", "true", "false", "null"]

    let limits: CELLimits
    let expandsMacros: Bool
    private var lexer: Lexer
    private(set) var token: Token
    private(set) var previousEnd = 0
    private var nesting = 0
    private var nodeCount = 0

    static func parse(
        _ source: Source, limits: CELLimits, expandsMacros: Bool = true
    ) throws(CELCompileError) -> Expr {
        guard source.bytes.count <= limits.maxSourceBytes else {
            throw CELCompileError(
                "The expression is longer than \(limits.maxSourceBytes) bytes.", at: 0, in: source)
        }
        var parser = try Parser(source, limits: limits, expandsMacros: expandsMacros)
        let expression = try parser.expression()
        guard parser.token.kind == .end else {
            throw parser.failure("An operator or the end of the expression is expected here.")
        }
        return expression
    }

    private init(_ source: Source, limits: CELLimits, expandsMacros: Bool) throws(CELCompileError) {
        self.limits = limits
        self.expandsMacros = expandsMacros
        lexer = Lexer(source)
        token = try lexer.next()
    }

    // MARK: tokens

    func failure(_ message: String, at offset: Int? = nil) -> CELCompileError {
        lexer.failure(message, at: offset ?? token.start)
    }

    mutating func advance() throws(CELCompileError) {
        previousEnd = token.end
        token = try lexer.next()
    }

    mutating func take(_ symbol: Symbol) throws(CELCompileError) -> Bool {
        guard token.kind == .symbol(symbol) else { return false }
        try advance()
        return true
    }

    mutating func expect(_ symbol: Symbol) throws(CELCompileError) {
        guard try take(symbol) else { throw failure("'\(symbol.rawValue)' is expected here.") }
    }

    /// Makes a node that ends where the last token ended.
    mutating func node(_ kind: Expr.Kind, from start: Int, at position: Int? = nil) throws(CELCompileError) -> Expr {
        nodeCount += 1
        guard nodeCount <= limits.maxNodes else {
            throw failure("The expression has more than \(limits.maxNodes) parts.", at: start)
        }
        let made = Expr(kind, start: start, end: max(start, previousEnd), position: position ?? start)
        guard made.depth <= limits.maxDepth else {
            throw failure("The expression is nested more than \(limits.maxDepth) deep.", at: start)
        }
        return made
    }

    // MARK: operators

    mutating func expression() throws(CELCompileError) -> Expr {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= limits.maxNesting else {
            throw failure("The expression is nested more than \(limits.maxNesting) deep.")
        }
        let start = token.start
        let condition = try chain(.or)
        let position = token.start
        guard try take(.question) else { return condition }
        let first = try chain(.or)
        try expect(.colon)
        let second = try expression()
        return try node(.conditional(condition, first, second), from: start, at: position)
    }

    /// `||` of `&&` of relations; chains become one node, so that their length is not depth.
    private mutating func chain(_ symbol: Symbol) throws(CELCompileError) -> Expr {
        let start = token.start
        var operands = [symbol == .or ? try chain(.and) : try binary(0)]
        let position = token.start
        while try take(symbol) {
            operands.append(symbol == .or ? try chain(.and) : try binary(0))
        }
        guard operands.count > 1 else { return operands[0] }
        return try node(symbol == .or ? .or(operands) : .and(operands), from: start, at: position)
    }

    private mutating func binary(_ level: Int) throws(CELCompileError) -> Expr {
        let start = token.start
        var left = try unary()
        while let (name, precedence) = binaryOperator(), precedence >= level {
            let position = token.start
            try advance()
            let right = try binary(precedence + 1)
            left = try node(.call(name, target: nil, [left, right]), from: start, at: position)
        }
        return left
    }

    private func binaryOperator() -> (name: String, precedence: Int)? {
        switch token.kind {
        case .symbol(.equal): ("_==_", 0)
        case .symbol(.notEqual): ("_!=_", 0)
        case .symbol(.less): ("_<_", 0)
        case .symbol(.lessOrEqual): ("_<=_", 0)
        case .symbol(.greater): ("_>_", 0)
        case .symbol(.greaterOrEqual): ("_>=_", 0)
        case .identifier("in"): ("@in", 0)
        case .symbol(.plus): ("_+_", 1)
        case .symbol(.minus): ("_-_", 1)
        case .symbol(.star): ("_*_", 2)
        case .symbol(.slash): ("_/_", 2)
        case .symbol(.percent): ("_%_", 2)
        default: nil
        }
    }

    private mutating func unary() throws(CELCompileError) -> Expr {
        let start = token.start
        guard token.kind == .symbol(.not) || token.kind == .symbol(.minus) else { return try member() }
        let isNot = token.kind == .symbol(.not)
        var count = 0
        while try take(isNot ? .not : .minus) { count += 1 }
        if !isNot, let literal = try negativeLiteral(from: start) {
            guard count % 2 == 0 else { return literal }
            return try node(.call("-_", target: nil, [literal]), from: start)
        }
        let operand = try member()
        guard count % 2 == 1 else {
            // An even number still demands an operand of the operator's type.
            let inner = try unaryNode(isNot, operand, from: start)
            return try unaryNode(isNot, inner, from: start)
        }
        return try unaryNode(isNot, operand, from: start)
    }

    private mutating func unaryNode(
        _ isNot: Bool, _ operand: Expr, from start: Int
    ) throws(CELCompileError) -> Expr {
        try node(isNot ? .not(operand) : .call("-_", target: nil, [operand]), from: start)
    }

    /// A number straight after a minus takes it in, which makes the smallest integer writable.
    private mutating func negativeLiteral(from start: Int) throws(CELCompileError) -> Expr? {
        let value: CELValue
        switch token.kind {
        case .int(let magnitude):
            guard magnitude <= Int64.max.magnitude + 1 else {
                throw failure("This number is out of the range of an int.")
            }
            value = .int(Int64(truncatingIfNeeded: 0 &- magnitude))
        case .double(let magnitude): value = .double(-magnitude)
        default: return nil
        }
        try advance()
        return try members(of: try node(.literal(value), from: start), from: start)
    }

    // MARK: members

    private mutating func member() throws(CELCompileError) -> Expr {
        let start = token.start
        return try members(of: try primary(), from: start)
    }

    private mutating func members(of operand: Expr, from start: Int) throws(CELCompileError) -> Expr {
        var current = operand
        while true {
            let position = token.start
            if try take(.dot) {
                current = try selection(of: current, from: start)
            } else if try take(.leftBracket) {
                let isOptional = try take(.question)
                let key = try expression()
                try expect(.rightBracket)
                current = try node(.index(current, key, isOptional: isOptional), from: start, at: position)
            } else {
                return current
            }
        }
    }

    private mutating func selection(of operand: Expr, from start: Int) throws(CELCompileError) -> Expr {
        let isOptional = try take(.question)
        let position = token.start
        let name: String
        switch token.kind {
        case .identifier(let word) where !Self.keywords.contains(word): name = word
        case .quotedIdentifier(let word): name = word
        default: throw failure("The name of a field is expected after the dot.")
        }
        try advance()
        guard !isOptional, token.kind == .symbol(.leftParenthesis) else {
            return try node(
                .select(operand, field: name, isTest: false, isOptional: isOptional), from: start, at: position)
        }
        try advance()
        let arguments = try expressions(until: .rightParenthesis)
        if expandsMacros, let expanded = try memberMacro(name, operand, arguments, from: start, at: position) {
            return expanded
        }
        return try node(.call(name, target: operand, arguments), from: start, at: position)
    }

    mutating func expressions(until close: Symbol) throws(CELCompileError) -> [Expr] {
        var list: [Expr] = []
        while !(try take(close)) {
            list.append(try expression())
            if try !take(.comma) {
                try expect(close)
                return list
            }
            if close == .rightParenthesis, token.kind == .symbol(close) {
                throw failure("An argument is expected after the comma.")
            }
        }
        return list
    }
}
