/// One thing that is wrong with a rule file, and where.
package struct RuleFileProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file's name as given.
  package var file: String
  /// Line, from 1.
  package var line: Int
  /// Column in Unicode scalars, from 1.
  package var column: Int
  /// What is wrong and what to do.
  package var message: String

  /// A problem at a place.
  package init(file: String, line: Int, column: Int, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }

  /// `file:line:column: message`, as editors understand it.
  package var description: String { "\(file):\(line):\(column): \(message)" }
}

/// Why a rule file was not taken: at least one problem, in the order found; at most 50.
package struct RuleFileRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  package var problems: [RuleFileProblem]

  /// One line a problem.
  package var description: String { problems.map(\.description).joined(separator: "\n") }
}
