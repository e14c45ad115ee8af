/// Why an expression was refused, with its place.
package struct CELCompileError: Error, Sendable {
    /// One sentence without the place.
    package let message: String
    /// Line, from 1.
    package let line: Int
    /// Column in Unicode scalars, from 1.
    package let column: Int
    /// The text of that line, cut to 200 scalars around the column.
    package let sourceLine: String
    private let caretColumn: Int

    init(_ message: String, at offset: Int, in source: Source) {
        let place = source.place(of: offset)
        self.message = message
        line = place.line
        column = place.column
        (sourceLine, caretColumn) = source.excerpt(line: place.line, column: place.column)
    }

    /// The message, the line of the source and a caret under the column.
    package var render: String {
        "\(line):\(column): \(message)\n | \(sourceLine)\n | " + String(repeating: ".", count: caretColumn - 1) + "^"
    }
}

/// Why a declaration was refused.
package enum CELDeclarationError: Error, Sendable, Equatable {
    /// A variable of that name exists, or a function of that name, number of arguments and kind (receiver or not).
    case repeatedName(String)
    /// The name is not an identifier or identifiers joined by dots.
    case badName(String)
    /// The signature of an overload cannot be read.
    case badSignature(String)
}

/// The text of an expression and its lines.
struct Source: Sendable {
    let bytes: ContiguousArray<UInt8>

    init(_ text: String) { bytes = ContiguousArray(text.utf8) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    func place(of offset: Int) -> (line: Int, column: Int) {
        var (line, column) = (1, 1)
        for byte in bytes.prefix(offset) {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return (line, column)
    }

    /// The line's text, cut around the column, and the caret's column in it.
    func excerpt(line: Int, column: Int) -> (String, Int) {
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard line <= lines.count else { return ("", 1) }
        let scalars = Array(String(decoding: lines[line - 1], as: UTF8.self).unicodeScalars)
        let start = max(0, min(column - 100, scalars.count - 200))
        let shown = scalars[min(start, scalars.count)..<min(start + 200, scalars.count)]
        return (CELString(scalars: shown.map { $0.value < 0x20 ? " " : $0 }).text, max(1, column - start))
    }
}
