import CareModel
import EngineHost

/// What answers carry.
enum AnswerSchemas {
  static let all: [(name: String, schema: Schema)] =
    [
      ("Alert", .object(alert)),
      ("AlertWithTimeline", .object(alert + timeline)),
      ("Track", track), ("Task", task), ("Slot", slot), ("Duty", duty), ("Offer", offer), ("Stay", stay),
      ("Reminder", reminder), ("Person", .object([required("id", .id), required("name", .string)])),
    ] + plain

  private static func required(_ name: String, _ schema: Schema) -> Schema.Property {
    Schema.Property(name, schema, isRequired: true)
  }

  private static let district = required("district", .integer(0...Int(Int32.max)))
  private static let count = Schema.integer(0...Int(Int32.max))
  private static let names: [Schema.Property] = [.init("residentName", .string), .init("address", .string)]
  private static let ofAlert: [Schema.Property] = [
    .init("alertKind", .words(SignalKind.self)), .init("alertClass", .words(AlertClass.self)),
  ]
  private static let people = required("people", .array(.reference("Person")))

  private static let alert: [Schema.Property] =
    [
      required("id", .id), district, required("case", .string), required("key", .string),
      required("class", .words(AlertClass.self)), required("severity", .integer(0...10)),
      required("kind", .words(SignalKind.self)), .init("resident", .id), .init("dwelling", .id),
      .init("serial", .string), required("openedAt", .time), required("lastSignalAt", .time),
      required("signalCount", count), required("raisedCount", count), required("state", .words(Alert.State.self)),
      .init("holder", .object([required("staff", .id), required("leaseUntil", .time)])),
      .init("verification", verification), .init("resolution", resolution), required("policy", .string),
      required("ruleSetHash", .string), required("reason", .string), required("windowMicroseconds", .integer(nil)),
      .init("burstStartedAt", .time), required("burstCount", count), required("tracks", .array(.reference("Track"))),
      .init("verdict", .words(Alert.Verdict.self)), required("oddities", .array(.words(SignalOddity.self))),
      .init("hospitalSince", .time), .init("affected", affected), .init("suspended", SuspensionSchemas.suspended),
      .init("holderName", .string),
      .init("resolvedByName", .string),
    ] + names

  private static let timeline: [Schema.Property] = [
    required("timelineAvailable", .boolean), required("timeline", .array(.anything)), people,
  ]

  private static let verification = Schema.object([
    required("spokeTo", .string), required("identityConfirmed", .boolean),
    required("verdict", .words(Alert.Verdict.self)), required("at", .time), required("by", .id),
  ])

  private static let resolution = Schema.object([
    required("cause", .words(Alert.Cause.self)), required("action", .words(Alert.Action.self)),
    required("closedBy", .words(Alert.ClosedBy.self)), required("at", .time), .init("by", .id),
  ])

  private static let affected = Schema.object([
    required("lost", count), required("worst", count), required("supervised", count),
    required(
      "lines",
      .array(
        .object([
          required("serial", .string), .init("resident", .id), .init("dwelling", .id), required("risk", count),
        ]))),
  ])

  private static let track = Schema.object([
    required("track", .string), required("state", .words(TrackProgress.State.self)), required("step", count),
    required("round", count), .init("deadline", .time),
  ])

  private static let task = Schema.object(
    [
      required("id", .id), district, required("case", .string), required("kind", .words(WorkTask.Kind.self)),
      .init("alert", .id), .init("stay", .id), .init("resident", .id), .init("dwelling", .id),
      required("state", .words(WorkTask.State.self)), required("createdAt", .time), .init("startsAt", .time),
      required("policy", .string), required("progress", .reference("Track")),
      required("slots", .array(.reference("Slot"))), required("passedOver", .array(.id)), .init("note", .string),
      people,
    ] + names + ofAlert)

  private static let slot = Schema.object([
    .init("staff", .id), .init("duty", .reference("Duty")), required("offers", .array(.reference("Offer"))),
  ])

  private static let duty = Schema.object([
    required("awaited", .words(WorkTask.State.self)), required("deadline", .time), required("asked", count),
  ])

  private static let offer = Schema.object(
    [
      required("id", .id), district, required("task", .id), required("slot", count), required("staff", .id),
      required("state", .words(Offer.State.self)), required("sentAt", .time), required("expiresAt", .time),
      required("reason", .string), .init("staffName", .string), .init("taskKind", .words(WorkTask.Kind.self)),
    ] + names + ofAlert)

  private static let stay = Schema.object(
    [
      required("id", .id), district, required("case", .string), required("resident", .id),
      required("hospital", .string), required("visitNumber", .string), required("open", .boolean),
      .init("admittedAt", .time), .init("dischargedAt", .time), .init("location", .string),
      .init("cancelledAt", .time), required("knownAt", .time),
    ] + names)

  private static let reminder = Schema.object(
    [
      required("id", .id), district, required("case", .string), required("stay", .id),
      required("audience", .words(Reminder.Audience.self)), required("recipientName", .string),
      .init("channel", .string), required("state", .words(Reminder.State.self)), .init("deadline", .time),
      required("sentCount", count), .init("confirmedBy", .id), .init("confirmedAt", .time),
      .init("confirmedByName", .string),
    ] + names)

  private static let plain: [(name: String, schema: Schema)] = [
    (
      "Receipt",
      .object([
        .init("signal", .id), .init("alert", .id), .init("task", .id), .init("suspension", .id),
        required("repeat", .boolean),
      ])
    ),
    ("Accepted", .object([required("accepted", count)])),
    ("Secret", .object([required("name", .string), required("secret", .string)])),
    (
      "Me",
      .object([
        required("account", .string), required("role", .words(Account.Role.self)), .init("staff", .id),
        .init("staffName", .string), required("districts", .array(.integer(nil))),
        required("language", .words(ConsoleSettings.Language.self)), required("now", .time),
      ])
    ),
    (
      "Problem",
      .object([
        required("type", .string), required("title", .string), required("status", .integer(400...599)),
        required("code", .string), .init("field", .string),
      ])
    ),
  ]
}
