/// What is wrong in a mapping file, and where.
package struct MappingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The place inside the document (`rules[2].when`); empty for the document itself.
  package let path: String
  /// What is wrong there, in a few words; names only what the file says.
  package let problem: String

  package var description: String { path.isEmpty ? problem : path + ": " + problem }
}
