/// One thing that is wrong with the configuration: where, which key, and one sentence. Never a value.
package struct ConfigurationProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// `file:line:column`, the name of a variable, or nil when the key is nowhere.
  package var place: String?
  /// The key; empty when it is about the file as a whole.
  package var key: String
  /// What is wrong and what to do.
  package var message: String

  /// A problem.
  package init(place: String?, key: String, message: String) {
    self.place = place
    self.key = key
    self.message = message
  }

  package var description: String {
    [place, key.isEmpty ? nil : key, message].compactMap(\.self).joined(separator: ": ")
  }
}

/// Why a configuration was refused: at least one problem.
package struct ConfigurationRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong, in the order found.
  package var problems: [ConfigurationProblem]

  /// A refusal.
  package init(problems: [ConfigurationProblem]) { self.problems = problems }

  /// One line a problem.
  package var description: String { problems.map(\.description).joined(separator: "\n") }
}
