import EngineHost

/// What requests and answers about the rules carry.
enum RuleSchemas {
  static let all: [(name: String, schema: Schema)] = [
    ("RuleVersion", version),
    ("RuleText", .object([text])),
    ("RuleDiff", .object([text, .init("sinceHours", .integer(1...24 * 31))])),
    ("RuleActivation", .object([text, .init("reason", .text(maximumBytes: 1024)), secondToken])),
    ("RuleRollback", .object([.init("version", .integer(1...Int(Int32.max))), secondToken])),
  ]

  private static let text = Schema.Property(
    "text", .text(maximumBytes: RuleRoutes.maximumTextBytes), isRequired: true)
  private static let secondToken = Schema.Property(
    "secondToken", .text(maximumBytes: Authenticator.maximumTokenBytes))

  private static let version = Schema.object([
    .init("version", .integer(1...Int(Int32.max)), isRequired: true), .init("hash", .string, isRequired: true),
    .init("name", .string, isRequired: true), .init("origin", .words(RuleVersion.Origin.self), isRequired: true),
    .init("activatedAt", .time, isRequired: true), .init("activatedBy", .string, isRequired: true),
    .init("secondBy", .string), .init("reason", .string), .init("text", .string),
  ])
}
