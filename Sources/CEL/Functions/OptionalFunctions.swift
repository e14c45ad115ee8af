/// Making and reading optional values; `or` and `orValue` belong to the evaluator, which skips what is not needed.
enum OptionalFunctions {
    static let functions: [Library.Definition] = [
        Library.Definition("optional.none() -> optional_type(A)", body: .many { _, _ throws(CELErrorCode) in
            .optional(CELOptional(nil))
        }),
        .one("optional.of(A) -> optional_type(A)") { _, value throws(CELErrorCode) in .optional(CELOptional(value)) },
        .one("optional.ofNonZeroValue(A) -> optional_type(A)") { _, value throws(CELErrorCode) in
            .optional(CELOptional(value.isZero ? nil : value))
        },
        .one("(optional_type(A)).hasValue() -> bool") { _, value throws(CELErrorCode) in
            guard case .optional(let optional) = value else { throw .noSuchOverload }
            return .bool(optional.value != nil)
        },
        .one("(optional_type(A)).value() -> A") { _, value throws(CELErrorCode) in
            guard case .optional(let optional) = value else { throw .noSuchOverload }
            guard let inner = optional.value else { throw .emptyOptional }
            return inner
        },
    ]
}
