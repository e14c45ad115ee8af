import CareModel

/// What supervisors ask of the rules; answered as JSON.
package protocol RuleDesk: Sendable {
  /// Does one request. Never throws: what goes wrong is an answer too.
  func answer(_ request: RuleRequest) async -> RuleAnswer
}

/// A request about the rules.
package enum RuleRequest: Sendable {
  /// Versions, newest first, below a number.
  case list(before: Int32?, limit: Int)
  /// One version with its text.
  case read(Int32)
  /// Everything that is wrong with a text, its cost and its tests.
  case check(String)
  /// Stored signals through the set in force and a text.
  case diff(String, since: TimeSpan)
  /// Puts a text in force.
  case activate(String, by: String, second: String?, reason: String?)
  /// Puts an older version in force again; nil = the one before.
  case rollback(Int32?, by: String, second: String?)
  /// How an alert came about and who was asked.
  case explain(AlertID, isChinese: Bool)
}

/// An answer to a request about the rules.
package struct RuleAnswer: Sendable, Equatable {
  /// The HTTP status; 400 and above carry a problem (RFC 9457).
  package var status: Int
  /// The JSON text.
  package var json: [UInt8]

  /// An answer.
  package init(status: Int = 200, json: [UInt8]) {
    self.status = status
    self.json = json
  }
}
