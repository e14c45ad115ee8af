import CareModel
import PQ

extension Resident: RegisterRow {
  static let table = RegisterTable(
    "residents", table: "resident", key: .uuid("id"),
    [
      .district(), .uuid("dwelling_id"), .text("name"), .integer("risk"), .flag("can_speak"), .text("lifecycle"),
      .uuid("unit_id"), .uuid("doctor_team_id"),
    ], hasDistricts: true,
    extra: (
      ", i.kinds, i.authorities, i.numbers",
      "left join lateral (select \(lists) where resident_id = r.id) i on true",
      ", null::text[], null::text[], null::text[]"
    ))

  private static let lists = """
    array_agg(kind order by position) as kinds, array_agg(authority order by position) as authorities,
    array_agg(value order by position) as numbers from identifier_directory
    """

  /// Takes away the identifiers of residents that are written or removed.
  static let removeIdentifiers = Statement(
    name: "remove_identifiers", sql: "delete from identifier_directory where resident_id = any($1)",
    parameterTypes: [.uuidArray])

  /// Writes identifiers; one that another person has fails the transaction.
  static let writeIdentifiers = RowTable(
    "identifier_directory",
    [.uuid("resident_id"), .integer("position"), .text("kind"), .text("authority"), .text("value")],
    onConflict: .refuse
  ).statement

  /// The identifiers of residents as the columns of ``writeIdentifiers``.
  static func identifierColumns(_ rows: [Resident]) -> [PQValue] {
    let all = rows.flatMap { resident in
      resident.identifiers.enumerated().map { (resident: resident.id, position: $0.offset, identifier: $0.element) }
    }
    return [
      all.uuids { $0.resident }, all.integers { $0.position }, all.texts { $0.identifier.kind.rawValue },
      all.texts { $0.identifier.authority }, all.texts { $0.identifier.value },
    ]
  }

  var change: RegisterChange { .resident(self) }
  var key: RegisterKey { .id(id.stored) }
  var storedDistrict: DistrictID? { district }

  static func columns(_ rows: [Self]) -> [PQValue] {
    [
      rows.uuids { $0.id }, rows.districts { $0.district }, rows.uuids { $0.dwelling }, rows.texts { $0.name },
      rows.integers { $0.risk }, rows.flags { $0.canSpeak }, rows.texts { $0.lifecycle.rawValue },
      rows.uuids { $0.unit }, rows.uuids { $0.doctorTeam },
    ]
  }

  init(row: PQRow) throws(PQError) {
    self.init(
      id: try row.id(0), district: try row.int4(1), dwelling: try row.idOrNil(2), name: try row.text(3),
      risk: Int(try row.int4(4)), canSpeak: try row.bool(5), lifecycle: try row.word(6, or: .active),
      unit: try row.idOrNil(7), doctorTeam: try row.idOrNil(8))
    guard let kinds = try row.textArrayOrNil(9) else { return }
    let authorities = try row.textArray(10)
    let numbers = try row.textArray(11)
    for (kind, (authority, number)) in zip(kinds, zip(authorities, numbers)) {
      guard let kind = kind.flatMap({ PatientIdentifier.Kind(rawValue: $0) }), let authority, let number else {
        continue
      }
      identifiers.append(PatientIdentifier(kind: kind, authority: authority, value: number))
    }
  }
}

extension Dwelling: RegisterRow {
  static let table = RegisterTable(
    "dwellings", table: "dwelling", key: .uuid("id"),
    [.district(), .text("address"), .double("latitude"), .double("longitude")], hasDistricts: true)

  var change: RegisterChange { .dwelling(self) }
  var key: RegisterKey { .id(id.stored) }
  var storedDistrict: DistrictID? { district }

  static func columns(_ rows: [Self]) -> [PQValue] {
    [
      rows.uuids { $0.id }, rows.districts { $0.district }, rows.texts { $0.address },
      .doubleArray(rows.map { $0.position?.latitude }), .doubleArray(rows.map { $0.position?.longitude }),
    ]
  }

  init(row: PQRow) throws(PQError) {
    self.init(
      id: try row.id(0), district: try row.int4(1), address: try row.text(2), position: try row.positionOrNil(3))
  }
}
