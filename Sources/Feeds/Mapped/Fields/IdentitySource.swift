import CareModel
import Crypto

/// How a message says which it is, so that a second copy is recognised.
struct IdentitySource: Sendable, Equatable {
  /// Texts that together name the message; when one of them is missing, the message has no id and counts as new.
  var parts: [FieldSource]
  /// Whether a hash of the whole message is a part as well.
  var hasHash: Bool
  /// Columns of a table that the hash leaves out, because they differ in every copy.
  var without: [String] = []

  /// How long an id is remembered.
  static let repeatWindow = TimeSpan.hours(7 * 24)
  /// Longest id used as it is; a longer one is replaced by a hash of itself.
  static let maximumIDBytes = 128

  /// The id; nil when a part is missing.
  func id(in scope: MappingScope, absent: Set<String>, digest: ([String]) -> String) -> String? {
    var texts: [String] = []
    for part in parts {
      guard let text = part.text(in: scope, absent: absent) else { return nil }
      texts.append(text)
    }
    if hasHash { texts.append(digest(without)) }
    guard !texts.isEmpty else { return nil }
    let plain = texts.joined(separator: "|")
    let isAmbiguous = texts.contains { $0.utf8.contains(UInt8(ascii: "|")) || $0.utf8.contains(0) }
    guard isAmbiguous || plain.utf8.count > Self.maximumIDBytes else { return plain }
    return "hash:" + contentDigest(texts.flatMap { Array("\($0.utf8.count):\($0)".utf8) })
  }
}

/// The first half of the SHA-256 digest, as 32 hexadecimal digits.
func contentDigest(_ bytes: [UInt8]) -> String { hexadecimal(SHA256.hash(data: bytes).prefix(16)) }
