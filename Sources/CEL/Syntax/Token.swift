/// One lexical element with its place.
struct Token {
    enum Kind: Equatable {
        case identifier(String)
        /// An identifier in backquotes; only after a dot.
        case quotedIdentifier(String)
        case int(UInt64)
        case uint(UInt64)
        case double(Double)
        case string(CELString)
        case bytes(ContiguousArray<UInt8>)
        case symbol(Symbol)
        case end
    }

    let kind: Kind
    /// Byte offsets in the source.
    let start: Int
    let end: Int
}

/// Operators and punctuation.
enum Symbol: String {
    case equal = "=="
    case notEqual = "!="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case less = "<"
    case greater = ">"
    case and = "&&"
    case or = "||"
    case not = "!"
    case plus = "+"
    case minus = "-"
    case star = "*"
    case slash = "/"
    case percent = "%"
    case question = "?"
    case colon = ":"
    case comma = ","
    case dot = "."
    case leftParenthesis = "("
    case rightParenthesis = ")"
    case leftBracket = "["
    case rightBracket = "]"
    case leftBrace = "{"
    case rightBrace = "}"
}
