/// Gives the offset from UTC in seconds of a named time zone at a time (seconds since 1970); nil for unknown names.
package typealias CELZoneResolver = @Sendable (_ zone: String, _ unixSeconds: Int64) -> Int?

/// A function that expressions may call.
package struct CELFunction: Sendable {
    /// Computes the result; the receiver, if any, is the first argument.
    package typealias Implementation = @Sendable ([CELValue]) throws(CELErrorCode) -> CELValue

    let overloads: [String]
    let implementation: Implementation?

    /// `overloads` are signatures such as `isNight(timestamp) -> bool` or, with a receiver,
    /// `(string).initials() -> string`; single capital letters are type parameters. The implementation serves all of
    /// them and must check its arguments' types itself when they were `dyn`. Nil declares for checking only.
    package init(overloads: [String], implementation: Implementation?) {
        self.overloads = overloads
        self.implementation = implementation
    }
}

/// The names that expressions may use, with their types, and the bounds. A value: copies are independent.
package struct CELEnvironment: Sendable {
    struct Variable: Sendable {
        let name: String
        let type: CELType
        let maxSize: Int?
    }

    private(set) var variables: [Variable] = []
    private var slots: [String: Int] = [:]
    private(set) var functions: FunctionTable
    /// Bounds for compiling and for running.
    package var limits: CELLimits
    /// Time zones by name for `getHours('Asia/Shanghai')`; without it only UTC and fixed offsets are known.
    package var zones: CELZoneResolver?
    /// The namespace in which names are looked up first, such as `com.example`; empty for none.
    package var container = ""

    /// No variables, and the functions of the language and its extensions.
    package init(limits: CELLimits = .standard) {
        self.limits = limits
        functions = Library.standard
    }

    /// Declares a variable; the result is its slot in an activation. Names may be dotted. `maxSize` (scalars or
    /// elements) is for the cost estimate.
    @discardableResult
    package mutating func declare(
        _ name: String, _ type: CELType, maxSize: Int? = nil
    ) throws(CELDeclarationError) -> Int {
        guard isName(name) else { throw .badName(name) }
        guard slots[name] == nil else { throw .repeatedName(name) }
        slots[name] = variables.count
        variables.append(Variable(name: name, type: type, maxSize: maxSize))
        return variables.count - 1
    }

    /// Leaves slots without a name until there are `count`: several environments can then give one name one slot.
    package mutating func reserveSlots(upTo count: Int) {
        while variables.count < count { variables.append(Variable(name: "", type: .dyn, maxSize: nil)) }
    }

    /// Declares a function. All overloads of one name and number of arguments come in one declaration; a shape that
    /// exists, also in the library, is refused.
    package mutating func declare(_ function: CELFunction) throws(CELDeclarationError) {
        guard let implementation = function.implementation else {
            try functions.add(function.overloads, .none)
            return
        }
        let body: FunctionBody.Many = { context, arguments throws(CELErrorCode) in
            try context.charge(1)
            return try implementation(arguments)
        }
        try functions.add(function.overloads, .many(body))
    }

    /// The slot of a declared variable, or nil.
    package func slot(of name: String) -> Int? { slots[name] }

    /// An activation from values by name, for tests and tools; names that are not declared are left out.
    package func activation(_ values: [String: CELValue]) -> CELActivation {
        CELActivation(variables.map { values[$0.name] })
    }

    /// Compiles an expression; `expecting` refuses other result types (`dyn` results pass and are checked when run).
    package func compile(_ text: String, expecting: CELType? = nil) throws(CELCompileError) -> CELProgram {
        try compile(text, expecting: expecting, isChecked: true)
    }

    /// Compiles without refusing type errors: they fail when evaluated. For expressions that were checked elsewhere.
    package func compileUnchecked(_ text: String, expandsMacros: Bool = true) throws(CELCompileError) -> CELProgram {
        try compile(text, expecting: nil, isChecked: false, expandsMacros: expandsMacros)
    }

    private func compile(
        _ text: String, expecting: CELType?, isChecked: Bool, expandsMacros: Bool = true
    ) throws(CELCompileError) -> CELProgram {
        let source = Source(text)
        let tree = try Parser.parse(source, limits: limits, expandsMacros: expandsMacros)
        var checker = Checker(environment: self, source: source, isStrict: isChecked)
        let resultType = try checker.check(tree, expecting: expecting)
        let estimate = CostEstimate(environment: self).cost(of: tree)
        if let limit = limits.maxEstimatedCost, estimate > limit {
            throw CELCompileError("The estimated cost is \(estimate); the limit is \(limit).", at: 0, in: source)
        }
        let details = ProgramDetails(
            source: source, resultType: resultType, estimatedCost: estimate,
            facts: ProgramFacts(tree, environment: self, source: source))
        var compiler = Compiler(environment: self, source: source)
        return CELProgram(code: try compiler.compile(tree, details))
    }

    /// The names to try for a name, the innermost namespace first.
    func candidates(_ name: String, isRooted: Bool) -> [String] {
        guard !isRooted, !container.isEmpty else { return [name] }
        var parts = container.split(separator: ".")
        var names: [String] = []
        while !parts.isEmpty {
            names.append(parts.joined(separator: ".") + "." + name)
            parts.removeLast()
        }
        return names + [name]
    }

    private func isName(_ name: String) -> Bool {
        name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            guard let first = part.utf8.first, isIdentifierStart(first) else { return false }
            return part.utf8.allSatisfy { isIdentifierStart($0) || isDigit($0) }
        }
    }
}

/// The values of the declared variables, in slot order.
package struct CELActivation: Sendable {
    /// nil is a variable without a value.
    package var slots: ContiguousArray<CELValue?>

    /// Takes the values in slot order.
    package init(_ slots: some Sequence<CELValue?>) {
        self.slots = ContiguousArray(slots)
    }
}
