/// Reads the content of one quoted literal.
struct LiteralReader {
    let source: Source
    private(set) var position: Int
    private let quote: UInt8
    private let isRaw: Bool
    private let isBytes: Bool
    private let start: Int

    init(source: Source, position: Int, quote: UInt8, isRaw: Bool, isBytes: Bool) {
        self.source = source
        self.position = position
        self.quote = quote
        self.isRaw = isRaw
        self.isBytes = isBytes
        start = position
    }

    mutating func read() throws(CELCompileError) -> ContiguousArray<UInt8> {
        let isTriple = hasQuotes(3)
        position += isTriple ? 3 : 1
        var content = ContiguousArray<UInt8>()
        while position < source.bytes.count {
            let byte = source.bytes[position]
            if isTriple ? hasQuotes(3) : byte == quote {
                position += isTriple ? 3 : 1
                return content
            }
            if !isTriple, byte == 0x0A || byte == 0x0D { break }
            if byte == UInt8(ascii: "\\"), !isRaw {
                try readEscape(into: &content)
            } else {
                content.append(byte)
                position += 1
            }
        }
        throw CELCompileError("This text has no closing quote.", at: start, in: source)
    }

    private func hasQuotes(_ count: Int) -> Bool {
        position + count <= source.bytes.count && source.bytes[position..<position + count].allSatisfy { $0 == quote }
    }

    private mutating func readEscape(into content: inout ContiguousArray<UInt8>) throws(CELCompileError) {
        let escape = position
        guard position + 1 < source.bytes.count else {
            throw CELCompileError("This text has no closing quote.", at: start, in: source)
        }
        let letter = source.bytes[position + 1]
        position += 2
        if let simple = Self.simpleEscapes[letter] {
            content.append(simple)
            return
        }
        let value: UInt32?
        switch letter {
        case UInt8(ascii: "x"), UInt8(ascii: "X"): value = digits(2, radix: 16)
        case UInt8(ascii: "u"): value = isBytes ? nil : digits(4, radix: 16)
        case UInt8(ascii: "U"): value = isBytes ? nil : digits(8, radix: 16)
        case 0x30...0x33:
            position -= 1
            value = digits(3, radix: 8)
        default: value = nil
        }
        guard let value else { throw CELCompileError("This escape is not known.", at: escape, in: source) }
        if isBytes {
            content.append(UInt8(truncatingIfNeeded: value))
        } else if let scalar = Unicode.Scalar(value), let encoded = UTF8.encode(scalar) {
            content.append(contentsOf: encoded)
        } else {
            throw CELCompileError("This escape is not a Unicode scalar.", at: escape, in: source)
        }
    }

    private mutating func digits(_ count: Int, radix: Int) -> UInt32? {
        guard position + count <= source.bytes.count else { return nil }
        let text = source.text(position..<position + count)
        guard text.utf8.allSatisfy(isHexDigit), let value = UInt32(text, radix: radix) else { return nil }
        position += count
        return value
    }

    private static let simpleEscapes: [UInt8: UInt8] = [
        UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10,
        UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9, UInt8(ascii: "v"): 11, UInt8(ascii: "\\"): 92,
        UInt8(ascii: "?"): 63, UInt8(ascii: "\""): 34, UInt8(ascii: "'"): 39, UInt8(ascii: "`"): 96,
    ]
}
