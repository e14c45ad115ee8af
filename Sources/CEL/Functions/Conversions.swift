/// Conversions between types, `type()` and `dyn()`.
enum Conversions {
    static let functions: [Library.Definition] = [
        .one("dyn(A) -> dyn") { _, value throws(CELErrorCode) in value },
        .one("type(A) -> type(A)") { _, value throws(CELErrorCode) in .type(value.type) },
        .one("int(int) -> int", "int(uint) -> int", "int(double) -> int", "int(string) -> int",
            "int(timestamp) -> int", "int(duration) -> int", body: int),
        .one("uint(uint) -> uint", "uint(int) -> uint", "uint(double) -> uint", "uint(string) -> uint", body: uint),
        .one("double(double) -> double", "double(int) -> double", "double(uint) -> double",
            "double(string) -> double", body: double),
        .one("bool(bool) -> bool", "bool(string) -> bool", body: bool),
        .one("bytes(bytes) -> bytes", "bytes(string) -> bytes", body: bytes),
        .one("string(string) -> string", "string(bool) -> string", "string(int) -> string", "string(uint) -> string",
            "string(double) -> string", "string(bytes) -> string", "string(timestamp) -> string",
            "string(duration) -> string", body: string),
        .one("timestamp(timestamp) -> timestamp", "timestamp(int) -> timestamp", "timestamp(string) -> timestamp",
            body: timestamp),
        .one("duration(duration) -> duration", "duration(int) -> duration", "duration(string) -> duration",
            body: duration),
    ]

    /// The longest text that is read as a number or a time.
    private static let maxNumberBytes = 1_100

    private static let int: FunctionBody.One = { _, value throws(CELErrorCode) in
        switch value {
        case .int: return value
        case .uint(let number):
            guard let signed = Int64(exactly: number) else { throw .overflow }
            return .int(signed)
        case .double(let number):
            guard number > -0x1p63, number < 0x1p63 else { throw .overflow }
            return .int(Int64(number))
        case .string(let text):
            guard text.utf8.count <= maxNumberBytes, let number = Int64(text.text) else { throw .invalidConversion }
            return .int(number)
        case .timestamp(let time): return .int(time.seconds)
        case .duration(let span): return .int(span.seconds)
        default: throw .noSuchOverload
        }
    }

    private static let uint: FunctionBody.One = { _, value throws(CELErrorCode) in
        switch value {
        case .uint: return value
        case .int(let number):
            guard let unsigned = UInt64(exactly: number) else { throw .overflow }
            return .uint(unsigned)
        case .double(let number):
            guard number > -1, number < 0x1p64, number >= 0 else { throw .overflow }
            return .uint(UInt64(number))
        case .string(let text):
            guard text.utf8.count <= maxNumberBytes, let number = UInt64(text.text) else { throw .invalidConversion }
            return .uint(number)
        default: throw .noSuchOverload
        }
    }

    private static let double: FunctionBody.One = { _, value throws(CELErrorCode) in
        switch value {
        case .double: return value
        case .int(let number): return .double(Double(number))
        case .uint(let number): return .double(Double(number))
        case .string(let text):
            guard text.utf8.count <= maxNumberBytes, let number = Double(text.text) else { throw .invalidConversion }
            return .double(number)
        default: throw .noSuchOverload
        }
    }

    private static let bool: FunctionBody.One = { _, value throws(CELErrorCode) in
        switch value {
        case .bool: return value
        case .string(let text):
            switch text.text {
            case "1", "t", "T", "true", "TRUE", "True": return .bool(true)
            case "0", "f", "F", "false", "FALSE", "False": return .bool(false)
            default: throw .invalidConversion
            }
        default: throw .noSuchOverload
        }
    }

    private static let bytes: FunctionBody.One = { context, value throws(CELErrorCode) in
        switch value {
        case .bytes: return value
        case .string(let text): return .bytes(text.utf8)
        default: throw .noSuchOverload
        }
    }

    private static let string: FunctionBody.One = { context, value throws(CELErrorCode) in
        switch value {
        case .string: return value
        case .bool(let flag): return .text(flag ? "true" : "false")
        case .int(let number): return .text(String(number))
        case .uint(let number): return .text(String(number))
        case .double(let number): return .text(NumberText.shortest(number))
        case .bytes(let bytes):
            try context.charge(bytes: bytes.count)
            guard let text = CELString(validating: bytes) else { throw .invalidUTF8 }
            return .string(text)
        case .timestamp(let time): return .text(time.text)
        case .duration(let span): return .text(span.text)
        default: throw .noSuchOverload
        }
    }

    private static let timestamp: FunctionBody.One = { _, value throws(CELErrorCode) in
        let time: CELTimestamp? =
            switch value {
            case .timestamp(let time): time
            case .int(let seconds): CELTimestamp(seconds: seconds)
            case .string(let text): text.utf8.count <= maxNumberBytes ? CELTimestamp(parsing: text.text) : nil
            default: throw .noSuchOverload
            }
        guard let time else { throw .timestampRange }
        return .timestamp(time)
    }

    private static let duration: FunctionBody.One = { _, value throws(CELErrorCode) in
        let span: CELDuration? =
            switch value {
            case .duration(let span): span
            case .int(let seconds): CELDuration(seconds: seconds)
            case .string(let text): text.utf8.count <= maxNumberBytes ? CELDuration(parsing: text.text) : nil
            default: throw .noSuchOverload
            }
        guard let span else { throw .durationRange }
        return .duration(span)
    }
}
