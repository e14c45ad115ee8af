/// A compiled pattern of `matches()`: a machine whose states advance together, so that time is linear in the text.
struct Pattern: Sendable {
    /// The most instructions of one pattern.
    static let maxInstructions = 2_000
    /// The longest pattern in bytes.
    static let maxSourceBytes = 1_000

    enum Instruction: Sendable {
        case set(ScalarSet)
        case split(Int, Int)
        case jump(Int)
        case assertion(PatternTree.Assertion)
        case match
    }

    private var instructions: [Instruction] = []
    /// The cost of trying one state, by the largest set of scalars.
    private var weight = 1

    init(_ text: CELString) throws(PatternError) {
        guard text.utf8.count <= Self.maxSourceBytes else { throw PatternError(reason: "the pattern is too long") }
        var parser = PatternParser(text)
        try emit(try parser.parse())
        try add(.match)
    }

    // MARK: compiling

    private mutating func add(_ instruction: Instruction) throws(PatternError) {
        guard instructions.count < Self.maxInstructions else { throw PatternError(reason: "the pattern is too large") }
        instructions.append(instruction)
    }

    private mutating func emit(_ tree: PatternTree) throws(PatternError) {
        switch tree {
        case .empty: return
        case .set(let set):
            weight = max(weight, (set.items.count / 16 + 1) * (set.ignoresCase ? 4 : 1))
            try add(.set(set))
        case .assertion(let assertion): try add(.assertion(assertion))
        case .sequence(let parts):
            for part in parts { try emit(part) }
        case .choice(let branches):
            var jumps: [Int] = []
            for branch in branches.dropLast() {
                let split = instructions.count
                try add(.match)
                try emit(branch)
                jumps.append(instructions.count)
                try add(.match)
                instructions[split] = .split(split + 1, instructions.count)
            }
            if let last = branches.last { try emit(last) }
            for jump in jumps { instructions[jump] = .jump(instructions.count) }
        case .repeated(let part, let least, let most):
            for _ in 0..<least {
                let before = instructions.count
                try emit(part)
                // A part without instructions gains nothing from being repeated, and nested ones would multiply.
                if instructions.count == before { return }
            }
            guard let most else {
                let split = instructions.count
                try add(.match)
                try emit(part)
                try add(.jump(split))
                instructions[split] = .split(split + 1, instructions.count)
                return
            }
            var splits: [Int] = []
            for _ in least..<most {
                splits.append(instructions.count)
                try add(.match)
                try emit(part)
            }
            for split in splits { instructions[split] = .split(split + 1, instructions.count) }
        }
    }

    // MARK: matching

    /// Whether the pattern is found anywhere in the text; costs at least one unit per live state and scalar.
    func matches(_ text: CELString, _ context: inout CallContext) throws(CELErrorCode) -> Bool {
        try context.charge(bytes: text.utf8.count)
        let scalars = text.scalars
        var (current, next) = (StateSet(instructions.count), StateSet(instructions.count))
        for position in 0...scalars.count {
            if follow(0, position, scalars, &current) { return true }
            guard position < scalars.count else { return false }
            try context.charge(1 + current.members.count * weight)
            next.clear()
            for state in current.members {
                guard case .set(let set) = instructions[state], set.contains(scalars[position]) else { continue }
                if follow(state + 1, position + 1, scalars, &next) { return true }
            }
            swap(&current, &next)
        }
        return false
    }

    /// Adds a state and what it reaches without a scalar; true when that is the match.
    private func follow(_ start: Int, _ position: Int, _ scalars: [Unicode.Scalar], _ states: inout StateSet) -> Bool {
        var pending = [start]
        while let state = pending.popLast() {
            guard states.insert(state) else { continue }
            switch instructions[state] {
            case .match: return true
            case .jump(let target): pending.append(target)
            case .split(let first, let second): pending += [second, first]
            case .assertion(let assertion):
                if holds(assertion, position, scalars) { pending.append(state + 1) }
            case .set: continue
            }
        }
        return false
    }

    private func holds(_ assertion: PatternTree.Assertion, _ position: Int, _ scalars: [Unicode.Scalar]) -> Bool {
        switch assertion {
        case .textStart: position == 0
        case .textEnd: position == scalars.count
        case .lineStart: position == 0 || scalars[position - 1] == "\n"
        case .lineEnd: position == scalars.count || scalars[position] == "\n"
        case .wordBoundary: isBoundary(position, scalars)
        case .notWordBoundary: !isBoundary(position, scalars)
        }
    }

    private func isBoundary(_ position: Int, _ scalars: [Unicode.Scalar]) -> Bool {
        let before = position > 0 && isWord(scalars[position - 1])
        let after = position < scalars.count && isWord(scalars[position])
        return before != after
    }

    private func isWord(_ scalar: Unicode.Scalar) -> Bool {
        guard let byte = UInt8(exactly: scalar.value) else { return false }
        return isIdentifierStart(byte) || isDigit(byte)
    }
}

/// States that are reached, each once, in order.
private struct StateSet {
    private(set) var members: [Int] = []
    private var isMember: [Bool]

    init(_ count: Int) { isMember = Array(repeating: false, count: count) }

    mutating func insert(_ state: Int) -> Bool {
        guard !isMember[state] else { return false }
        isMember[state] = true
        members.append(state)
        return true
    }

    mutating func clear() {
        for state in members { isMember[state] = false }
        members.removeAll(keepingCapacity: true)
    }
}
