extension PatternParser {
    private typealias Item = ScalarSet.Item

    private static let perl: [Unicode.Scalar: [ScalarSet.Item]] = [
        "d": [.range(0x30, 0x39)],
        "w": [.range(0x30, 0x39), .range(0x41, 0x5A), .range(0x5F, 0x5F), .range(0x61, 0x7A)],
        "s": [.range(9, 10), .range(12, 13), .range(32, 32)],
    ]

    private static let posix: [String: [ScalarSet.Item]] = [
        "alnum": [.range(0x30, 0x39), .range(0x41, 0x5A), .range(0x61, 0x7A)],
        "alpha": [.range(0x41, 0x5A), .range(0x61, 0x7A)], "ascii": [.range(0, 0x7F)],
        "blank": [.range(9, 9), .range(32, 32)], "cntrl": [.range(0, 31), .range(127, 127)],
        "digit": [.range(0x30, 0x39)], "graph": [.range(33, 126)], "lower": [.range(0x61, 0x7A)],
        "print": [.range(32, 126)],
        "punct": [.range(33, 47), .range(58, 64), .range(91, 96), .range(123, 126)],
        "space": [.range(9, 13), .range(32, 32)], "upper": [.range(0x41, 0x5A)],
        "word": [.range(0x30, 0x39), .range(0x41, 0x5A), .range(0x5F, 0x5F), .range(0x61, 0x7A)],
        "xdigit": [.range(0x30, 0x39), .range(0x41, 0x46), .range(0x61, 0x66)],
    ]

    /// What follows a backslash outside brackets.
    mutating func escape() throws(PatternError) -> PatternTree {
        guard let scalar = current else { throw PatternError(reason: "the pattern ends with a backslash") }
        switch scalar {
        case "A", "z", "b", "B":
            position += 1
            switch scalar {
            case "A": return .assertion(.textStart)
            case "z": return .assertion(.textEnd)
            case "b": return .assertion(.wordBoundary)
            default: return .assertion(.notWordBoundary)
            }
        case "Q":
            position += 1
            return quotation()
        case "1"..."9":
            throw PatternError(reason: "back-references are not supported")
        default:
            if let items = try classEscape() { return .set(ScalarSet(items: items, ignoresCase: flags.ignoresCase)) }
            return .set(single(try literalEscape()))
        }
    }

    private mutating func quotation() -> PatternTree {
        var parts: [PatternTree] = []
        while let scalar = current, !take(text: "\\E") {
            parts.append(.set(single(scalar)))
            position += 1
        }
        return .sequence(parts)
    }

    /// `\d`, `\pL`, `\p{Lu}` and their negations; nil for other escapes.
    private mutating func classEscape() throws(PatternError) -> [ScalarSet.Item]? {
        guard let scalar = current else { return nil }
        let lower = Unicode.Scalar(scalar.value | 0x20) ?? scalar
        if let items = Self.perl[lower], scalar.isASCII {
            position += 1
            return scalar == lower ? items : [.inverse(items)]
        }
        guard scalar == "p" || scalar == "P" else { return nil }
        position += 1
        var isNegated = scalar == "P"
        var name = ""
        if take("{") {
            if take("^") { isNegated.toggle() }
            while let letter = current, letter != "}" {
                name.unicodeScalars.append(letter)
                position += 1
            }
            guard take("}") else { throw PatternError(reason: "a '{' has no '}'") }
        } else if let letter = current {
            name.unicodeScalars.append(letter)
            position += 1
        }
        guard ScalarSet.isKnownCategory(name) else { throw PatternError(reason: "a Unicode class is not known") }
        return [.category(name, isNegated: isNegated)]
    }

    private static let letters: [Unicode.Scalar: UInt32] = ["a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11]

    /// An escape that stands for one scalar; the position is after the backslash.
    private mutating func literalEscape() throws(PatternError) -> Unicode.Scalar {
        guard let scalar = current else { throw PatternError(reason: "the pattern ends with a backslash") }
        position += 1
        if let value = Self.letters[scalar], let control = Unicode.Scalar(value) { return control }
        if scalar == "x" { return try hexadecimal() }
        if scalar == "0" {
            var value: UInt32 = 0
            for _ in 0..<2 {
                guard let digit = current, ("0"..."7").contains(digit) else { break }
                value = value * 8 + digit.value - 0x30
                position += 1
            }
            return Unicode.Scalar(value) ?? "\0"
        }
        guard scalar.isASCII, !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar) else {
            throw PatternError(reason: "an escape is not known")
        }
        return scalar
    }

    private mutating func hexadecimal() throws(PatternError) -> Unicode.Scalar {
        let isBraced = take("{")
        var text = ""
        while let scalar = current, scalar.properties.isASCIIHexDigit, text.count < (isBraced ? 8 : 2) {
            text.unicodeScalars.append(scalar)
            position += 1
        }
        guard isBraced ? take("}") : text.count == 2, let value = UInt32(text, radix: 16),
            let scalar = Unicode.Scalar(value)
        else { throw PatternError(reason: "a hexadecimal escape is malformed") }
        return scalar
    }

    /// What follows `[`.
    mutating func bracket() throws(PatternError) -> ScalarSet {
        var set = ScalarSet(ignoresCase: flags.ignoresCase)
        set.isNegated = take("^")
        var isFirst = true
        while true {
            guard let scalar = current else { throw PatternError(reason: "a '[' has no ']'") }
            if scalar == "]", !isFirst {
                position += 1
                return set
            }
            isFirst = false
            if scalar == "[", let items = try posixClass() {
                set.items += items
                continue
            }
            if scalar == "\\" {
                position += 1
                if let items = try classEscape() {
                    set.items += items
                    continue
                }
                position -= 1
            }
            set.items.append(try range())
        }
    }

    private mutating func posixClass() throws(PatternError) -> [ScalarSet.Item]? {
        let start = position
        guard take(text: "[:") else { return nil }
        let isNegated = take("^")
        var name = ""
        while let scalar = current, scalar.isASCII, scalar.properties.isAlphabetic {
            name.unicodeScalars.append(scalar)
            position += 1
        }
        guard take(text: ":]") else {
            position = start
            return nil
        }
        guard let items = Self.posix[name] else { throw PatternError(reason: "a named class is not known") }
        return isNegated ? [.inverse(items)] : items
    }

    private mutating func range() throws(PatternError) -> ScalarSet.Item {
        let first = try bracketScalar()
        guard current == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
            return .range(first.value, first.value)
        }
        position += 1
        let last = try bracketScalar()
        guard first.value <= last.value else { throw PatternError(reason: "a range is reversed") }
        return .range(first.value, last.value)
    }

    private mutating func bracketScalar() throws(PatternError) -> Unicode.Scalar {
        guard let scalar = current else { throw PatternError(reason: "a '[' has no ']'") }
        position += 1
        return scalar == "\\" ? try literalEscape() : scalar
    }
}
