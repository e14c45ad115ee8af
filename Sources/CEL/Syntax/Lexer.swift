/// Splits the source into tokens, one at a time.
struct Lexer {
    let source: Source
    private var position = 0

    init(_ source: Source) { self.source = source }

    mutating func next() throws(CELCompileError) -> Token {
        skipBlank()
        let start = position
        guard let byte = peek() else { return Token(kind: .end, start: start, end: start) }
        let kind: Token.Kind
        if let literal = try stringLiteral() {
            kind = literal
        } else if isIdentifierStart(byte) {
            kind = .identifier(identifier())
        } else if byte == UInt8(ascii: "`") {
            kind = try quotedIdentifier()
        } else if isDigit(byte) || (byte == UInt8(ascii: ".") && peek(1).map(isDigit) == true) {
            kind = try number()
        } else {
            kind = try symbol()
        }
        return Token(kind: kind, start: start, end: position)
    }

    func failure(_ message: String, at offset: Int) -> CELCompileError {
        CELCompileError(message, at: offset, in: source)
    }

    private func peek(_ ahead: Int = 0) -> UInt8? {
        position + ahead < source.bytes.count ? source.bytes[position + ahead] : nil
    }

    /// White space and comments to the end of the line.
    private mutating func skipBlank() {
        while let byte = peek() {
            if byte == 0x20 || (0x09...0x0D).contains(byte) && byte != 0x0B {
                position += 1
            } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "/") {
                while let inner = peek(), inner != 0x0A {
                    _ = inner
                    position += 1
                }
            } else {
                return
            }
        }
    }

    private mutating func identifier() -> String {
        let start = position
        while let byte = peek(), isIdentifierStart(byte) || isDigit(byte) { position += 1 }
        return source.text(start..<position)
    }

    private mutating func quotedIdentifier() throws(CELCompileError) -> Token.Kind {
        let start = position
        position += 1
        while let byte = peek(), isIdentifierStart(byte) || isDigit(byte) || " .-/".utf8.contains(byte) {
            position += 1
        }
        guard peek() == UInt8(ascii: "`"), position > start + 1 else {
            throw failure("A quoted name holds letters, digits, '_.-/' and blanks, and ends with '`'.", at: start)
        }
        position += 1
        return .quotedIdentifier(source.text(start + 1..<position - 1))
    }

    private mutating func symbol() throws(CELCompileError) -> Token.Kind {
        for length in [2, 1] where position + length <= source.bytes.count {
            if let symbol = Symbol(rawValue: source.text(position..<position + length)) {
                position += length
                return .symbol(symbol)
            }
        }
        throw failure("This character has no meaning here.", at: position)
    }

    private mutating func number() throws(CELCompileError) -> Token.Kind {
        let start = position
        if peek() == UInt8(ascii: "0"), peek(1) == UInt8(ascii: "x") {
            position += 2
            let digits = takeDigits(isHexDigit)
            return try integer(source.text(digits), radix: 16, at: start)
        }
        let whole = takeDigits(isDigit)
        var isDouble = false
        if peek() == UInt8(ascii: "."), peek(1).map(isDigit) == true {
            isDouble = true
            position += 1
            _ = takeDigits(isDigit)
        }
        if let marker = peek(), marker | 0x20 == UInt8(ascii: "e") {
            let hasSign = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
            guard peek(hasSign ? 2 : 1).map(isDigit) == true else {
                throw failure("The exponent has no digits.", at: start)
            }
            isDouble = true
            position += hasSign ? 2 : 1
            _ = takeDigits(isDigit)
        }
        guard isDouble else { return try integer(source.text(whole), radix: 10, at: start) }
        let text = source.text(start..<position)
        guard let value = Double(text.hasPrefix(".") ? "0" + text : text), value.isFinite else {
            throw failure("This number is out of the range of a double.", at: start)
        }
        return .double(value)
    }

    private mutating func integer(_ digits: String, radix: Int, at start: Int) throws(CELCompileError) -> Token.Kind {
        guard !digits.isEmpty else { throw failure("Digits are missing.", at: start) }
        guard let value = UInt64(digits, radix: radix) else {
            throw failure("This number is out of the range of 64 bits.", at: start)
        }
        guard let suffix = peek(), suffix | 0x20 == UInt8(ascii: "u") else { return .int(value) }
        position += 1
        return .uint(value)
    }

    private mutating func takeDigits(_ accepts: (UInt8) -> Bool) -> Range<Int> {
        let start = position
        while let byte = peek(), accepts(byte) { position += 1 }
        return start..<position
    }

    /// A string or bytes literal when one starts here: optional `b`, optional `r`, in this order, then quotes.
    private mutating func stringLiteral() throws(CELCompileError) -> Token.Kind? {
        let isBytes = peek().map { $0 | 0x20 } == UInt8(ascii: "b")
        var ahead = isBytes ? 1 : 0
        let isRaw = peek(ahead).map { $0 | 0x20 } == UInt8(ascii: "r")
        if isRaw { ahead += 1 }
        guard let quote = peek(ahead), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
        var reader = LiteralReader(
            source: source, position: position + ahead, quote: quote, isRaw: isRaw, isBytes: isBytes)
        let content = try reader.read()
        position = reader.position
        return isBytes ? .bytes(content) : .string(CELString(trusted: content))
    }
}

func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }

func isIdentifierStart(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_")
}
