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

  /// All open work and the message ids inside their windows: start-up.
  func everything(_ transaction: PQTransaction) async throws -> CaseSnapshot {
    var snapshot = try await snapshot(nil, transaction)
    let rows = try await query(
      transaction,
      """
      select message_digest, id, repeat_until from signal
      where message_digest is not null and repeat_until > $1 order by repeat_until, id
      """, [.timestamptz(now.microseconds)])
    snapshot.repeats = try rows.map { row in
      let digest = try row.uuid(0)
      return RememberedMessage(
        digest: MessageDigest(high: digest.high, low: digest.low), signal: SignalID(stored: try row.uuid(1)),
        until: Timestamp(microseconds: try row.timestamptz(2)))
    }
    return snapshot
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

  private func snapshot(_ cases: [CaseKey]?, _ transaction: PQTransaction) async throws -> CaseSnapshot {
    let sequence = try await query(transaction, "select seq from shard where name = $1", [.text(shard)])
    guard let last = sequence.first else {
      throw StoreProblem(code: .conflict, description: "The database does not know the shard \(shard).")
    }
    let changedSince = PQValue.timestamptz((now - settings.stayMemory).microseconds)
    let keys = cases.map { $0.map(\.description) }
    func bodies(_ table: String, where condition: String, _ value: PQValue? = nil) async throws -> PQRows {
      let values = (value.map { [$0] } ?? []) + (keys.map { [PQValue.textArray($0)] } ?? [])
      let filter = keys == nil ? "" : " and case_key = any($\(values.count))"
      return try await query(
        transaction, "select body from \(table) where (\(condition))\(filter) order by district_id, id", values)
    }
    return CaseSnapshot(
      caseKeys: cases, commitNumber: try last.int8(0),
      alerts: try await bodies("alert", where: Self.loadedAlert, .timestamptz(now.microseconds))
        .map { try Alert(recordText: $0.text(0)) },
      tasks: try await bodies("task", where: "not is_finished").map { try WorkTask(recordText: $0.text(0)) },
      stays: try await bodies("stay", where: Self.loadedStay, changedSince).map { try Stay(recordText: $0.text(0)) },
      reminders: try await bodies("reminder", where: Self.reminderOfLoadedStay, changedSince)
        .map { try Reminder(recordText: $0.text(0)) },
      notifications: try await bodies("outbox", where: "fate is null")
        .map { try Notification(recordText: $0.text(0)) })
  }

  /// Unresolved, or a signal would reopen it.
  private static let loadedAlert = "state <> 'resolved' or (state = 'resolved' and reopenable_until > $1)"

  private static let loadedStay = "is_open or changed_at > $1"

  /// Every reminder of a loaded stay, whatever became of it, and whatever is still due.
  private static let reminderOfLoadedStay = """
    state = 'due' or exists (select from stay where stay.district_id = reminder.district_id
    and stay.id = reminder.stay_id and (stay.is_open or stay.changed_at > $1))
    """

  private func query(_ transaction: PQTransaction, _ sql: String, _ values: [PQValue]) async throws -> PQRows {
    try await transaction.query(sql, values, deadlineSeconds: settings.recoverySeconds)
  }
}
