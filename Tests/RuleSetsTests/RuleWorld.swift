import AlertEngine
import AlertRules
import CareModel
import CareStore
import EngineHost
import Logging
import PQ
import RuleFiles
import RuleSets
import TestSupport

/// A migrated database with a home, people on duty and stored signals, and an office over it.
struct RuleWorld {
  static let now = Timestamp(seconds: 1_800_000_000)

  let office: RuleOffice
  let store: PostgresRules
  let hosts: PQHostList

  init() async throws {
    let database = try await PostgresServer.shared().createDatabase()
    let hosts = PQHostList(try PQEndpoint.parse(database.connectionString))
    let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    _ = try await Migrator(try Migration.load(folder: folder + "/Migrations")).migrate(hosts, now: Self.now)
    let pool = PQPool(size: 2, maxWaiters: 8) { () async throws(PQError) in
      try await hosts.connect(applicationName: "test", deadlineSeconds: 30)
    }
    try await PostgresRegister(pool: pool).save(Self.register)
    store = PostgresRules(pool: pool)
    office = RuleOffice(store: store) { Self.now }
    self.hosts = hosts
  }

  private static var register: [RegisterChange] {
    let dwelling = DwellingID(high: 2, low: 1)
    let resident = ResidentID(high: 1, low: 1)
    var rows: [RegisterChange] = [
      .dwelling(Dwelling(id: dwelling, district: 1, address: "home")),
      .resident(Resident(id: resident, district: 1, dwelling: dwelling, name: "resident", risk: 2)),
      .device(
        Device(
          serial: "K1", dwelling: dwelling, resident: resident, district: 1,
          secretDigest: Array(repeating: 1, count: 32))),
    ]
    for (number, role) in [StaffRole.desk, .shiftLeader, .dutyChief, .responder].enumerated() {
      let id = StaffID(high: 3, low: UInt64(number))
      let digest: [UInt8] = Array(repeating: 2, count: 32)
      rows.append(.staff(StaffMember(id: id, name: "staff", roles: [role], secretDigest: digest)))
      rows.append(
        .shift(
          Shift(
            id: ShiftID(high: 4, low: UInt64(number)), staff: id, role: role, from: now - .hours(24 * 60),
            until: now + .hours(24))))
    }
    return rows
  }

  /// A stored signal of the home's device, `hours` before now.
  func keep(_ kind: SignalKind, number: UInt64, hours: Int, class alertClass: AlertClass = .life) async throws {
    let connection = try await hosts.connect(applicationName: "test", deadlineSeconds: 30)
    defer { connection.close() }
    _ = try await connection.query(
      """
      insert into signal (district_id, id, received_at, feed, sender, serial, kind, oddities, raw, alert_class,
        rule_set_hash)
      values (1, $1, $2, 'mqtt', 'K1', 'K1', $3, '', '', $4, 'x')
      """,
      [
        .uuid(PQUUID(high: 9, low: number)), .timestamptz((Self.now - .hours(hours)).microseconds),
        .text(kind.rawValue), .text(alertClass.rawValue),
      ])
  }

  /// The rules with changes, as bytes.
  static func bytes(_ change: (String) -> String = { $0 }) -> [UInt8] { Array(change(OfficeRules.text).utf8) }

  /// A logger that says nothing.
  static var logger: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

/// The rules that these tests change.
enum OfficeRules {
  static let text = """
    apiVersion: silverbell/v1
    name: office
    classify:
      - id: life
        when: signal.kind in ['panic', 'fall']
        set: {class: life, severity: 7}
    alert:
      - id: person
        match: signal.kind in ['panic', 'fall']
        key: ["signal.origin", "'person'"]
        window: 90s
    route: {policy: life}
    policies:
      - id: life
        tracks:
          - id: desk
            start: now
            steps:
              - {ask: desk, mode: all, timeout: 45s}
            finally: {ask: dutyChief, mode: all, timeout: 45s}
      - id: task
        tracks:
          - id: people
            start: now
            task: visit
            steps:
              - {ask: carers, mode: oneByOne, timeout: 90s}
            finally: {ask: shiftLeader, mode: all, timeout: 5m}
    tests:
      - name: a press
        given:
          - {kind: panic}
        expect: {class: life, policy: life, alert: true}

    """

  /// The desk waits twenty seconds.
  static func later(_ text: String) -> String {
    text.replacing("- id: desk\n        start: now", with: "- id: desk\n        start: {after: 20s}")
  }

  /// A fall joins an alert and never opens one.
  static func unrouted(_ text: String) -> String {
    let quiet = "{id: quiet, match: \"signal.kind == 'fall'\", key: [\"'x'\"], window: 90s, joinOnly: true}"
    return text.replacing("alert:\n", with: "alert:\n  - \(quiet)\n")
  }
}
