/// Substitutions of type parameters while one expression is checked.
struct Unifier {
    private var bindings: [String: CELType] = [:]
    private var counter = 0

    /// A new parameter that nothing refers to yet.
    mutating func freshParameter() -> CELType {
        counter += 1
        return .parameter("_\(counter)")
    }

    /// Replaces the declared parameters of a signature by fresh ones.
    mutating func freshened(_ types: [CELType]) -> [CELType] {
        var names: [String: CELType] = [:]
        return types.map { freshened($0, &names) }
    }

    private mutating func freshened(_ type: CELType, _ names: inout [String: CELType]) -> CELType {
        if case .parameter(let name) = type {
            if let known = names[name] { return known }
            let fresh = freshParameter()
            names[name] = fresh
            return fresh
        }
        var unifier = self
        let result = type.mapParameters { unifier.freshened($0, &names) }
        self = unifier
        return result
    }

    /// Whether every value type fits its target; bindings are kept only when all fit.
    mutating func assign(_ values: [CELType], to targets: [CELType]) -> Bool {
        guard values.count == targets.count else { return false }
        let saved = bindings
        for (value, target) in zip(values, targets) where !isAssignable(value, target) {
            bindings = saved
            return false
        }
        return true
    }

    /// The type of an element that joins two; nil when neither holds the other.
    mutating func join(_ previous: CELType?, _ current: CELType) -> CELType? {
        guard let previous else { return current }
        return assign([previous], to: [current]) ? mostGeneral(previous, current) : nil
    }

    /// The type with all bound parameters replaced; free ones become `dyn` when `final` is true.
    func resolved(_ type: CELType, final: Bool) -> CELType {
        if case .parameter(let name) = type {
            if let bound = bindings[name] { return resolved(bound, final: final) }
            return final ? .dyn : type
        }
        return type.mapParameters { resolved($0, final: final) }
    }

    private mutating func isAssignable(_ first: CELType, _ second: CELType) -> Bool {
        if case .parameter(let name) = second {
            let outcome = substitute(first, for: name)
            if outcome.isValid { return true }
            if outcome.wasBound { return false }
        }
        if case .parameter(let name) = first {
            return substitute(second, for: name).isValid
        }
        if first.isDyn || second.isDyn { return true }
        if case .null = first { return second.acceptsNull }
        if case .null = second { return first.acceptsNull }
        if case .type = first, case .type = second { return true }
        if case .record(let left) = first, case .record(let right) = second { return left === right }
        let (left, right) = (first.parameters, second.parameters)
        guard first.runtimeName == second.runtimeName, left.count == right.count else { return false }
        for (one, other) in zip(left, right) where !isAssignable(one, other) { return false }
        return true
    }

    private mutating func substitute(_ type: CELType, for name: String) -> (isValid: Bool, wasBound: Bool) {
        if type.isExactly(.parameter(name)) { return (true, true) }
        if let bound = bindings[name] {
            if type.isExactly(bound) { return (true, true) }
            guard isAssignable(type, bound) else { return (false, true) }
            let general = mostGeneral(type, bound)
            if !occurs(name, in: general) { bindings[name] = general }
            return (true, true)
        }
        guard !occurs(name, in: type) else { return (false, false) }
        bindings[name] = type
        return (true, false)
    }

    private func occurs(_ name: String, in type: CELType) -> Bool {
        if case .parameter(let other) = type {
            if name == other { return true }
            return bindings[other].map { occurs(name, in: $0) } ?? false
        }
        return type.parameters.contains { occurs(name, in: $0) }
    }

    private func mostGeneral(_ first: CELType, _ second: CELType) -> CELType {
        if case .null = second, !first.isDyn { return first }
        return isEqualOrLessSpecific(first, second) ? first : second
    }

    private func isEqualOrLessSpecific(_ first: CELType, _ second: CELType) -> Bool {
        if first.isDyn { return true }
        if case .parameter = first { return true }
        if second.isDyn { return false }
        if case .parameter = second { return false }
        if case .type = first, case .type = second { return true }
        let (left, right) = (first.parameters, second.parameters)
        guard !left.isEmpty else { return first.isExactly(second) }
        return first.runtimeName == second.runtimeName && left.count == right.count
            && zip(left, right).allSatisfy { isEqualOrLessSpecific($0, $1) }
    }
}

extension CELType {
    /// Types that compare with `null` although they are never null themselves.
    fileprivate var acceptsNull: Bool {
        switch self {
        case .null, .timestamp, .duration, .record, .opaque, .optional: true
        default: false
        }
    }
}
