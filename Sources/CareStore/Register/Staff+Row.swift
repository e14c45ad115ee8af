import CareModel
import PQ

extension StaffMember: RegisterRow {
  static let table = RegisterTable(
    "staff", table: "staff", key: .uuid("id"),
    [
      .text("name"), .text("roles"), .text("districts"), .double("latitude"), .double("longitude"),
      .time("position_at"), .text("channel"), .text("address"), .bytes("secret_digest"), .flag("is_active"),
      .text("skills"),
    ])

  var change: RegisterChange { .staff(self) }
  var key: RegisterKey { .id(id.stored) }

  static func columns(_ rows: [Self]) -> [PQValue] {
    [
      rows.uuids { $0.id }, rows.texts { $0.name },
      rows.texts { $0.roles.map(\.rawValue).joined(separator: ",") },
      rows.texts { $0.districts.map { String($0) }.joined(separator: ",") },
      .doubleArray(rows.map { $0.position?.latitude }), .doubleArray(rows.map { $0.position?.longitude }),
      rows.times { $0.positionAt }, rows.texts { $0.destination?.channel }, rows.texts { $0.destination?.address },
      .byteaArray(rows.map(\.secretDigest)), rows.flags { $0.isActive },
      rows.texts { $0.skills.joined(separator: ",") },
    ]
  }

  init(row: PQRow) throws(PQError) {
    self.init(
      id: try row.id(0), name: try row.text(1),
      roles: try row.text(2).split(separator: ",").compactMap { StaffRole(rawValue: String($0)) },
      districts: try row.text(3).split(separator: ",").compactMap { DistrictID($0) },
      position: try row.positionOrNil(4), positionAt: try row.timeOrNil(6), destination: try row.destinationOrNil(7),
      secretDigest: try row.bytea(9), isActive: try row.bool(10),
      skills: try row.text(11).split(separator: ",").map { String($0) })
  }
}

extension Shift: RegisterRow {
  static let table = RegisterTable(
    "shifts", table: "shift", key: .uuid("id"),
    [.uuid("staff_id"), .text("role"), .time("starts_at"), .time("ends_at")])

  /// Shifts that end after a moment: what the engine can still need.
  static let current = Statement(
    name: "current_shift",
    sql: "select id, staff_id, role, starts_at, ends_at from shift where ends_at > $1 order by id",
    parameterTypes: [.timestamptz])

  var change: RegisterChange { .shift(self) }
  var key: RegisterKey { .id(id.stored) }

  static func columns(_ rows: [Self]) -> [PQValue] {
    [
      rows.uuids { $0.id }, rows.uuids { $0.staff }, rows.texts { $0.role.rawValue }, rows.times { $0.from },
      rows.times { $0.until },
    ]
  }

  init(row: PQRow) throws(PQError) {
    self.init(
      id: try row.id(0), staff: try row.id(1), role: try row.word(2, or: .volunteer), from: try row.time(3),
      until: try row.time(4))
  }
}
