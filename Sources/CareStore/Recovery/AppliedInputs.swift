import CareModel
import EngineHost
import PQ

extension PostgresCommitStore {
  /// Which of these inputs the database has decided already; what it lacks is stepped again from the input log.
  /// - Parameter inputs: at most ``JournalPortion/maximum``.
  /// - Throws: when the database cannot be asked.
  package func appliedInputs(among inputs: [InputID]) async throws -> Set<InputID> {
    precondition(inputs.count <= JournalPortion.maximum, "asked in bounded portions")
    // The key begins with the district, which the log does not know: there are few, found by skipping through it.
    let statement = BoundStatement(
      sql: """
        with recursive districts as (
          (select district_id from applied_input order by district_id limit 1)
          union all
          select (select next.district_id from applied_input next where next.district_id > districts.district_id
            order by next.district_id limit 1)
          from districts where districts.district_id is not null
        )
        select applied_input.input_id from districts cross join unnest($1) as asked(input_id)
        join applied_input using (district_id, input_id)
        """, values: [.uuidArray(inputs.map(\.stored))])
    let rows = try await pool.query(statement, deadlineSeconds: seat.settings.recoverySeconds)
    return Set(try rows.map { InputID(stored: try $0.uuid(0)) })
  }
}
