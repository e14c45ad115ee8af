/// `+ - * / %` and the unary minus. Integers report overflow; doubles follow IEEE 754.
enum Arithmetic {
    static let functions: [Library.Definition] = [
        .two(
            "_+_(int, int) -> int", "_+_(uint, uint) -> uint", "_+_(double, double) -> double",
            "_+_(string, string) -> string", "_+_(bytes, bytes) -> bytes", "_+_(list(A), list(A)) -> list(A)",
            "_+_(timestamp, duration) -> timestamp", "_+_(duration, timestamp) -> timestamp",
            "_+_(duration, duration) -> duration", body: add),
        .two(
            "_-_(int, int) -> int", "_-_(uint, uint) -> uint", "_-_(double, double) -> double",
            "_-_(timestamp, timestamp) -> duration", "_-_(timestamp, duration) -> timestamp",
            "_-_(duration, duration) -> duration", body: subtract),
        .two(
            "_*_(int, int) -> int", "_*_(uint, uint) -> uint", "_*_(double, double) -> double", body: multiply),
        .two(
            "_/_(int, int) -> int", "_/_(uint, uint) -> uint", "_/_(double, double) -> double", body: divide),
        .two("_%_(int, int) -> int", "_%_(uint, uint) -> uint", body: remainder),
        .one("-_(int) -> int", "-_(double) -> double", body: negate),
    ]

    static let add: FunctionBody.Two = { context, left, right throws(CELErrorCode) in
        switch (left, right) {
        case (.int(let first), .int(let second)): return .int(try checked(first.addingReportingOverflow(second)))
        case (.uint(let first), .uint(let second)): return .uint(try checked(first.addingReportingOverflow(second)))
        case (.double(let first), .double(let second)): return .double(first + second)
        case (.string(let first), .string(let second)):
            try context.charge(bytes: first.utf8.count + second.utf8.count)
            return .string(CELString(trusted: first.utf8 + second.utf8))
        case (.bytes(let first), .bytes(let second)):
            try context.charge(bytes: first.count + second.count)
            return .bytes(first + second)
        case (.list(let first), .list(let second)):
            try context.charge(first.count + second.count)
            return .list(first + second)
        case (.timestamp(let time), .duration(let span)), (.duration(let span), .timestamp(let time)):
            guard let sum = time.adding(span) else { throw .timestampRange }
            return .timestamp(sum)
        case (.duration(let first), .duration(let second)):
            return .duration(
                CELDuration(nanoseconds: try checked(first.nanoseconds.addingReportingOverflow(second.nanoseconds))))
        default: throw .noSuchOverload
        }
    }

    static let subtract: FunctionBody.Two = { _, left, right throws(CELErrorCode) in
        switch (left, right) {
        case (.int(let first), .int(let second)): return .int(try checked(first.subtractingReportingOverflow(second)))
        case (.uint(let first), .uint(let second)):
            return .uint(try checked(first.subtractingReportingOverflow(second)))
        case (.double(let first), .double(let second)): return .double(first - second)
        case (.timestamp(let first), .timestamp(let second)):
            guard let span = first.distance(from: second) else { throw .durationRange }
            return .duration(span)
        case (.timestamp(let time), .duration(let span)):
            guard let opposite = CELDuration(seconds: -span.seconds, nanos: -span.nanos),
                let difference = time.adding(opposite)
            else { throw .timestampRange }
            return .timestamp(difference)
        case (.duration(let first), .duration(let second)):
            return .duration(
                CELDuration(
                    nanoseconds: try checked(first.nanoseconds.subtractingReportingOverflow(second.nanoseconds))))
        default: throw .noSuchOverload
        }
    }

    static let multiply: FunctionBody.Two = { _, left, right throws(CELErrorCode) in
        switch (left, right) {
        case (.int(let first), .int(let second)):
            return .int(try checked(first.multipliedReportingOverflow(by: second)))
        case (.uint(let first), .uint(let second)):
            return .uint(try checked(first.multipliedReportingOverflow(by: second)))
        case (.double(let first), .double(let second)): return .double(first * second)
        default: throw .noSuchOverload
        }
    }

    static let divide: FunctionBody.Two = { _, left, right throws(CELErrorCode) in
        switch (left, right) {
        case (.int(_), .int(0)), (.uint(_), .uint(0)): throw .divideByZero
        case (.int(let first), .int(let second)): return .int(try checked(first.dividedReportingOverflow(by: second)))
        case (.uint(let first), .uint(let second)): return .uint(first / second)
        case (.double(let first), .double(let second)): return .double(first / second)
        default: throw .noSuchOverload
        }
    }

    static let remainder: FunctionBody.Two = { _, left, right throws(CELErrorCode) in
        switch (left, right) {
        case (.int(_), .int(0)), (.uint(_), .uint(0)): throw .divideByZero
        case (.int(let first), .int(let second)):
            return .int(try checked(first.remainderReportingOverflow(dividingBy: second)))
        case (.uint(let first), .uint(let second)): return .uint(first % second)
        default: throw .noSuchOverload
        }
    }

    static let negate: FunctionBody.One = { _, operand throws(CELErrorCode) in
        switch operand {
        case .int(let number): return .int(try checked(Int64(0).subtractingReportingOverflow(number)))
        case .double(let number): return .double(-number)
        default: throw .noSuchOverload
        }
    }

    private static func checked<Number>(
        _ result: (partialValue: Number, overflow: Bool)
    ) throws(CELErrorCode) -> Number {
        guard !result.overflow else { throw .overflow }
        return result.partialValue
    }
}
