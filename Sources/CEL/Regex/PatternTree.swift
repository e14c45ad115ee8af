/// Why a pattern was refused.
struct PatternError: Error {
    let reason: String
}

/// The syntax tree of a pattern.
indirect enum PatternTree {
    case empty
    case set(ScalarSet)
    case sequence([PatternTree])
    case choice([PatternTree])
    case repeated(PatternTree, least: Int, most: Int?)
    case assertion(Assertion)

    enum Assertion: UInt8 {
        case lineStart, lineEnd, textStart, textEnd, wordBoundary, notWordBoundary
    }
}

/// A set of Unicode scalars: ranges and properties, perhaps negated.
struct ScalarSet: Sendable {
    enum Item: Sendable {
        case range(UInt32, UInt32)
        case category(String, isNegated: Bool)
        /// The inverse of other items.
        case inverse([Item])
    }

    var items: [Item] = []
    var isNegated = false
    var ignoresCase = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        var found = Self.contains(items, scalar)
        if !found, ignoresCase {
            found = Self.otherCases(scalar).contains { Self.contains(items, $0) }
        }
        return found != isNegated
    }

    private static func contains(_ items: [Item], _ scalar: Unicode.Scalar) -> Bool {
        items.contains { item in
            switch item {
            case .range(let first, let last): first <= scalar.value && scalar.value <= last
            case .category(let name, let isNegated): isIn(name, scalar) != isNegated
            case .inverse(let inner): !contains(inner, scalar)
            }
        }
    }

    private static func otherCases(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping].compactMap { text in
            text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
        }
    }

    /// General categories by their one-letter or two-letter names.
    static func isKnownCategory(_ name: String) -> Bool {
        name == "Any" || categories.contains(name) || categories.contains { $0.hasPrefix(name) && name.count == 1 }
    }

    private static let categories: Set<String> = [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
    ]

    private static func isIn(_ name: String, _ scalar: Unicode.Scalar) -> Bool {
        name == "Any" || scalar.properties.generalCategory.shortName.hasPrefix(name)
    }
}

extension Unicode.GeneralCategory {
    fileprivate var shortName: String {
        switch self {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        case .unassigned: "Cn"
        @unknown default: "Cn"
        }
    }
}
