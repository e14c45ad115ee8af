import AlertEngine
import CareModel
import PQ

/// Reads the whole register at start-up, its large tables side by side.
package enum RegisterLoader {
  /// How long after their end shifts are still loaded.
  package static let shiftMemory = TimeSpan.hours(48)

  /// Every row of the register; of the shifts those that have not ended ``shiftMemory`` before `now`.
  package static func load(_ snapshot: RecoverySnapshot, now: Timestamp) async throws -> RegisterBook {
    async let residents = snapshot.read("residents") { reader in
      var book = RegisterBook()
      book.reserve(.residents, try await estimate("resident", reader))
      book.reserve(.identifiers, try await estimate("identifier_directory", reader))
      try await read([Resident.self], into: &book, reader)
      try await reader.rows(of: identifiers.bind()) { row in
        guard let kind = PatientIdentifier.Kind(rawValue: try row.text(1)) else { return }
        let identifier = PatientIdentifier(kind: kind, authority: try row.text(2), value: try row.text(3))
        book.add(identifier, to: try row.id(0))
      }
      return (book, rows: book.count)
    }
    async let contacts = snapshot.read("contacts") { reader in
      var book = RegisterBook()
      book.reserve(.contacts, try await estimate("contact", reader))
      try await read([Contact.self], into: &book, reader)
      return (book, rows: book.count)
    }
    async let others = snapshot.read("dwellings, devices, staff") { reader in
      var book = RegisterBook()
      book.reserve(.dwellings, try await estimate("dwelling", reader))
      book.reserve(.devices, try await estimate("device_directory", reader))
      try await read(
        [Dwelling.self, Device.self, Party.self, Hospital.self, StaffMember.self], into: &book, reader)
      try await reader.rows(of: Shift.current.bind(.timestamptz((now - shiftMemory).microseconds))) { row in
        book.apply(try Shift(row: row).change)
      }
      return (book, rows: book.count)
    }
    var book = try await residents
    book.merge(try await contacts)
    book.merge(try await others)
    return book
  }

  /// The register in one transaction, with the shifts that had not ended at a moment.
  static func loadForReplay(
    _ transaction: PQTransaction, shiftsFrom from: Timestamp, deadlineSeconds: Double
  ) async throws -> RegisterBook {
    let reader = RecoveryReader(transaction: transaction, deadlineSeconds: deadlineSeconds)
    var book = RegisterBook()
    try await read([Resident.self, Contact.self], into: &book, reader)
    try await reader.rows(of: identifiers.bind()) { row in
      guard let kind = PatientIdentifier.Kind(rawValue: try row.text(1)) else { return }
      let identifier = PatientIdentifier(kind: kind, authority: try row.text(2), value: try row.text(3))
      book.add(identifier, to: try row.id(0))
    }
    try await read(
      [Dwelling.self, Device.self, Party.self, Hospital.self, StaffMember.self], into: &book, reader)
    try await reader.rows(of: Shift.current.bind(.timestamptz(from.microseconds))) { row in
      book.apply(try Shift(row: row).change)
    }
    return book
  }

  private static let identifiers = Statement(
    name: "all_identifiers",
    sql: "select resident_id, kind, authority, value from identifier_directory order by position")

  private static func read(
    _ kinds: [any RegisterRow.Type], into book: inout RegisterBook, _ reader: RecoveryReader
  ) async throws {
    for kind in kinds {
      try await reader.rows(of: kind.table.all.bind()) { book.apply(try kind.init(row: $0).change) }
    }
  }

  /// About how many rows a table had when the server last looked; 0 when it never did.
  private static func estimate(_ table: String, _ reader: RecoveryReader) async throws -> Int {
    let query = BoundStatement(
      sql: "select greatest(reltuples, 0)::int8 from pg_class where oid = to_regclass($1)", values: [.text(table)])
    return Int(try await reader.transaction.query(query, deadlineSeconds: reader.deadlineSeconds).first.int8(0))
  }
}
