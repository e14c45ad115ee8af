import AlertEngine
import CareModel
import PQ

/// Instances of `correlate` rules: one row each, which goes with its instance.
enum CorrelationRows {
  static let table = RowTable(
    "correlation",
    [.text("rule_id"), .text("key"), .district(), .time("deadline_at"), .bytes("state")],
    onConflict: .replace(key: ["rule_id", "key"]))

  static let remove = Statement(
    name: "remove_correlations",
    sql: """
      delete from correlation using unnest($1, $2) as gone(rule_id, key)
      where correlation.rule_id = gone.rule_id and correlation.key = gone.key
      """, parameterTypes: [.textArray, .textArray])

  /// The statements that write rows, each of which is there once, and remove those without a deadline.
  static func bind(_ rows: [CorrelationRow]) -> [BoundStatement] {
    var statements: [BoundStatement] = []
    let gone = rows.filter { $0.deadline == nil }
    if !gone.isEmpty { statements.append(remove.bind(gone.texts { $0.key.rule }, gone.texts { $0.key.key })) }
    let kept = rows.filter { $0.deadline != nil }
    guard !kept.isEmpty else { return statements }
    statements.append(
      table.statement.bind(
        kept.texts { $0.key.rule }, kept.texts { $0.key.key }, kept.districts { $0.district },
        kept.times { $0.deadline }, kept.bytes { $0.state }))
    return statements
  }

  /// All of them, earliest deadline first.
  static let all = """
    select rule_id, key, district_id, deadline_at, state from correlation order by deadline_at, rule_id, key
    """

  /// Reads a row of ``all``.
  static func row(_ row: PQRow) throws -> CorrelationRow {
    CorrelationRow(
      key: CorrelationKey(rule: try row.text(0), key: try row.text(1)), district: try row.int4(2),
      deadline: Timestamp(microseconds: try row.timestamptz(3)), state: try row.bytea(4))
  }
}
