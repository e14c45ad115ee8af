import CareModel
import PQ

extension Device: RegisterRow {
  static let table = RegisterTable(
    "devices", table: "device_directory", key: .text("serial"),
    [
      .district(), .uuid("dwelling_id"), .uuid("resident_id"), .integer("heartbeat_seconds"), .bytes("secret_digest"),
    ])

  var change: RegisterChange { .device(self) }
  var key: RegisterKey { .name(serial) }

  static func columns(_ rows: [Self]) -> [PQValue] {
    [
      rows.texts { $0.serial }, rows.districts { $0.district }, rows.uuids { $0.dwelling },
      rows.uuids { $0.resident }, rows.integers { $0.heartbeatSeconds }, .byteaArray(rows.map(\.secretDigest)),
    ]
  }

  init(row: PQRow) throws(PQError) {
    self.init(
      serial: try row.text(0), dwelling: try row.idOrNil(2), resident: try row.idOrNil(3), district: try row.int4(1),
      heartbeatSeconds: Int(try row.int4(4)), secretDigest: try row.bytea(5))
  }
}

extension Hospital: RegisterRow {
  static let table = RegisterTable(
    "hospitals", table: "hospital", key: .text("code"), [.text("name"), .text("population")])

  var change: RegisterChange { .hospital(self) }
  var key: RegisterKey { .name(code) }

  static func columns(_ rows: [Self]) -> [PQValue] {
    [rows.texts { $0.code }, rows.texts { $0.name }, rows.texts { $0.population.rawValue }]
  }

  init(row: PQRow) throws(PQError) {
    self.init(code: try row.text(0), name: try row.text(1), population: try row.word(2, or: .whole))
  }
}
