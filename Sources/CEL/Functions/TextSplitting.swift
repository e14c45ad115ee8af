/// `replace`, `split` and `join`.
enum TextSplitting {
    static let replace: FunctionBody.Many = { context, arguments throws(CELErrorCode) in
        let (old, new) = try TextFunctions.pair(arguments[1], arguments[2])
        let limit = arguments.count == 4 ? try TextFunctions.int(arguments[3]) : -1
        let whole = try TextFunctions.text(arguments[0])
        try context.charge(bytes: whole.utf8.count)
        if old.utf8.isEmpty { return try interleaved(&context, whole, new, limit) }
        let parts = pieces(whole.utf8, old.utf8, limit < 0 ? nil : limit)
        try context.charge(bytes: parts.count * (new.utf8.count + 1))
        return .string(CELString(trusted: ContiguousArray(parts.joined(separator: new.utf8))))
    }

    /// An empty text is found before every scalar and at the end.
    private static func interleaved(
        _ context: inout CallContext, _ whole: CELString, _ new: CELString, _ limit: Int
    ) throws(CELErrorCode) -> CELValue {
        let scalars = whole.scalars
        let count = limit < 0 ? scalars.count + 1 : min(limit, scalars.count + 1)
        try context.charge(bytes: count * (new.utf8.count + 1))
        var bytes = ContiguousArray<UInt8>()
        for (position, scalar) in scalars.enumerated() {
            if position < count { bytes.append(contentsOf: new.utf8) }
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
        if count > scalars.count { bytes.append(contentsOf: new.utf8) }
        return .string(CELString(trusted: bytes))
    }

    static let split: FunctionBody.Many = { context, arguments throws(CELErrorCode) in
        let (whole, separator) = try TextFunctions.pair(arguments[0], arguments[1])
        let limit = arguments.count == 3 ? try TextFunctions.int(arguments[2]) : -1
        try context.charge(bytes: whole.utf8.count)
        if limit == 0 { return .list([]) }
        if separator.utf8.isEmpty { return try characters(&context, whole, limit) }
        let parts = pieces(whole.utf8, separator.utf8, limit < 0 ? nil : limit - 1)
        try context.charge(parts.count)
        return .list(ContiguousArray(parts.map { .string(CELString(trusted: ContiguousArray($0))) }))
    }

    private static func characters(
        _ context: inout CallContext, _ whole: CELString, _ limit: Int
    ) throws(CELErrorCode) -> CELValue {
        let scalars = whole.scalars
        try context.charge(scalars.count)
        let single = limit < 0 ? scalars.count : min(limit - 1, scalars.count)
        var parts = scalars[..<single].map { CELValue.string(CELString(scalars: [$0])) }
        if single < scalars.count { parts.append(.string(CELString(scalars: scalars[single...]))) }
        return .list(ContiguousArray(parts))
    }

    static let join: FunctionBody.Many = { context, arguments throws(CELErrorCode) in
        guard case .list(let list) = arguments[0] else { throw .noSuchOverload }
        let separator = arguments.count == 2 ? try TextFunctions.text(arguments[1]) : ""
        var bytes = ContiguousArray<UInt8>()
        for (position, element) in list.enumerated() {
            let text = try TextFunctions.text(element)
            try context.charge(bytes: text.utf8.count + separator.utf8.count)
            if position > 0 { bytes.append(contentsOf: separator.utf8) }
            bytes.append(contentsOf: text.utf8)
        }
        return .string(CELString(trusted: bytes))
    }

    /// What lies between the occurrences of a part that is not empty; at most `limit` occurrences count.
    private static func pieces(
        _ whole: ContiguousArray<UInt8>, _ part: ContiguousArray<UInt8>, _ limit: Int?
    ) -> [ArraySlice<UInt8>] {
        let bytes = Array(whole)
        var parts: [ArraySlice<UInt8>] = []
        var start = 0
        for found in Search.all(part, in: whole) where found >= start {
            if let limit, parts.count >= limit { break }
            parts.append(bytes[start..<found])
            start = found + part.count
        }
        parts.append(bytes[start...])
        return parts
    }
}

/// Base64 of RFC 4648, section 4; decoding accepts missing padding.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: ContiguousArray<UInt8>) -> CELString {
        var text = ContiguousArray<UInt8>()
        var start = 0
        while start < bytes.count {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for position in 0..<4 {
                text.append(position <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * position) & 63)] : 0x3D)
            }
            start += 3
        }
        return CELString(trusted: text)
    }

    static func decode(_ text: ContiguousArray<UInt8>) -> ContiguousArray<UInt8>? {
        var digits = text[...]
        let padding = digits.suffix(2).filter { $0 == 0x3D }.count
        guard padding == 0 || text.count % 4 == 0 else { return nil }
        digits = digits.dropLast(padding)
        guard digits.count % 4 != 1 else { return nil }
        var bytes = ContiguousArray<UInt8>()
        var (bits, count) = (UInt32(0), 0)
        for digit in digits {
            guard let value = alphabet.firstIndex(of: digit) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }
}
