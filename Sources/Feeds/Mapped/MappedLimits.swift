/// The bounds of mapping files and of what is read with them.
package enum MappedLimits {
  /// Largest body of a push in bytes; a larger one is refused with 413.
  package static let maximumBodyBytes = 1 << 20
  /// Most items of one push; a body with more is delivered whole, as one unknown signal.
  package static let maximumItems = 1000
  /// Most signals that the rules make of one item or row; the rules after that are not tried.
  package static let maximumSignalsPerItem = 8
  /// Largest decoded payload in bytes; a larger one is noted as an oddity and not looked into.
  package static let maximumPayloadBytes = 1 << 16
  /// Most values that one path finds in one item; further ones are not looked at.
  package static let maximumPathResults = 64
  /// Longest query of a verification request in bytes.
  package static let maximumQueryBytes = 8192

  /// Largest table in bytes; what follows is not read, and one unknown signal says so.
  package static let maximumTableBytes = 64 << 20
  /// Most data rows of a table; what follows is not read, and one unknown signal says so.
  package static let maximumRows = 200_000
  /// Longest row in bytes, line breaks within quotes included; of a longer one this much is kept.
  package static let maximumRowBytes = 1 << 14
  /// Most columns of a table.
  package static let maximumColumns = 256
  /// Most rows above the header that a mapping may skip.
  package static let maximumTitleRows = 16

  /// Longest name of a mapping in bytes.
  package static let maximumNameBytes = 64
  /// Longest text of a mapping file (path, literal, header) in bytes.
  package static let maximumTextBytes = 256
  /// Longest body of an answer in bytes.
  package static let maximumAnswerBytes = 4096
  /// Most steps of a path.
  package static let maximumPathSteps = 16
  /// Highest index in a path.
  package static let maximumPathIndex = 9999
  /// Most paths of one field, and most parts of an id.
  package static let maximumPaths = 8
  /// Most entries of a lookup table.
  package static let maximumTableEntries = 1024
  /// Most rules of a mapping.
  package static let maximumRules = 256
  /// Most conditions of a rule, and most values of a condition.
  package static let maximumConditions = 32
  /// Most payload decoders of a mapping.
  package static let maximumPayloads = 64
  /// Most fields of a binary layout.
  package static let maximumLayoutFields = 64
  /// Most secrets of a mapping at a time: the one in use, and others while they are changed.
  package static let maximumSecrets = 4
}
