extension CELValue: CustomStringConvertible {
    /// The longest description in bytes, about; longer ones end in an ellipsis.
    package static let maxDescriptionBytes = 4_096

    /// Text for people: like CEL, but a text by itself is not quoted.
    package var description: String {
        if case .string(let text) = self { return text.text }
        var output = ""
        describe(into: &output)
        return output
    }

    private func describe(into output: inout String) {
        guard output.utf8.count < Self.maxDescriptionBytes else {
            if !output.hasSuffix("…") { output += "…" }
            return
        }
        switch self {
        case .null: output += "null"
        case .bool(let flag): output += flag ? "true" : "false"
        case .int(let number): output += String(number)
        case .uint(let number): output += String(number)
        case .double(let number): output += NumberText.plain(number)
        case .string(let text): output += "'" + text.text + "'"
        case .bytes(let bytes):
            output += "b'" + bytes.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "'"
        case .timestamp(let time): output += time.text
        case .duration(let span): output += span.text
        case .type(let type): output += type.runtimeName
        case .record(let record): output += record.type.name
        case .list(let list): Self.describe(list, nil, "[", "]", into: &output)
        case .map(let map): Self.describe(map.keys, map.values, "{", "}", into: &output)
        case .optional(let optional):
            guard let inner = optional.value else {
                output += "optional.none()"
                return
            }
            Self.describe([inner], nil, "optional(", ")", into: &output)
        }
    }

    private static func describe(
        _ items: ContiguousArray<CELValue>, _ values: ContiguousArray<CELValue>?, _ open: String, _ close: String,
        into output: inout String
    ) {
        output += open
        for position in items.indices {
            guard output.utf8.count < maxDescriptionBytes else {
                if !output.hasSuffix("…") { output += "…" }
                break
            }
            if position > 0 { output += ", " }
            items[position].describe(into: &output)
            if let values {
                output += ": "
                values[position].describe(into: &output)
            }
        }
        output += close
    }
}
