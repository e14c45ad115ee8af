import AlertEngine
import CareModel
import PQ

/// The statements of one group of consecutive commits: the fence, then a table at a time, each row once in its last
/// state. The order within and between statements is such that no constraint trips on the way to the final state.
package struct GroupStatements {
  let shard: String
  let epoch: Int64

  /// Statements of an engine's epoch.
  package init(shard: String, epoch: Int64) {
    self.shard = shard
    self.epoch = epoch
  }

  /// The first statement of every group.
  package static let fence = Statement(
    name: "fence", sql: "select fence($1, $2, $3, $4)", parameterTypes: [.text, .int8, .int8, .int8])

  static let appliedInputs = RowTable(
    "applied_input",
    [.district(), .uuid("input_id"), .time("applied_at"), .text("shard"), .long("commit_number")],
    onConflict: .refuse)

  /// The statements; `commits` are consecutive and not empty.
  package func statements(for commits: [Commit]) -> [BoundStatement] {
    guard let first = commits.first, let last = commits.last else { return [] }
    var statements = [
      Self.fence.bind(.text(shard), .int8(epoch), .int8(first.number - 1), .int8(last.number)),
      Self.appliedInputs.statement.bind(
        commits.districts { $0.district }, commits.uuids { $0.input }, commits.times { $0.at },
        commits.texts { _ in shard }, commits.longs { $0.number }),
    ]
    func append<Row>(_ rows: [Row], _ bind: ([Row]) -> BoundStatement) {
      if !rows.isEmpty { statements.append(bind(rows)) }
    }
    append(commits.compactMap(\.signal) + commits.flatMap(\.emissions), SignalRow.bind)
    let alerts = lastStates(commits.flatMap(\.alerts)) { $0.id }
    let tasks = lastStates(commits.flatMap(\.tasks)) { $0.id }
    let texts = RecordTexts(alerts: alerts, tasks: tasks)
    append(alerts) { AlertRows.bind($0, texts: texts) }
    append(tasks) { TaskRows.bind($0, texts: texts) }
    append(lastStates(commits.flatMap(\.offers)) { $0.id }, OfferRows.bind)
    let commitments = lastStates(commits.flatMap(\.commitments)) { $0.offer }
    if !commitments.isEmpty { statements += CommitmentRows.bind(commitments) }
    let stays = commits.flatMap { commit in commit.stays.map { (stay: $0, changedAt: commit.at) } }
    append(lastStates(stays) { $0.stay.id }, StayRows.bind)
    append(lastStates(commits.flatMap(\.reminders)) { $0.id }, ReminderRows.bind)
    append(lastStates(commits.flatMap(\.suspensions)) { $0.id }, SuspensionRows.bind)
    append(lastStates(commits.flatMap(\.calls)) { $0.id }, CallRows.bind)
    append(lastStates(commits.flatMap(\.notifications)) { $0.id }, OutboxRows.bind)
    append(lastStates(commits.flatMap(\.outboxMarks)) { $0.notification }, OutboxRows.bind)
    append(lastStates(commits.flatMap(\.lines)) { $0.serial }, LineRows.bind)
    statements += CorrelationRows.bind(lastStates(commits.flatMap(\.correlations)) { $0.key })
    append(commits.flatMap(EventRows.rows)) { EventRows.bind($0, shard: shard, texts: texts) }
    return statements
  }
}

/// Of rows with the same id the last, in the order of these last ones.
package func lastStates<Row, ID: Hashable>(_ rows: [Row], id: (Row) -> ID) -> [Row] {
  guard rows.count > 1 else { return rows }
  var seen = Set<ID>(minimumCapacity: rows.count)
  var kept: [Row] = []
  kept.reserveCapacity(rows.count)
  for row in rows.reversed() where seen.insert(id(row)).inserted { kept.append(row) }
  kept.reverse()
  return kept
}
