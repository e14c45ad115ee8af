/// The standard functions on texts, and `size()`.
enum TextFunctions {
    static let functions: [Library.Definition] = [
        .one("size(string) -> int", "size(bytes) -> int", "size(list(A)) -> int", "size(map(A, B)) -> int",
            "(string).size() -> int", "(bytes).size() -> int", "(list(A)).size() -> int", "(map(A, B)).size() -> int",
            body: size),
        .two("(string).contains(string) -> bool") { context, text, part throws(CELErrorCode) in
            let (whole, piece) = try pair(text, part)
            try context.charge(bytes: whole.utf8.count &+ piece.utf8.count)
            return .bool(Search.first(piece.utf8, in: whole.utf8, from: 0) != nil)
        },
        .two("(string).startsWith(string) -> bool") { context, text, part throws(CELErrorCode) in
            let (whole, piece) = try pair(text, part)
            try context.charge(bytes: piece.utf8.count)
            return .bool(whole.utf8.starts(with: piece.utf8))
        },
        .two("(string).endsWith(string) -> bool") { context, text, part throws(CELErrorCode) in
            let (whole, piece) = try pair(text, part)
            try context.charge(bytes: piece.utf8.count)
            return .bool(whole.utf8.suffix(piece.utf8.count).elementsEqual(piece.utf8))
        },
        .two("(string).matches(string) -> bool", "matches(string, string) -> bool") {
            context, text, pattern throws(CELErrorCode) in
            let (whole, source) = try pair(text, pattern)
            try context.charge(source.utf8.count)
            let compiled: Pattern
            do {
                compiled = try Pattern(source)
            } catch {
                throw .badPattern
            }
            return .bool(try compiled.matches(whole, &context))
        },
    ]

    private static let size: FunctionBody.One = { context, value throws(CELErrorCode) in
        switch value {
        case .string(let text):
            try context.charge(bytes: text.utf8.count)
            return .int(Int64(text.scalarCount))
        case .bytes(let bytes): return .int(Int64(bytes.count))
        case .list(let list): return .int(Int64(list.count))
        case .map(let map): return .int(Int64(map.count))
        default: throw .noSuchOverload
        }
    }

    static func text(_ value: CELValue) throws(CELErrorCode) -> CELString {
        guard case .string(let text) = value else { throw .noSuchOverload }
        return text
    }

    static func pair(_ left: CELValue, _ right: CELValue) throws(CELErrorCode) -> (CELString, CELString) {
        (try text(left), try text(right))
    }

    static func int(_ value: CELValue) throws(CELErrorCode) -> Int {
        guard case .int(let number) = value else { throw .noSuchOverload }
        return Int(number)
    }
}

/// Search in linear time (Knuth, Morris and Pratt), so that no text can make it slow.
enum Search {
    /// The first place at or after `start`.
    static func first<Element: Equatable>(
        _ part: some RandomAccessCollection<Element>, in whole: some RandomAccessCollection<Element>, from start: Int
    ) -> Int? {
        if part.isEmpty { return start <= whole.count ? start : nil }
        let found = places(ContiguousArray(part), ContiguousArray(whole.dropFirst(start)), atMost: 1)
        return found.first.map { $0 + start }
    }

    /// Every place, overlapping ones too; the part is not empty.
    static func all(_ part: ContiguousArray<UInt8>, in whole: ContiguousArray<UInt8>) -> [Int] {
        places(part, whole, atMost: .max)
    }

    private static func places<Element: Equatable>(
        _ needle: ContiguousArray<Element>, _ hay: ContiguousArray<Element>, atMost limit: Int
    ) -> [Int] {
        let borders = borders(needle)
        var found: [Int] = []
        var matched = 0
        for (position, element) in hay.enumerated() {
            if matched == needle.count { matched = borders[matched - 1] }
            while matched > 0, element != needle[matched] { matched = borders[matched - 1] }
            if element == needle[matched] { matched += 1 }
            if matched == needle.count {
                found.append(position - matched + 1)
                if found.count == limit { return found }
            }
        }
        return found
    }

    private static func borders<Element: Equatable>(_ needle: ContiguousArray<Element>) -> [Int] {
        var borders = [Int](repeating: 0, count: needle.count)
        var length = 0
        for position in needle.indices.dropFirst() {
            while length > 0, needle[position] != needle[length] { length = borders[length - 1] }
            if needle[position] == needle[length] { length += 1 }
            borders[position] = length
        }
        return borders
    }
}
