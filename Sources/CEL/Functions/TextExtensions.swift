/// The string extensions and base64. Positions count Unicode scalars.
enum TextExtensions {
    static let functions: [Library.Definition] = [
        .two("(string).charAt(int) -> string") { context, text, index throws(CELErrorCode) in
            let scalars = try scalars(text, &context)
            let position = try TextFunctions.int(index)
            guard (0...scalars.count).contains(position) else { throw .indexOutOfRange }
            return .string(CELString(scalars: scalars[position..<min(position + 1, scalars.count)]))
        },
        .two("(string).indexOf(string) -> int") { context, text, part throws(CELErrorCode) in
            try index(&context, text, part, from: 0)
        },
        .three("(string).indexOf(string, int) -> int") { context, text, part, start throws(CELErrorCode) in
            try index(&context, text, part, from: try TextFunctions.int(start))
        },
        .two("(string).lastIndexOf(string) -> int") { context, text, part throws(CELErrorCode) in
            try lastIndex(&context, text, part, upTo: nil)
        },
        .three("(string).lastIndexOf(string, int) -> int") { context, text, part, end throws(CELErrorCode) in
            try lastIndex(&context, text, part, upTo: try TextFunctions.int(end))
        },
        .one("(string).lowerAscii() -> string") { context, text throws(CELErrorCode) in
            try mapped(text, &context) { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
        },
        .one("(string).upperAscii() -> string") { context, text throws(CELErrorCode) in
            try mapped(text, &context) { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }
        },
        .one("(string).reverse() -> string") { context, text throws(CELErrorCode) in
            .string(CELString(scalars: try scalars(text, &context).reversed()))
        },
        .one("(string).trim() -> string") { context, text throws(CELErrorCode) in
            let scalars = try scalars(text, &context)
            guard let first = scalars.firstIndex(where: { !isSpace($0) }),
                let last = scalars.lastIndex(where: { !isSpace($0) })
            else { return .text("") }
            return .string(CELString(scalars: scalars[first...last]))
        },
        .two("(string).substring(int) -> string") { context, text, start throws(CELErrorCode) in
            let scalars = try scalars(text, &context)
            return try slice(scalars, try TextFunctions.int(start), scalars.count)
        },
        .three("(string).substring(int, int) -> string") { context, text, start, end throws(CELErrorCode) in
            let scalars = try scalars(text, &context)
            return try slice(scalars, try TextFunctions.int(start), try TextFunctions.int(end))
        },
        Library.Definition(
            "(string).replace(string, string) -> string", "(string).replace(string, string, int) -> string",
            body: .many(TextSplitting.replace)),
        Library.Definition(
            "(string).split(string) -> list(string)", "(string).split(string, int) -> list(string)",
            body: .many(TextSplitting.split)),
        Library.Definition(
            "(list(string)).join() -> string", "(list(string)).join(string) -> string",
            body: .many(TextSplitting.join)),
        .two("(string).format(list(dyn)) -> string") { context, text, arguments throws(CELErrorCode) in
            guard case .list(let list) = arguments else { throw .noSuchOverload }
            var formatter = Formatter(try TextFunctions.text(text), list)
            return .string(try formatter.run(&context))
        },
        .one("strings.quote(string) -> string") { context, text throws(CELErrorCode) in
            let scalars = try scalars(text, &context)
            return .text("\"" + scalars.map(escaped).joined() + "\"")
        },
        .one("base64.encode(bytes) -> string") { context, value throws(CELErrorCode) in
            guard case .bytes(let bytes) = value else { throw .noSuchOverload }
            try context.charge(bytes: bytes.count)
            return .string(Base64.encode(bytes))
        },
        .one("base64.decode(string) -> bytes") { context, value throws(CELErrorCode) in
            let text = try TextFunctions.text(value)
            try context.charge(bytes: text.utf8.count)
            guard let bytes = Base64.decode(text.utf8) else { throw .invalidConversion }
            return .bytes(bytes)
        },
    ]

    static func scalars(_ value: CELValue, _ context: inout CallContext) throws(CELErrorCode) -> [Unicode.Scalar] {
        let text = try TextFunctions.text(value)
        try context.charge(bytes: text.utf8.count)
        return text.scalars
    }

    private static func mapped(
        _ value: CELValue, _ context: inout CallContext, _ change: (UInt8) -> UInt8
    ) throws(CELErrorCode) -> CELValue {
        let text = try TextFunctions.text(value)
        try context.charge(bytes: text.utf8.count)
        return .string(CELString(trusted: ContiguousArray(text.utf8.map(change))))
    }

    private static func index(
        _ context: inout CallContext, _ value: CELValue, _ part: CELValue, from start: Int
    ) throws(CELErrorCode) -> CELValue {
        let (whole, piece) = (try scalars(value, &context), try scalars(part, &context))
        if piece.isEmpty, start >= 0, start <= whole.count { return .int(Int64(start)) }
        guard start >= 0, start < whole.count || (start == 0 && whole.isEmpty) else { throw .indexOutOfRange }
        return .int(Int64(Search.first(piece, in: whole, from: start) ?? -1))
    }

    private static func lastIndex(
        _ context: inout CallContext, _ value: CELValue, _ part: CELValue, upTo end: Int?
    ) throws(CELErrorCode) -> CELValue {
        let (whole, piece) = (try scalars(value, &context), try scalars(part, &context))
        if let end {
            if piece.isEmpty, end >= 0, end <= whole.count { return .int(Int64(end)) }
            guard end >= 0, end < whole.count else { throw .indexOutOfRange }
        }
        let last = min(end ?? whole.count, whole.count - piece.count)
        guard last >= 0 else { return .int(-1) }
        let reversed = Array(whole[..<(last + piece.count)].reversed())
        guard let found = Search.first(Array(piece.reversed()), in: reversed, from: 0) else { return .int(-1) }
        return .int(Int64(reversed.count - found - piece.count))
    }

    private static func slice(_ scalars: [Unicode.Scalar], _ start: Int, _ end: Int) throws(CELErrorCode) -> CELValue {
        guard start >= 0, end <= scalars.count, start <= end else { throw .indexOutOfRange }
        return .string(CELString(scalars: scalars[start..<end]))
    }

    /// Unicode's white space (property White_Space).
    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\u{07}": "\\a"
        case "\u{08}": "\\b"
        case "\u{0C}": "\\f"
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        case "\u{0B}": "\\v"
        case "\\": "\\\\"
        case "\"": "\\\""
        default: String(Character(scalar))
        }
    }
}
