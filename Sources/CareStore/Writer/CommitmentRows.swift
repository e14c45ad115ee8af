import AlertEngine
import CareModel
import PQ

/// Times for which staff are taken. All that a group touches is removed first and what still holds put in again, so
/// that only the final state is held against the exclusion constraint, whatever the order of the changes was.
enum CommitmentRows {
  static let remove = Statement(
    name: "remove_commitments", sql: "delete from staff_commitment where offer_id = any($1)",
    parameterTypes: [.uuidArray])

  static let insert = Statement(
    name: "write_commitments",
    sql: """
      insert into staff_commitment (offer_id, staff_id, during)
      select offer_id, staff_id, tstzrange(begins, ends, '[)') from unnest($1, $2, $3, $4)
      as rows(offer_id, staff_id, begins, ends)
      """, parameterTypes: [.uuidArray, .uuidArray, .timestamptzArray, .timestamptzArray])

  static func bind(_ commitments: [StaffCommitment]) -> [BoundStatement] {
    let removal = remove.bind(commitments.uuids { $0.offer })
    let rows = commitments.filter { commitment in commitment.until.map { $0 > commitment.from } ?? true }
    guard !rows.isEmpty else { return [removal] }
    return [
      removal,
      insert.bind(
        rows.uuids { $0.offer }, rows.uuids { $0.staff }, rows.times { $0.from }, rows.times { $0.until }),
    ]
  }
}
