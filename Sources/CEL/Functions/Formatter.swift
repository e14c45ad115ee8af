/// `format()`: the clauses %s %d %f %e %b %o %x %X and %%.
struct Formatter {
    /// The largest precision of %f and %e.
    static let maxPrecision = 1_000
    /// The cost of the exact decimal digits of a double.
    private static let exactCost = 500

    private let format: [UInt8]
    private let arguments: ContiguousArray<CELValue>
    private var position = 0
    private var used = 0
    private var output = ContiguousArray<UInt8>()

    init(_ format: CELString, _ arguments: ContiguousArray<CELValue>) {
        self.format = Array(format.utf8)
        self.arguments = arguments
    }

    mutating func run(_ context: inout CallContext) throws(CELErrorCode) -> CELString {
        try context.charge(bytes: format.count)
        while position < format.count {
            let byte = format[position]
            position += 1
            guard byte == UInt8(ascii: "%") else {
                output.append(byte)
                continue
            }
            guard position < format.count else { throw .badFormat }
            if format[position] == UInt8(ascii: "%") {
                output.append(byte)
                position += 1
            } else {
                let text = try clause(&context)
                try context.charge(bytes: text.utf8.count)
                output.append(contentsOf: text.utf8)
            }
        }
        return CELString(trusted: output)
    }

    private mutating func clause(_ context: inout CallContext) throws(CELErrorCode) -> String {
        let precision = try precision()
        guard position < format.count, used < arguments.count else { throw .badFormat }
        let letter = Unicode.Scalar(format[position])
        position += 1
        let value = arguments[used]
        used += 1
        switch letter {
        case "s": return try Self.text(value, &context)
        case "d": return try decimal(value)
        case "f", "e":
            try context.charge(Self.exactCost)
            let number = try number(value)
            return letter == "f"
                ? NumberText.fixed(number, digits: precision ?? 6)
                : NumberText.scientific(number, digits: precision ?? 6)
        case "b":
            if case .bool(let flag) = value { return flag ? "1" : "0" }
            return try integer(value, radix: 2)
        case "o": return try integer(value, radix: 8)
        case "x", "X": return try hexadecimal(value, isUpper: letter == "X", &context)
        default: throw .badFormat
        }
    }

    private mutating func precision() throws(CELErrorCode) -> Int? {
        guard position < format.count, format[position] == UInt8(ascii: ".") else { return nil }
        position += 1
        let digits = format[position...].prefix { isDigit($0) }
        position += digits.count
        guard digits.count <= 4, let value = Int(String(decoding: digits, as: UTF8.self)),
            value <= Self.maxPrecision
        else { throw .badFormat }
        return value
    }

    private func decimal(_ value: CELValue) throws(CELErrorCode) -> String {
        if case .double(let number) = value { return NumberText.plain(number) }
        return try integer(value, radix: 10)
    }

    private func integer(_ value: CELValue, radix: Int, isUpper: Bool = false) throws(CELErrorCode) -> String {
        switch value {
        case .int(let number): return String(number, radix: radix, uppercase: isUpper)
        case .uint(let number): return String(number, radix: radix, uppercase: isUpper)
        default: throw .badFormat
        }
    }

    private func number(_ value: CELValue) throws(CELErrorCode) -> Double {
        switch value {
        case .double(let number): return number
        case .int(let number): return Double(number)
        case .uint(let number): return Double(number)
        default: throw .badFormat
        }
    }

    private func hexadecimal(
        _ value: CELValue, isUpper: Bool, _ context: inout CallContext
    ) throws(CELErrorCode) -> String {
        let bytes: ContiguousArray<UInt8>
        switch value {
        case .string(let text): bytes = text.utf8
        case .bytes(let content): bytes = content
        default: return try integer(value, radix: 16, isUpper: isUpper)
        }
        try context.charge(bytes: bytes.count * 2)
        return bytes.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: isUpper)
        }.joined()
    }

    /// What %s writes.
    private static func text(_ value: CELValue, _ context: inout CallContext) throws(CELErrorCode) -> String {
        try context.charge(1)
        switch value {
        case .string(let text):
            try context.charge(bytes: text.utf8.count)
            return text.text
        case .bytes(let bytes):
            try context.charge(bytes: bytes.count)
            return String(decoding: bytes, as: UTF8.self)
        case .list(let list):
            var parts: [String] = []
            for element in list { parts.append(try text(element, &context)) }
            return "[" + parts.joined(separator: ", ") + "]"
        case .map(let map):
            var parts: [(key: CELString, value: String)] = []
            for (key, element) in zip(map.keys, map.values) {
                parts.append((CELString(try text(key, &context)), try text(element, &context)))
            }
            let sorted = parts.sorted { $0.key < $1.key }
            return "{" + sorted.map { $0.key.text + ": " + $0.value }.joined(separator: ", ") + "}"
        case .double(let number): return NumberText.plain(number)
        case .record, .optional: throw .badFormat
        default: return value.description
        }
    }
}
