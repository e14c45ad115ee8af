import CareModel
import EngineHost
import PQ

/// Writes one batch within a transaction.
struct RegisterWriter {
  /// Most rows of one statement.
  static let rowsPerStatement = 20_000
  /// Names the advisory lock of writers (with ``lockNumber``; migrations use 1, partitions 2).
  private static let lockClass: Int32 = 727_433
  private static let lockNumber: Int32 = 3
  /// Where readers are told that there is something new; the payload is the version.
  static let channel = "silverbell_register"

  private static let bump = Statement(
    name: "bump_reference",
    sql: """
      insert into reference_change (kind, id, version, removed)
      select rows.kind, rows.id, nextval('reference_version'), rows.removed
      from unnest($1, $2, $3) as rows(kind, id, removed)
      on conflict (kind, id) do update set version = excluded.version, removed = excluded.removed
      """, parameterTypes: [.textArray, .textArray, .boolArray])

  let transaction: PQTransaction
  let deadlineSeconds: Double

  /// Writes the batch, announces its rows and notifies; commits with the transaction.
  func write(_ batch: RegisterBatch) async throws(PQError) {
    try await query("select pg_advisory_xact_lock($1, $2)", [.int4(Self.lockClass), .int4(Self.lockNumber)])
    try await remove(batch.removed)
    try await write(batch.dwellings)
    try await writeResidents(batch.residents)
    try await write(batch.contacts)
    try await write(batch.devices)
    try await write(batch.parties)
    try await write(batch.hospitals)
    try await write(batch.staff)
    try await write(batch.shifts)
    try await query("select pg_notify($1, last_value::text) from reference_version", [.text(Self.channel)])
  }

  private func writeResidents(_ residents: [Resident]) async throws(PQError) {
    // All old identifiers go before any new one comes: one may pass from a person to another within the batch.
    for rows in residents.chunks(of: Self.rowsPerStatement) {
      try await run(Resident.removeIdentifiers.bind(rows.uuids { $0.id }))
    }
    try await write(residents)
    for rows in residents.chunks(of: Self.rowsPerStatement) {
      try await run(Resident.writeIdentifiers.bind(Resident.identifierColumns(rows)))
    }
  }

  private func write<Row: RegisterRow>(_ all: [Row]) async throws(PQError) {
    for rows in all.chunks(of: Self.rowsPerStatement) {
      if let moveAway = Row.table.moveAway {
        let keys = RegisterKey.array(rows.map(\.key), isText: Row.table.hasTextKey)
        try await run(moveAway.bind(keys, .int4Array(rows.map(\.storedDistrict))))
      }
      try await run(Row.table.write.bind(Row.columns(rows)))
      try await announce(Row.table.kind, rows.map(\.key.text), isRemoved: false)
    }
  }

  private func remove(_ names: [RegisterName]) async throws(PQError) {
    for kind in RegisterKind.allCases {
      let table = kind.row.table
      for keys in names.filter({ $0.kind == kind }).map(\.key).chunks(of: Self.rowsPerStatement) {
        let array = RegisterKey.array(keys, isText: table.hasTextKey)
        if kind == .residents { try await run(Resident.removeIdentifiers.bind(array)) }
        try await run(table.remove.bind(array))
        try await announce(table.kind, keys.map(\.text), isRemoved: true)
      }
    }
  }

  private func announce(_ kind: String, _ ids: [String], isRemoved: Bool) async throws(PQError) {
    try await run(
      Self.bump.bind(
        .textArray(ids.map { _ in kind }), .textArray(ids), .boolArray(ids.map { _ in isRemoved })))
  }

  private func run(_ statement: BoundStatement) async throws(PQError) {
    try await transaction.query(statement, deadlineSeconds: deadlineSeconds)
  }

  private func query(_ sql: String, _ values: [PQValue]) async throws(PQError) {
    try await transaction.query(sql, values, deadlineSeconds: deadlineSeconds)
  }
}

extension Array {
  /// The elements in their order, in arrays of at most `count`.
  func chunks(of count: Int) -> [[Element]] {
    stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
  }
}
