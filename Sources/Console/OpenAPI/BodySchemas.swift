import CareModel
import EngineHost

/// What requests carry.
enum BodySchemas {
  static let all: [(name: String, schema: Schema)] = actions + register

  private static let note = Schema.text(maximumBytes: APIRequest.maximumNoteBytes)

  private static let actions: [(name: String, schema: Schema)] = [
    ("Signals", .either([.reference("Signal"), .array(.reference("Signal"))])),
    (
      "Signal",
      .object([
        .init("id", .string), .init("kind", .string), .init("at", .time), .init("battery", .integer(0...100)),
        .init("zone", .string), .init("device", .string), .init("data", .anything),
      ])
    ),
    (
      "Verify",
      .object([
        .init("spokeTo", .text(maximumBytes: 256)), .init("identityConfirmed", .boolean, isRequired: true),
        .init("verdict", .words(Alert.Verdict.self), isRequired: true),
      ])
    ),
    (
      "Resolve",
      .object([
        .init("cause", .words(Alert.Cause.self), isRequired: true),
        .init("action", .words(Alert.Action.self), isRequired: true),
        .init("closedBy", .words(Alert.ClosedBy.self), isRequired: true), .init("note", note),
      ])
    ),
    ("Reason", .object([.init("reason", note, isRequired: true)])),
    ("Note", .object([.init("text", note, isRequired: true)])),
    ("Settle", .object([.init("resident", .id, isRequired: true)])),
    ("CallOfAlert", .object(call)),
    ("Call", .object([.init("alert", .id, isRequired: true)] + call)),
    (
      "NewTask",
      .object([
        .init("kind", .words(WorkTask.Kind.self), isRequired: true), .init("resident", .id), .init("dwelling", .id),
        .init("alert", .id), .init("slotCount", .integer(1...WorkTask.maximumSlots)), .init("startsAt", .time),
      ])
    ),
    ("Assign", .object([.init("staff", .id, isRequired: true)])),
    (
      "TaskStatus",
      .object([
        .init("state", .word(TaskRoutes.sayable.map(\.rawValue)), isRequired: true), .init("staff", .id),
      ])
    ),
    ("OfferAnswer", .object([.init("reason", .text(maximumBytes: Signal.maximumTextBytes)), .init("staff", .id)])),
    ("SignIn", .object([.init("token", .text(maximumBytes: Authenticator.maximumTokenBytes), isRequired: true)])),
  ]

  private static let call: [Schema.Property] = [
    .init("party", .text(maximumBytes: 128), isRequired: true),
    .init("outcome", .words(Call.Outcome.self), isRequired: true),
  ]

  /// The same members as in the answers; what only the house decides is not taken.
  private static let register: [(name: String, schema: Schema)] = RegisterKind.allCases.map { kind in
    let properties = RegisterSchemas.properties(of: kind).filter { $0.name != "canSignIn" }
    let required = RegisterSchemas.requiredInBody(of: kind)
    return (
      kind.schemaName + "Body",
      .object(properties.map { Schema.Property($0.name, $0.schema, isRequired: required.contains($0.name)) })
    )
  }
}
