import CareModel

/// What requests and answers about suspensions carry.
enum SuspensionSchemas {
  static let all: [(name: String, schema: Schema)] = [
    ("Suspension", suspension), ("NewSuspension", new),
    ("ExtendSuspension", .object([.init("until", .time, isRequired: true)])),
  ]

  /// What an alert shows of the suspension of its person.
  static let suspended = Schema.object([
    .init("suspension", .id, isRequired: true), .init("since", .time, isRequired: true),
    .init("until", .time, isRequired: true), .init("reason", .string, isRequired: true),
  ])

  private static let suspension = Schema.object([
    .init("id", .id, isRequired: true), .init("district", .integer(0...Int(Int32.max)), isRequired: true),
    .init("case", .string, isRequired: true), .init("resident", .id, isRequired: true),
    .init("holds", .words(Suspension.Holds.self), isRequired: true), .init("reason", .string, isRequired: true),
    .init("owner", .id, isRequired: true), .init("from", .time, isRequired: true),
    .init("until", .time, isRequired: true), .init("state", .words(Suspension.State.self), isRequired: true),
    .init("remindAt", .time), .init("endedAt", .time), .init("endedBy", .id), .init("ownerName", .string),
    .init("endedByName", .string), .init("residentName", .string), .init("address", .string),
  ])

  private static let new = Schema.object([
    .init("resident", .id, isRequired: true), .init("holds", .words(Suspension.Holds.self), isRequired: true),
    .init("reason", .text(maximumBytes: Suspension.maximumReasonBytes), isRequired: true), .init("owner", .id),
    .init("from", .time), .init("until", .time, isRequired: true),
  ])
}
