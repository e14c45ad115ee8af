/// Maps a line and column inside an expression to the file.
struct ExpressionPlace {
  private let lines: [Substring.UnicodeScalarView]

  init(source: String) {
    lines = source.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map { Substring($0).unicodeScalars }
  }

  /// The place in the file, or nil when the text was folded, so that only its start is known.
  func place(in node: TextNode, line: Int, column: Int) -> TextNode.Place? {
    guard case .text(let text, let style) = node.content else { return nil }
    switch style {
    case .literal:
      let fileLine = node.place.line + line
      guard let indent = indentation(after: node.place.line) else { return nil }
      return .init(line: fileLine, column: indent + column)
    case .plain, .quoted:
      let start = node.place.column + (style == .quoted ? 1 : 0)
      guard line == 1, stands(text, at: .init(line: node.place.line, column: start)) else { return nil }
      return .init(line: node.place.line, column: start + column - 1)
    case .folded:
      return nil
    }
  }

  /// The text is written in one line, without escapes.
  private func stands(_ text: String, at place: TextNode.Place) -> Bool {
    guard lines.indices.contains(place.line - 1) else { return false }
    return lines[place.line - 1].dropFirst(place.column - 1).starts(with: text.unicodeScalars)
  }

  /// Leading blanks of the first line with text after a line.
  private func indentation(after line: Int) -> Int? {
    guard line < lines.count else { return nil }
    for candidate in lines[line...] {
      let blanks = candidate.prefix { $0 == " " }.count
      if blanks < candidate.count { return blanks }
    }
    return nil
  }
}
