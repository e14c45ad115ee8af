/// The `mrs` that a device waits for.
package struct ScaipAnswer: Sendable, Equatable {
  /// Longest reference that is given back; a longer one is left out.
  package static let maximumReferenceBytes = 64

  /// The device's own; nil where it could not be read.
  package var reference: String?
  /// `snu`; 0 means that the request is safe.
  package var statusNumber: Int
  /// Where the device is to call.
  package var words: SCAIPAnswerWords

  /// An answer from its parts.
  package init(reference: String?, statusNumber: Int, words: SCAIPAnswerWords = SCAIPAnswerWords()) {
    self.reference = reference
    self.statusNumber = statusNumber
    self.words = words
  }

  /// The document in UTF-8.
  package var bytes: [UInt8] {
    var elements: [(String, String)] = []
    if let reference, reference.utf8.count <= Self.maximumReferenceBytes { elements.append(("ref", reference)) }
    elements.append(("snu", "\(statusNumber)"))
    if let mode = words.voiceMode { elements.append(("mre", "\(mode)")) }
    if let receiver = words.callReceiver { elements.append(("cre", "\(receiver)")) }
    if let number = words.callNumber { elements.append(("tnu", number)) }
    let inner = elements.map { "<\($0)>\(escaped($1))</\($0)>" }.joined()
    return Array("<mrs>\(inner)</mrs>".utf8)
  }
}

private func escaped(_ text: String) -> String {
  text.reduce(into: "") { result, character in
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    default: result.append(character)
    }
  }
}
