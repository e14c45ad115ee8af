/// Reads RE2's syntax. Back-references and look-around are refused, because they cannot be matched in linear time.
struct PatternParser {
    /// The deepest nesting of groups.
    static let maxNesting = 50
    /// The largest count in `{n,m}`.
    static let maxRepeat = 1_000

    struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotMatchesNewline = false
    }

    let scalars: [Unicode.Scalar]
    var position = 0
    var flags = Flags()
    private var nesting = 0

    init(_ text: CELString) { scalars = text.scalars }

    mutating func parse() throws(PatternError) -> PatternTree {
        let tree = try choice()
        guard position == scalars.count else { throw PatternError(reason: "a ')' has no '('") }
        return tree
    }

    var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard current == scalar else { return false }
        position += 1
        return true
    }

    mutating func take(text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard scalars[position...].starts(with: wanted) else { return false }
        position += wanted.count
        return true
    }

    private mutating func choice() throws(PatternError) -> PatternTree {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maxNesting else { throw PatternError(reason: "groups are nested too deep") }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternTree {
        var parts: [PatternTree] = []
        while let scalar = current, scalar != "|", scalar != ")" {
            let atom = try atom()
            parts.append(try repetition(of: atom))
        }
        return parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func repetition(of atom: PatternTree) throws(PatternError) -> PatternTree {
        var result = atom
        var count = 0
        while let (least, most) = try quantifier() {
            count += 1
            guard count == 1 else { throw PatternError(reason: "a repetition is repeated") }
            _ = take("?")
            result = .repeated(result, least: least, most: most)
        }
        return result
    }

    private mutating func quantifier() throws(PatternError) -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        let start = position
        guard take("{"), let least = number() else {
            position = start
            return nil
        }
        var most: Int? = least
        if take(",") { most = number() }
        guard take("}") else {
            position = start
            return nil
        }
        guard least <= Self.maxRepeat, (most ?? least) <= Self.maxRepeat, (most ?? least) >= least else {
            throw PatternError(reason: "a repetition count is out of range")
        }
        return (least, most)
    }

    mutating func number() -> Int? {
        var value: Int?
        while let scalar = current, ("0"..."9").contains(scalar) {
            value = min((value ?? 0) * 10 + Int(scalar.value - 0x30), 1_000_000)
            position += 1
        }
        return value
    }

    private mutating func atom() throws(PatternError) -> PatternTree {
        guard let scalar = current else { return .empty }
        switch scalar {
        case "(":
            position += 1
            return try group()
        case "[":
            position += 1
            return .set(try bracket())
        case ".":
            position += 1
            return .set(flags.dotMatchesNewline ? .all : .notNewline)
        case "^":
            position += 1
            return .assertion(flags.isMultiline ? .lineStart : .textStart)
        case "$":
            position += 1
            return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
        case "\\":
            position += 1
            return try escape()
        case "*", "+", "?":
            throw PatternError(reason: "a repetition has nothing to repeat")
        default:
            position += 1
            return .set(single(scalar))
        }
    }

    func single(_ scalar: Unicode.Scalar) -> ScalarSet {
        ScalarSet(items: [.range(scalar.value, scalar.value)], ignoresCase: flags.ignoresCase)
    }

    private mutating func group() throws(PatternError) -> PatternTree {
        let saved = flags
        if take("?") {
            if take(text: "P<") || (current == "<" && position + 1 < scalars.count && !isLookBehind && take("<")) {
                try groupName()
            } else if current == "=" || current == "!" || current == "<" {
                throw PatternError(reason: "look-around is not supported")
            } else if try flagGroup() {
                return .empty
            }
        }
        let inner = try choice()
        flags = saved
        guard take(")") else { throw PatternError(reason: "a '(' has no ')'") }
        return inner
    }

    private var isLookBehind: Bool { scalars[position + 1] == "=" || scalars[position + 1] == "!" }

    private mutating func groupName() throws(PatternError) {
        let start = position
        while let scalar = current, scalar == "_" || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) {
            position += 1
        }
        guard position > start, take(">") else { throw PatternError(reason: "the name of a group is malformed") }
    }

    /// `(?i)` sets flags for what follows, which gives true; `(?i:` opens a group.
    private mutating func flagGroup() throws(PatternError) -> Bool {
        var value = true
        while let scalar = current {
            position += 1
            switch scalar {
            case "i": flags.ignoresCase = value
            case "m": flags.isMultiline = value
            case "s": flags.dotMatchesNewline = value
            case "U": break
            case "-" where value: value = false
            case ":": return false
            case ")": return true
            default: throw PatternError(reason: "a flag is not known")
            }
        }
        throw PatternError(reason: "a '(' has no ')'")
    }
}

extension ScalarSet {
    static let all = ScalarSet(items: [.range(0, 0x10FFFF)])
    static let notNewline = ScalarSet(items: [.range(10, 10)], isNegated: true)
}
