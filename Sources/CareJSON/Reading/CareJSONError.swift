/// Why a JSON body is not what it should be: the field and what is wrong with it, never its value.
package struct CareJSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  package enum Problem: String, Sendable, CaseIterable {
    /// The body is not JSON within the limits.
    case notJSON
    /// A field that must be there is not, or is `null`.
    case missing
    /// A text where a number should be, and the like.
    case wrongType
    /// Not a UUID in its 36 characters.
    case notAnID
    /// Not RFC 3339 with an offset.
    case notATime
    /// None of the words that may stand there.
    case unknownWord
    /// A number outside its range, an end that is not after its start.
    case outOfRange
    /// An empty text, or more bytes than are kept.
    case length
    /// A text with U+0000.
    case notText
    /// More elements than are kept.
    case tooMany
    /// The body names another row than the address.
    case otherID
  }

  /// The field as a path (`identifiers[1].kind`); empty for the body itself.
  package var field: String
  /// What is wrong.
  package var problem: Problem

  /// An error.
  package init(field: String, _ problem: Problem) {
    self.field = field
    self.problem = problem
  }

  /// One sentence for the person who sent the body.
  package var description: String {
    let name = field.isEmpty ? "The body" : "The field \(field)"
    return switch problem {
    case .notJSON: "\(name) is not JSON."
    case .missing: "\(name) is missing."
    case .wrongType: "\(name) has the wrong type."
    case .notAnID: "\(name) is not an id (a UUID of 36 characters)."
    case .notATime: "\(name) is not a time (RFC 3339 with an offset)."
    case .unknownWord: "\(name) is none of the words that can stand there."
    case .outOfRange: "\(name) is out of its range."
    case .length: "\(name) is empty or too long."
    case .notText: "\(name) contains a character that is not text."
    case .tooMany: "\(name) has too many elements."
    case .otherID: "\(name) names another row than the address."
    }
  }
}
