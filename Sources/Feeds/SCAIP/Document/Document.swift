/// The XML of one request, as far as it could be read.
struct Document: Sendable {
  /// The local name of the root.
  let root: String
  /// Why not all of it could be read.
  let problem: XMLScanner.Problem?
  /// See ``XMLText/isGuess``.
  let isGuess: Bool
  private let fields: [(name: String, text: String)]

  init(_ body: [UInt8], charset: String?) {
    let decoded = XMLText(Array(body.prefix(XMLScanner.maximumBytes)), charset: charset)
    var scanner = XMLScanner(decoded.utf8)
    var problem: XMLScanner.Problem?
    do throws(XMLScanner.Problem) { try scanner.scan() } catch { problem = error }
    if body.count > XMLScanner.maximumBytes { problem = .tooLarge }
    self.problem = problem
    root = scanner.root
    fields = scanner.fields
    isGuess = decoded.isGuess
  }

  /// The text of the first element of this name, blanks around it trimmed; nil when it is absent or empty.
  func value(_ name: String) -> String? {
    guard let text = fields.first(where: { $0.name == name })?.text, !text.isEmpty else { return nil }
    return text
  }
}
