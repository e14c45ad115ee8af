import CareModel
import CareStore
import DemoCity
import EngineHost
import Foundation
import JSONText
import Logging
import PQ
import SilverbellApp
import TestSupport
import UnixSignals

/// The whole daemon in this process on free ports, over a private PostgreSQL with a small sample city.
final class AppWorld: Sendable {
  static let secretKey = "0123456789abcdef0123456789abcdef"

  let app: SilverbellApp
  let ports: BoundPorts
  let city: DemoCity
  let token: String
  /// The token of somebody who puts rules in force.
  let supervisor: String
  let database: String
  private let serving: Task<StartProblem?, Never>

  /// Migrates, loads the city and serves.
  init(
    database: PostgresDatabase, environment: [String: String] = [:], reloadSignals: [UnixSignal] = []
  ) async throws {
    self.database = database.connectionString
    city = DemoCity(
      .init(homes: 6, secretKey: Array(Self.secretKey.utf8), noticeAddress: "http://127.0.0.1:1"))
    token = Randomness.token()
    supervisor = Randomness.token()
    try await Self.prepare(database.connectionString, city, token, supervisor: supervisor)
    app = SilverbellApp(
      configuration: try Self.configuration(database.connectionString, environment),
      executable: Checkout.folder + "/silverbell",
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, reloadSignals: reloadSignals)
    let app = app
    serving = Task {
      do throws(StartProblem) {
        try await app.run()
        return nil
      } catch { return error }
    }
    guard let ports = await app.ports() else { throw TestSupportError("\(String(describing: await serving.value))") }
    self.ports = ports
  }

  static func configuration(
    _ database: String, _ environment: [String: String] = [:]
  ) throws -> Configuration {
    try Configuration.load(
      path: nil,
      environment: [
        "SILVERBELL_DATABASE_URL": database, "SILVERBELL_SECURITY_SECRET_KEY": secretKey,
        "SILVERBELL_RULES_PATH": Checkout.folder + "/deploy/rules/default.yaml", "SILVERBELL_MQTT_PORT": "0",
        "SILVERBELL_HTTP_PORT": "0", "SILVERBELL_OPERATIONS_PORT": "0", "SILVERBELL_MLLP_0_PORT": "0",
        "SILVERBELL_DC09_PORT": "0",
        "SILVERBELL_DATABASE_WAIT_SECONDS": "1",
      ].merging(environment) { _, given in given })
  }

  private static func prepare(
    _ url: String, _ city: DemoCity, _ token: String, supervisor: String
  ) async throws {
    let database = try DatabaseStart(url: url)
    let migrations = try DatabaseStart.migrations(executable: Checkout.folder + "/silverbell")
    _ = try await Migrator(migrations).migrate(database.hosts, now: WallClock.system.now())
    let hosts = database.hosts
    let pool = PQPool(size: 1, maxWaiters: 4) { () async throws(PQError) in
      try await hosts.connect(applicationName: "test", deadlineSeconds: 5)
    }
    let register = PostgresRegister(pool: pool)
    try await register.save(city.rows(now: WallClock.system.now()))
    try await register.createAccount(
      Account(name: "desk", role: .dispatcher, staff: city.staff(.desk)[0].member.id, sender: nil, districts: []),
      tokenDigest: Randomness.tokenDigest(token), expiresAt: nil)
    try await register.createAccount(
      Account(name: "lead", role: .supervisor, staff: nil, sender: nil, districts: []),
      tokenDigest: Randomness.tokenDigest(supervisor), expiresAt: nil)
    await pool.close()
  }

  /// Stops in good order; gives what `run` ended with.
  func stop() async -> StartProblem? {
    await app.stop()
    return await serving.value
  }

  /// Waits until it ends by itself; gives what `run` ended with.
  func ended() async -> StartProblem? { await serving.value }

  // MARK: clients

  /// Publishes a signal of a home's device by `mosquitto_pub` with quality of service 1; its exit status.
  func press(home: Int, _ message: String, seconds: Int = 20) async throws -> Int32 {
    let device = city.home(home).device
    return try await run(
      [
        "mosquitto_pub", "-h", "127.0.0.1", "-p", "\(ports.mqtt)", "-q", "1", "-u", device.userName, "-P",
        device.secret, "-t", "silverbell/\(device.userName)/signal", "-m", message,
      ], seconds: seconds
    ).status
  }

  /// The open alerts over HTTP.
  func alerts() async throws -> [JSONValue] {
    let answer = try await run([
      "curl", "-s", "-f", "-H", "Authorization: Bearer \(token)", "http://127.0.0.1:\(ports.http)/api/v1/alerts",
    ])
    let page = try JSONValue(parsing: Array(answer.output.utf8))
    return page["items"]?.array ?? []
  }

  /// The status and JSON of a request to the API; with a body it is a POST.
  func api(_ path: String, as token: String, body: String? = nil) async throws -> (status: Int, json: JSONValue) {
    var arguments = [
      "curl", "-s", "-m", "20", "-w", "\n%{http_code}", "-H", "Authorization: Bearer \(token)",
      "http://127.0.0.1:\(ports.http)/api/v1\(path)",
    ]
    if let body {
      let file = FileManager.default.temporaryDirectory.path + "/body-\(UUID().uuidString).json"
      try body.write(toFile: file, atomically: true, encoding: .utf8)
      arguments += ["-H", "Content-Type: application/json", "--data-binary", "@" + file]
    }
    let lines = try await run(arguments).output.split(separator: "\n", omittingEmptySubsequences: false)
    let json = try JSONValue(parsing: Array(lines.dropLast().joined(separator: "\n").utf8))
    return (Int(lines.last ?? "") ?? 0, json)
  }

  /// The value of a metric without labels.
  func metric(_ name: String) async throws -> Double? {
    let text = try await run(["curl", "-s", "-m", "5", "http://127.0.0.1:\(ports.operations)/metrics"]).output
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
    return line.flatMap { Double($0.dropFirst(name.count + 1)) }
  }

  /// A number from the database.
  func count(_ sql: String) async throws -> Int64 {
    let connection = try await DatabaseStart(url: database).hosts.connect(applicationName: "test", deadlineSeconds: 5)
    defer { connection.close() }
    return try await connection.query(BoundStatement(sql: sql, values: [])).first.int8(0)
  }
}
