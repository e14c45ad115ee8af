/// The functions every environment has.
enum Library {
    /// Built once; the signatures are constants and a test reads them all.
    static let standard: FunctionTable = {
        var table = FunctionTable()
        for family in [operators, Arithmetic.functions, Conversions.functions, TextFunctions.functions,
            TextExtensions.functions, TimeFunctions.functions, MathFunctions.functions, OptionalFunctions.functions]
        {
            for definition in family {
                do {
                    try table.add(definition.signatures, definition.body, replaces: true)
                } catch {
                    preconditionFailure("a signature of the library is malformed: \(definition.signatures)")
                }
            }
        }
        table.addVariadic("math.greatest") { context, values throws(CELErrorCode) in
            try MathFunctions.extreme(&context, values, .greater)
        }
        table.addVariadic("math.least") { context, values throws(CELErrorCode) in
            try MathFunctions.extreme(&context, values, .less)
        }
        return table
    }()

    struct Definition {
        let signatures: [String]
        let body: FunctionBody

        init(_ signatures: String..., body: FunctionBody) {
            self.signatures = signatures
            self.body = body
        }

        static func one(_ signatures: String..., body: @escaping FunctionBody.One) -> Definition {
            Definition(list: signatures, .one(body))
        }

        static func two(_ signatures: String..., body: @escaping FunctionBody.Two) -> Definition {
            Definition(list: signatures, .two(body))
        }

        static func three(_ signatures: String..., body: @escaping FunctionBody.Three) -> Definition {
            Definition(list: signatures, .three(body))
        }

        init(list: [String], _ body: FunctionBody) {
            signatures = list
            self.body = body
        }
    }

    /// Operators that the evaluator carries out itself; the checker needs their types.
    private static let operators: [Definition] = [
        Definition("_==_(A, A) -> bool", "_!=_(A, A) -> bool", body: .none),
        Definition(list: orders, .none),
        Definition("@in(A, list(A)) -> bool", "@in(A, map(A, B)) -> bool", body: .none),
        Definition(
            "_[_](list(A), int) -> A", "_[_](map(A, B), A) -> B",
            "_[_](optional_type(list(A)), int) -> optional_type(A)",
            "_[_](optional_type(map(A, B)), A) -> optional_type(B)", body: .none),
        Definition(
            "_[?_](list(A), int) -> optional_type(A)", "_[?_](map(A, B), A) -> optional_type(B)",
            "_[?_](optional_type(list(A)), int) -> optional_type(A)",
            "_[?_](optional_type(map(A, B)), A) -> optional_type(B)", body: .none),
        Definition(
            "(optional_type(A)).or(optional_type(A)) -> optional_type(A)", "(optional_type(A)).orValue(A) -> A",
            body: .none),
    ]

    private static let orders: [String] = {
        let numbers = ["int", "uint", "double"]
        let mixed = numbers.flatMap { left in numbers.map { "(\(left), \($0)) -> bool" } }
        let same = ["bool", "string", "bytes", "timestamp", "duration"].map { "(\($0), \($0)) -> bool" }
        return ["_<_", "_<=_", "_>_", "_>=_"].flatMap { name in (mixed + same).map { name + $0 } }
    }()
}
