import AlertEngine
import CareJSON
import CareModel
import EngineHost
import PQ

/// Stored signals for replay: by a cursor, in bounded portions.
extension PostgresRules {
  /// Signals of a portion.
  static let portionRows = 4_000
  /// Seconds that a portion may take: the first one looks for its start.
  static let replaySeconds = 60.0

  private static let replayColumns = """
    id, received_at, feed, sender, serial, kind, occurred_at, battery_percent, zone, value, hospital, oddities
    """
  private static let all = Statement(
    name: "",
    sql: """
      select \(replayColumns) from signal
      where alert_class is not null and received_at >= $1 and received_at < $2 order by received_at, id
      """, parameterTypes: [.timestamptz, .timestamptz])
  private static let life = Statement(
    name: "",
    sql: """
      select \(replayColumns) from signal
      where alert_class is not null and alert_class = 'life' and received_at >= $1 and received_at < $2
      order by received_at, id
      """, parameterTypes: [.timestamptz, .timestamptz])

  /// Reads by a cursor, ``portionRows`` at a time.
  package func replay(
    from: Timestamp, to: Timestamp, onlyLife: Bool, _ body: @Sendable ([ReplayedSignal]) throws -> Void
  ) async throws {
    let query = onlyLife ? Self.life : Self.all
    let bounds: [PQValue] = [.timestamptz(max(from, Self.earliest).microseconds), .timestamptz(to.microseconds)]
    try await pool.withConnection { connection in
      try await connection.transaction(deadlineSeconds: Self.replaySeconds) { transaction in
        try await transaction.portions(
          of: query.bind(bounds), size: Self.portionRows, deadlineSeconds: Self.replaySeconds
        ) { rows in
          try body(try rows.map { try ReplayedSignal(row: $0) })
        }
      }
    }
  }

  private static let ofAlert = Statement(
    name: "signals_of_alert",
    sql: """
      select \(replayColumns), alert_class, reason, rule_set_hash from signal
      where alert_class is not null and received_at >= $1 and received_at <= $2 and alert_id = $3
      order by received_at, id limit $4
      """, parameterTypes: [.timestamptz, .timestamptz, .uuid, .int4])
  private static let ofTask = Statement(
    name: "alert_of_task", sql: "select alert_id from task where id = $1 limit 1", parameterTypes: [.uuid])

  /// The signals of an alert, by the index of what was decided.
  package func decidedSignals(
    of alert: AlertID, from: Timestamp, to: Timestamp, limit: Int
  ) async throws(StoreProblem) -> [DecidedSignal] {
    guard (1...Self.maximumPage).contains(limit) else {
      throw StoreProblem(code: .invalid, description: "A page has 1 to \(Self.maximumPage) rows.")
    }
    do {
      let bounds: [PQValue] = [.timestamptz(max(from, Self.earliest).microseconds), .timestamptz(to.microseconds)]
      let rows = try await pool.query(Self.ofAlert.bind(bounds + [.uuid(alert.stored), .int4(Int32(limit))]))
      return try rows.map { row in
        DecidedSignal(
          replayed: try ReplayedSignal(row: row), alertClass: try row.textOrNil(12).flatMap(AlertClass.init(rawValue:)),
          reason: try row.textOrNil(13) ?? "", ruleSetHash: try row.text(14))
      }
    } catch { throw StoreProblem(error) }
  }

  /// The alert of a task.
  package func alert(of task: TaskID) async throws(StoreProblem) -> AlertID? {
    do {
      return try await pool.query(Self.ofTask.bind(.uuid(task.stored))).first.flatMap { try $0.idOrNil(0) }
    } catch { throw StoreProblem(error) }
  }

  /// The staff of the register.
  package func staff() async throws(StoreProblem) -> [StaffMember] {
    do {
      return try await pool.query(StaffMember.table.all.bind()).map { try StaffMember(row: $0) }
    } catch { throw StoreProblem(error) }
  }

  /// Earlier than anything that is kept, and a moment that PostgreSQL has.
  private static let earliest = Timestamp(microseconds: 0)

  /// The register as it is now.
  package func registerBook(shiftsFrom from: Timestamp) async throws -> RegisterBook {
    try await pool.withConnection { connection in
      try await connection.transaction(deadlineSeconds: Self.replaySeconds) { transaction in
        try await RegisterLoader.loadForReplay(transaction, shiftsFrom: from, deadlineSeconds: Self.replaySeconds)
      }
    }
  }
}

extension ReplayedSignal {
  fileprivate init(row: PQRow) throws {
    let source = SignalSource(
      feed: try row.word(2, or: .mqtt), sender: try row.text(3), serial: try row.textOrNil(4))
    var signal = Signal(source: source, kind: try row.word(5, or: .unknown))
    signal.occurredAt = try row.timeOrNil(6)
    signal.batteryPercent = try row.int4OrNil(7).map(Int.init)
    signal.zone = try row.textOrNil(8)
    signal.value = try row.doubleOrNil(9)
    signal.hospital = try row.textOrNil(10).flatMap { try? HospitalMessage(recordText: $0) }
    signal.oddities = try row.text(11).split(separator: ",").compactMap { SignalOddity(rawValue: String($0)) }
    self.init(id: try row.id(0), receivedAt: try row.time(1), signal: signal)
  }
}
