/// Order of two values; nil when CEL defines none between them (`unordered` is a NaN).
enum Ordering {
    case less, equal, greater, unordered
}

extension CELValue {
    /// CEL equality: numbers by value across types, NaN unequal to everything, different kinds unequal. Values that
    /// hold more than ten million elements count as unequal; a program charges its own cost instead.
    package func isEqual(to other: CELValue) -> Bool {
        var budget = 10_000_000
        return isEqual(to: other, budget: &budget)
    }

    /// Equality that visits at most `budget` elements; a budget below zero afterwards says that it was not enough.
    /// Shared storage can make a small value as large as a power of two, so equality must be bounded too.
    func isEqual(to other: CELValue, budget: inout Int) -> Bool {
        budget -= 1
        guard budget >= 0 else { return false }
        switch (self, other) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.int(let left), .int(let right)): return left == right
        case (.string(let left), .string(let right)):
            budget -= left.utf8.count / 8
            return left == right
        case (.bytes(let left), .bytes(let right)):
            budget -= left.count / 8
            return bytesEqual(left, right)
        case (.timestamp(let left), .timestamp(let right)): return left == right
        case (.duration(let left), .duration(let right)): return left == right
        case (.type(let left), .type(let right)): return left.runtimeName == right.runtimeName
        case (.list(let left), .list(let right)):
            guard left.count == right.count else { return false }
            for (one, another) in zip(left, right) where !one.isEqual(to: another, budget: &budget) { return false }
            return true
        case (.map(let left), .map(let right)): return left.isEqual(to: right, budget: &budget)
        case (.record(let left), .record(let right)): return left.isEqual(to: right, budget: &budget)
        case (.optional(let left), .optional(let right)):
            guard let first = left.value, let second = right.value else {
                return left.value == nil && right.value == nil
            }
            return first.isEqual(to: second, budget: &budget)
        default: return isNumber && other.isNumber && compared(to: other) == .equal
        }
    }

    var isNumber: Bool {
        switch self {
        case .int, .uint, .double: true
        default: false
        }
    }

    /// The order of two values, or nil when the kinds have no order between them.
    func compared(to other: CELValue) -> Ordering? {
        switch (self, other) {
        case (.int(let left), .int(let right)): order(left, right)
        case (.uint(let left), .uint(let right)): order(left, right)
        case (.double(let left), .double(let right)): order(left, right)
        case (.int(let left), .uint(let right)): left < 0 ? .less : order(UInt64(left), right)
        case (.uint(let left), .int(let right)): right < 0 ? .greater : order(left, UInt64(right))
        case (.int(let left), .double(let right)): orderInt(left, right)
        case (.double(let left), .int(let right)): orderInt(right, left).reversed
        case (.uint(let left), .double(let right)): orderUInt(left, right)
        case (.double(let left), .uint(let right)): orderUInt(right, left).reversed
        case (.string(let left), .string(let right)): order(left, right)
        case (.bool(let left), .bool(let right)): order(left ? 1 : 0, right ? 1 : 0)
        case (.timestamp(let left), .timestamp(let right)): order(left, right)
        case (.duration(let left), .duration(let right)): order(left, right)
        case (.bytes(let left), .bytes(let right)):
            bytesEqual(left, right) ? .equal : left.lexicographicallyPrecedes(right) ? .less : .greater
        default: nil
        }
    }
}

extension Ordering {
    var reversed: Ordering {
        switch self {
        case .less: .greater
        case .greater: .less
        default: self
        }
    }
}

private func order<Value: Comparable>(_ left: Value, _ right: Value) -> Ordering {
    left < right ? .less : left == right ? .equal : left > right ? .greater : .unordered
}

/// Doubles beyond the integer's range keep their order; those within lose no integer part.
private func orderInt(_ left: Int64, _ right: Double) -> Ordering {
    if right.isNaN { return .unordered }
    if right >= 0x1p63 { return right > 0x1p63 || left < Int64.max ? .less : order(Double(left), right) }
    if right < -0x1p63 { return .greater }
    let whole = Int64(right)
    return left == whole ? order(0, right - Double(whole)) : order(left, whole)
}

private func orderUInt(_ left: UInt64, _ right: Double) -> Ordering {
    if right.isNaN { return .unordered }
    if right >= 0x1p64 { return right > 0x1p64 || left < UInt64.max ? .less : order(Double(left), right) }
    if right < 0 { return .greater }
    let whole = UInt64(right)
    return left == whole ? order(0, right - Double(whole)) : order(left, whole)
}

extension CELMap {
    fileprivate func isEqual(to other: CELMap, budget: inout Int) -> Bool {
        guard count == other.count else { return false }
        for (key, value) in zip(keys, values) {
            guard let match = other.value(for: key), value.isEqual(to: match, budget: &budget) else { return false }
        }
        return true
    }
}

extension CELRecord {
    fileprivate func isEqual(to other: CELRecord, budget: inout Int) -> Bool {
        guard type === other.type else { return false }
        for (left, right) in zip(fields, other.fields) {
            guard let left, let right else {
                if left == nil, right == nil { continue }
                return false
            }
            guard left.isEqual(to: right, budget: &budget) else { return false }
        }
        return true
    }
}
