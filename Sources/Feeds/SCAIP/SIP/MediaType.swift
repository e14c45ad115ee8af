/// The Content-Type of a message, as far as it matters here.
struct MediaType: Sendable, Equatable {
  /// What a body may be called (protocols page, section 5).
  static let accepted = ["application/scaip+xml", "application/xml", "text/xml", "text/plain"]
  /// What our own body is called where the request's is called something else.
  static let standard = "application/scaip+xml"

  /// Type and subtype in lower case; empty when the message names none.
  let name: String
  /// The `charset` parameter in lower case.
  let charset: String?

  init(_ value: String?) {
    let pieces = parts(of: value ?? "", separator: ";").map { trimmed($0) }
    name = pieces[0].lowercased()
    charset = pieces.dropFirst().first { $0.lowercased().hasPrefix("charset=") }.map { piece in
      trimmed(piece.dropFirst("charset=".count)).lowercased().filter { $0 != "\"" }
    }
  }

  /// A message that names no type can only mean ours.
  var isAccepted: Bool { name.isEmpty || Self.accepted.contains(name) }

  /// The name for our own body: the sender's, so that it reads what it writes.
  var answerName: String { Self.accepted.contains(name) ? name : Self.standard }
}
