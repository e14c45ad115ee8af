import CareModel
import PQ

extension Contact: RegisterRow {
  static let table = RegisterTable(
    "contacts", table: "contact", key: .uuid("id"),
    [
      .uuid("resident_id"), .text("name"), .text("relation"), .text("phone"), .integer("call_order"),
      .flag("may_be_told"), .text("channel"), .text("address"), .integer("quiet_from"), .integer("quiet_until"),
      .integer("quiet_offset"), .integer("minutes_to_come"), .flag("holds_key"),
    ])

  var change: RegisterChange { .contact(self) }
  var key: RegisterKey { .id(id.stored) }

  static func columns(_ rows: [Self]) -> [PQValue] {
    [
      rows.uuids { $0.id }, rows.uuids { $0.resident }, rows.texts { $0.name }, rows.texts { $0.relation },
      rows.texts { $0.phone }, rows.integers { $0.order }, rows.flags { $0.mayBeTold },
      rows.texts { $0.destination?.channel }, rows.texts { $0.destination?.address },
      rows.integers { $0.quiet?.fromMinute }, rows.integers { $0.quiet?.untilMinute },
      rows.integers { $0.quiet?.offsetMinutes }, rows.integers { $0.minutesToCome }, rows.flags { $0.holdsKey },
    ]
  }

  init(row: PQRow) throws(PQError) {
    var quiet: QuietHours?
    if let from = try row.int4OrNil(9), let until = try row.int4OrNil(10), let offset = try row.int4OrNil(11) {
      quiet = QuietHours(fromMinute: Int(from), untilMinute: Int(until), offsetMinutes: Int(offset))
    }
    self.init(
      id: try row.id(0), resident: try row.id(1), name: try row.text(2), relation: try row.text(3),
      phone: try row.text(4), order: Int(try row.int4(5)), mayBeTold: try row.bool(6),
      destination: try row.destinationOrNil(7), quiet: quiet, minutesToCome: try row.int4OrNil(12).map { Int($0) },
      holdsKey: try row.bool(13))
  }
}

extension Party: RegisterRow {
  static let table = RegisterTable(
    "parties", table: "party", key: .uuid("id"), [.text("kind"), .text("name"), .text("channel"), .text("address")])

  var change: RegisterChange { .party(self) }
  var key: RegisterKey { .id(id.stored) }

  static func columns(_ rows: [Self]) -> [PQValue] {
    [
      rows.uuids { $0.id }, rows.texts { $0.kind.rawValue }, rows.texts { $0.name },
      rows.texts { $0.destination?.channel }, rows.texts { $0.destination?.address },
    ]
  }

  init(row: PQRow) throws(PQError) {
    self.init(
      id: try row.id(0), kind: try row.word(1, or: .unit), name: try row.text(2),
      destination: try row.destinationOrNil(3))
  }
}
