/// What went wrong in an evaluation. Carries no values, so that nothing personal reaches a log.
package enum CELErrorCode: UInt8, Error, Sendable, CaseIterable {
    case noSuchOverload, noSuchField, noSuchKey, noSuchVariable, noSuchFunction
    /// An optional field that the record lacks was read.
    case absentField
    /// The activation has nil in this slot, or has fewer slots than the environment.
    case unboundVariable
    case divideByZero, overflow, indexOutOfRange, invalidArgument, invalidConversion, invalidUTF8
    case badKey, repeatedKey, timestampRange, durationRange, emptyOptional, unknownTimeZone
    /// A pattern of `matches()` is malformed, too large, or uses look-around or back-references.
    case badPattern
    /// A format string of `format()` is malformed or does not suit its argument.
    case badFormat
    /// The run cost passed its limit.
    case costExceeded
    /// A declared function reported a failure of its own.
    case functionFailed

    /// One sentence without a place.
    package var message: String {
        switch self {
        case .noSuchOverload: "no such overload: the operation does not take values of these types"
        case .noSuchField: "no such field"
        case .noSuchKey: "no such key"
        case .noSuchVariable: "the name is not declared"
        case .noSuchFunction: "the function is not declared"
        case .absentField: "the optional field is absent"
        case .unboundVariable: "the variable has no value"
        case .divideByZero: "division by zero"
        case .overflow: "the result is out of range"
        case .indexOutOfRange: "the index is out of range"
        case .invalidArgument: "an argument has a value that is not allowed"
        case .invalidConversion: "the value cannot be converted"
        case .invalidUTF8: "the bytes are not UTF-8"
        case .badKey: "this value cannot be a key of a map"
        case .repeatedKey: "the key is repeated"
        case .timestampRange: "the timestamp is malformed or out of range"
        case .durationRange: "the duration is malformed or out of range"
        case .emptyOptional: "the optional has no value"
        case .unknownTimeZone: "the time zone is not known"
        case .badPattern: "the pattern is not allowed"
        case .badFormat: "the format does not suit its arguments"
        case .costExceeded: "the evaluation cost more than its limit"
        case .functionFailed: "a declared function failed"
        }
    }
}

/// A failed evaluation and its place.
package struct CELEvaluationError: Error, Sendable, Equatable {
    /// What went wrong.
    package let code: CELErrorCode
    /// Byte offset in the expression; `CELProgram.render` turns it into line and column.
    package let offset: Int

    /// An error at a byte offset.
    package init(code: CELErrorCode, offset: Int) {
        self.code = code
        self.offset = offset
    }
}
