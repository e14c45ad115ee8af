import AlertEngine
import CareJSON
import CareModel
import EngineHost
import PQ

/// Reads open work, a query a table, inside a transaction that sees one moment only.
struct OpenWorkReader: Sendable {
  let shard: String
  let now: Timestamp
  let settings: StoreSettings

  /// Makes a transaction see one moment; its first statement.
  static func begin(_ transaction: PQTransaction) async throws {
    try await transaction.query("set transaction isolation level repeatable read, read only")
  }

  /// All open work and the message ids inside their windows: start-up. The large tables are read side by side; what
  /// else start-up needs is one more part here.
  func everything(_ moment: RecoverySnapshot) async throws -> CaseSnapshot {
    async let alerts = records(Alert.self, Selection.alerts(now), moment)
    async let tasks = records(WorkTask.self, Selection.tasks, moment)
    async let notifications = records(Notification.self, Selection.notifications, moment)
    async let stays = records(Stay.self, Selection.stays(changedSince), moment)
    async let reminders = records(Reminder.self, Selection.reminders(changedSince), moment)
    async let suspensions = records(Suspension.self, Selection.suspensions, moment)
    async let repeats = repeats(moment)
    async let lines = lines(moment)
    async let correlations = correlations(moment)
    let number = try await moment.read("commit number") { reader in
      (try await commitNumber(reader.transaction), rows: 1)
    }
    var snapshot = CaseSnapshot(
      caseKeys: nil, commitNumber: number, alerts: try await alerts, tasks: try await tasks, stays: try await stays,
      reminders: try await reminders, suspensions: try await suspensions, notifications: try await notifications)
    snapshot.repeats = try await repeats
    snapshot.lines = try await lines
    snapshot.correlations = try await correlations
    return snapshot
  }

  private func records<Record: CareRecord & Sendable>(
    _: Record.Type, _ selection: Selection, _ moment: RecoverySnapshot
  ) async throws -> [Record] {
    try await moment.read(selection.table) { reader in
      var records: [Record] = []
      try await reader.rows(of: selection.statement(cases: nil)) { row in
        records.append(try Record(recordUTF8: row.bytea(0)))
      }
      return (records, rows: records.count)
    }
  }

  private func lines(_ moment: RecoverySnapshot) async throws -> [KnownLine] {
    try await moment.read("device lines") { reader in
      var lines: [KnownLine] = []
      try await reader.rows(of: BoundStatement(sql: LineRows.all)) { lines.append(try LineRows.known($0)) }
      return (lines, rows: lines.count)
    }
  }

  private func correlations(_ moment: RecoverySnapshot) async throws -> [CorrelationRow] {
    try await moment.read("correlations") { reader in
      var rows: [CorrelationRow] = []
      try await reader.rows(of: BoundStatement(sql: CorrelationRows.all)) { rows.append(try CorrelationRows.row($0)) }
      return (rows, rows: rows.count)
    }
  }

  private func repeats(_ moment: RecoverySnapshot) async throws -> [RememberedMessage] {
    let query = BoundStatement(
      sql: """
        select message_digest, id, repeat_until from signal
        where message_digest is not null and repeat_until > $1 order by repeat_until, id
        """, values: [.timestamptz(now.microseconds)])
    return try await moment.read("message ids") { reader in
      var repeats: [RememberedMessage] = []
      try await reader.rows(of: query) { row in
        let digest = try row.uuid(0)
        repeats.append(
          RememberedMessage(
            digest: MessageDigest(high: digest.high, low: digest.low), signal: SignalID(stored: try row.uuid(1)),
            until: Timestamp(microseconds: try row.timestamptz(2))))
      }
      return (repeats, rows: repeats.count)
    }
  }

  /// The open work of these cases.
  func cases(_ cases: [CaseKey], _ transaction: PQTransaction) async throws -> CaseSnapshot {
    try await snapshot(cases, transaction)
  }

  /// One alert, however old, with the open work of its case; nil when there is no such alert.
  func caseOf(_ alert: AlertID, _ transaction: PQTransaction) async throws -> CaseSnapshot? {
    let rows = try await query(transaction, "select body from alert where id = $1", [.uuid(alert.stored)])
    guard let row = rows.first else { return nil }
    let found = try Alert(recordText: try row.text(0))
    var snapshot = try await snapshot([found.caseKey], transaction)
    if !snapshot.alerts.contains(where: { $0.id == alert }) { snapshot.alerts.append(found) }
    return snapshot
  }

  private func snapshot(_ cases: [CaseKey], _ transaction: PQTransaction) async throws -> CaseSnapshot {
    let keys = cases.map(\.description)
    func records<Record: CareRecord>(_: Record.Type, _ selection: Selection) async throws -> [Record] {
      try await transaction.query(selection.statement(cases: keys), deadlineSeconds: settings.recoverySeconds)
        .map { try Record(recordUTF8: $0.bytea(0)) }
    }
    return CaseSnapshot(
      caseKeys: cases, commitNumber: try await commitNumber(transaction),
      alerts: try await records(Alert.self, .alerts(now)), tasks: try await records(WorkTask.self, .tasks),
      stays: try await records(Stay.self, .stays(changedSince)),
      reminders: try await records(Reminder.self, .reminders(changedSince)),
      suspensions: try await records(Suspension.self, .suspensions),
      notifications: try await records(Notification.self, .notifications))
  }

  private func commitNumber(_ transaction: PQTransaction) async throws -> Int64 {
    let sequence = try await query(transaction, "select seq from shard where name = $1", [.text(shard)])
    guard let last = sequence.first else {
      throw StoreProblem(code: .conflict, description: "The database does not know the shard \(shard).")
    }
    return try last.int8(0)
  }

  private var changedSince: Timestamp { now - settings.stayMemory }

  private func query(_ transaction: PQTransaction, _ sql: String, _ values: [PQValue]) async throws -> PQRows {
    try await transaction.query(sql, values, deadlineSeconds: settings.recoverySeconds)
  }
}

/// Which rows of a table are open work.
private struct Selection: Sendable {
  var table: String
  var condition: String
  /// The moment in the condition.
  var moment: Timestamp?

  /// Unresolved, or a signal would reopen it.
  static func alerts(_ now: Timestamp) -> Self {
    Self(
      table: "alert", condition: "state <> 'resolved' or (state = 'resolved' and reopenable_until > $1)", moment: now)
  }

  static let tasks = Self(table: "task", condition: "not is_finished")
  static let suspensions = Self(table: "suspension", condition: "state <> 'ended'")
  static let notifications = Self(table: "outbox", condition: "fate is null")

  static func stays(_ changedSince: Timestamp) -> Self {
    Self(table: "stay", condition: "is_open or changed_at > $1", moment: changedSince)
  }

  /// Every reminder of a loaded stay, whatever became of it, and whatever is still due.
  static func reminders(_ changedSince: Timestamp) -> Self {
    Self(
      table: "reminder",
      condition: """
        state = 'due' or exists (select from stay where stay.district_id = reminder.district_id
        and stay.id = reminder.stay_id and (stay.is_open or stay.changed_at > $1))
        """, moment: changedSince)
  }

  /// The records, of these cases or of all, in the order of their keys.
  func statement(cases: [String]?) -> BoundStatement {
    var values = moment.map { [PQValue.timestamptz($0.microseconds)] } ?? []
    if let cases { values.append(.textArray(cases)) }
    let filter = cases == nil ? "" : " and case_key = any($\(values.count))"
    return BoundStatement(
      sql: "select body from \(table) where (\(condition))\(filter) order by district_id, id", values: values)
  }
}
