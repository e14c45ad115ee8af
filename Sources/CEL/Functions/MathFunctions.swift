/// The math extensions.
enum MathFunctions {
    static let functions: [Library.Definition] = rounding + tests + bits + [
        .one("math.abs(int) -> int", "math.abs(uint) -> uint", "math.abs(double) -> double") {
            _, value throws(CELErrorCode) in
            switch value {
            case .int(let number):
                guard number != .min else { throw .overflow }
                return .int(abs(number))
            case .uint: return value
            case .double(let number): return .double(abs(number))
            default: throw .noSuchOverload
            }
        },
        .one("math.sign(int) -> int", "math.sign(uint) -> uint", "math.sign(double) -> double") {
            _, value throws(CELErrorCode) in
            switch value {
            case .int(let number): return .int(number.signum())
            case .uint(let number): return .uint(number == 0 ? 0 : 1)
            case .double(let number): return .double(number > 0 ? 1 : number < 0 ? -1 : number)
            default: throw .noSuchOverload
            }
        },
        .one("math.sqrt(int) -> double", "math.sqrt(uint) -> double", "math.sqrt(double) -> double") {
            _, value throws(CELErrorCode) in
            switch value {
            case .int(let number): return .double(Double(number).squareRoot())
            case .uint(let number): return .double(Double(number).squareRoot())
            case .double(let number): return .double(number.squareRoot())
            default: throw .noSuchOverload
            }
        },
    ]

    private static let rounding: [Library.Definition] =
        ([
            ("ceil", WholeNumbers.ceiling), ("floor", WholeNumbers.floor), ("round", WholeNumbers.rounded),
            ("trunc", WholeNumbers.truncated),
        ] as [(String, @Sendable (Double) -> Double)]).map { name, round in
            .one("math.\(name)(double) -> double") { _, value throws(CELErrorCode) in
                .double(round(try double(value)))
            }
        }

    private static let tests: [Library.Definition] = [
        .one("math.isNaN(double) -> bool") { _, value throws(CELErrorCode) in .bool(try double(value).isNaN) },
        .one("math.isInf(double) -> bool") { _, value throws(CELErrorCode) in .bool(try double(value).isInfinite) },
        .one("math.isFinite(double) -> bool") { _, value throws(CELErrorCode) in .bool(try double(value).isFinite) },
    ]

    private static let bits: [Library.Definition] = [
        .two("math.bitAnd(int, int) -> int", "math.bitAnd(uint, uint) -> uint") { _, left, right throws(CELErrorCode) in
            try bitwise(left, right) { $0 & $1 }
        },
        .two("math.bitOr(int, int) -> int", "math.bitOr(uint, uint) -> uint") { _, left, right throws(CELErrorCode) in
            try bitwise(left, right) { $0 | $1 }
        },
        .two("math.bitXor(int, int) -> int", "math.bitXor(uint, uint) -> uint") { _, left, right throws(CELErrorCode) in
            try bitwise(left, right) { $0 ^ $1 }
        },
        .one("math.bitNot(int) -> int", "math.bitNot(uint) -> uint") { _, value throws(CELErrorCode) in
            switch value {
            case .int(let number): return .int(~number)
            case .uint(let number): return .uint(~number)
            default: throw .noSuchOverload
            }
        },
        .two("math.bitShiftLeft(int, int) -> int", "math.bitShiftLeft(uint, int) -> uint") {
            _, value, count throws(CELErrorCode) in try shift(value, count) { $0 << $1 }
        },
        .two("math.bitShiftRight(int, int) -> int", "math.bitShiftRight(uint, int) -> uint") {
            _, value, count throws(CELErrorCode) in try shift(value, count) { $0 >> $1 }
        },
    ]

    private static func double(_ value: CELValue) throws(CELErrorCode) -> Double {
        guard case .double(let number) = value else { throw .noSuchOverload }
        return number
    }

    private static func bitwise(
        _ left: CELValue, _ right: CELValue, _ combine: (UInt64, UInt64) -> UInt64
    ) throws(CELErrorCode) -> CELValue {
        switch (left, right) {
        case (.int(let first), .int(let second)):
            return .int(Int64(bitPattern: combine(UInt64(bitPattern: first), UInt64(bitPattern: second))))
        case (.uint(let first), .uint(let second)): return .uint(combine(first, second))
        default: throw .noSuchOverload
        }
    }

    /// Shifts the bits; a right shift of an int fills with zeros, 64 and more leave nothing.
    private static func shift(
        _ value: CELValue, _ count: CELValue, _ move: (UInt64, UInt64) -> UInt64
    ) throws(CELErrorCode) -> CELValue {
        guard case .int(let places) = count else { throw .noSuchOverload }
        guard places >= 0 else { throw .invalidArgument }
        switch value {
        case .int(let number): return .int(Int64(bitPattern: move(UInt64(bitPattern: number), UInt64(places))))
        case .uint(let number): return .uint(move(number, UInt64(places)))
        default: throw .noSuchOverload
        }
    }

    /// The greatest or least of some numbers, or of one list of numbers; the first of equals.
    static func extreme(
        _ context: inout CallContext, _ arguments: [CELValue], _ wanted: Ordering
    ) throws(CELErrorCode) -> CELValue {
        var values = ContiguousArray(arguments)
        if values.count == 1, case .list(let list) = values[0] { values = list }
        try context.charge(values.count)
        guard var best = values.first else { throw .invalidArgument }
        for value in values {
            guard value.isNumber else { throw .noSuchOverload }
            if value.compared(to: best) == wanted { best = value }
        }
        return best
    }
}
