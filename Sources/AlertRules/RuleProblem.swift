/// Why a rule set was refused, at one place of it.
package struct RuleProblem: Error, Sendable, Equatable {
  /// What is wrong.
  package enum Reason: Sendable, Equatable {
    /// An expression does not compile: type, name, syntax or cost.
    case expression
    /// An expression names something that is not a signal kind, or can never be true.
    case neverTrue
    /// A rule that decides about life reads a field that may be absent, unguarded.
    case unguarded(field: String)
    /// A route or a test names a policy that does not exist.
    case unknownPolicy(String)
    /// The root of the route has a condition, so something could be unrouted.
    case routeNotTotal
    /// Part of an alert key has a type that cannot be written as a key.
    case keyType
    /// A track has no `finally`.
    case endsInSilence
    /// No track of a policy asks the desk, the shift leader or the duty chief by time alone.
    case noDeadline
    /// The steps of a policy take longer than it promises.
    case exceedsTarget
    /// An `inhibit` rule can match its own source.
    case inhibitsItself
    /// An override has no end.
    case noEnd
    /// What is done to alerts of class life needs two people.
    case needsTwoPeople
    /// No member of staff satisfies a step: a warning.
    case nobodyFits
    /// A policy for tasks is not one track of field staff that starts at once.
    case taskPolicy
    /// A time, count or severity is out of range.
    case outOfRange
    /// There are too many of something.
    case tooMany
    /// An id is empty, too long, used twice or not made of letters, digits, `.`, `_` and `-`.
    case badID
    /// Something that must be there is missing.
    case missing
  }

  /// Where: `classify[3].when`, `policies[0].tracks[1].finally`; indexes count from 0.
  package var path: String
  /// What is wrong.
  package var reason: Reason
  /// What is wrong and what to do, in a sentence or two.
  package var message: String
  /// Line within the expression, from 1, when the place is inside one.
  package var line: Int?
  /// Column within that line in Unicode scalars, from 1.
  package var column: Int?

  /// A problem.
  package init(path: String, reason: Reason, message: String, line: Int? = nil, column: Int? = nil) {
    self.path = path
    self.reason = reason
    self.message = message
    self.line = line
    self.column = column
  }
}

/// Everything that is wrong with a rule set, in the order of its sections; at most ``RuleLimits/problems`` problems.
package struct RuleSetRefusal: Error, Sendable, Equatable {
  /// At least one.
  package var problems: [RuleProblem]
}
