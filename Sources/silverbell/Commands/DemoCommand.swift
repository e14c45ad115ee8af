import ArgumentParser
import CareModel
import CareStore
import DemoCity
import EngineHost
import Foundation
import PQ
import SilverbellApp
import UnixSignals

/// `silverbell demo`: a sample city, served in this process, and a scenario played by real client programs.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Serves a sample city and plays an alarm and a hospital stay; deploy/demo calls it.")

  /// Between two renewals of shifts and positions.
  static let renewal = Swift.Duration.seconds(600)
  /// Seconds that the database is waited for.
  static let databaseSeconds = 60

  /// Homes of one transaction.
  static let batchHomes = 10_000

  @Option(help: "Where the demo keeps its files.")
  var dataDir = ".silverbell"

  @Option(help: "Ports: MQTT is this + 1, MLLP + 2, HTTP + 3, webhook receiver + 5.")
  var portBase = 18_800

  @Option(help: "Homes of the sample city.")
  var homes = 200

  @Option(help: "The rule file.")
  var rules: String?

  @Flag(help: "Serves only, plays nothing.")
  var noScenario = false

  @Flag(help: "Ends after the scenario; exit 0 only if every step was seen.")
  var once = false

  @Option(help: "The database, as libpq understands it.")
  var databaseUrl: String

  func validate() throws {
    guard (1024...65_000).contains(portBase) else { throw ValidationError("--port-base is from 1024 to 65000.") }
    guard (1...DemoCity.maximumHomes).contains(homes) else {
      throw ValidationError("--homes is from 1 to \(DemoCity.maximumHomes).")
    }
  }

  func run() async throws {
    let files = try DemoFiles(path: dataDir)
    let settings = DemoSettings(
      databaseURL: databaseUrl, secretKey: try files.secret("secret.key"),
      webhookSecret: try files.secret("webhook.key"), portBase: portBase,
      inputLogFolder: files.folder.appendingPathComponent("inputs").path)
    let configuration = try settings.configuration(rulesPath: rules)
    let city = DemoCity(
      .init(homes: homes, secretKey: Array(settings.secretKey.utf8), noticeAddress: settings.noticeAddress))
    let database = try DatabaseStart(url: databaseUrl)
    try await prepare(database)
    let hosts = database.hosts
    let pool = PQPool(size: 1, maxWaiters: 8) { () async throws(PQError) in
      try await hosts.connect(applicationName: "silverbell-demo", deadlineSeconds: 5)
    }
    let register = PostgresRegister(pool: pool)
    Terminal.write("正在载入示例城市:\(homes) 户 / Loading a sample city of \(homes) homes …")
    try await register.save(city.centreRows(now: WallClock.system.now()))
    for start in stride(from: 0, to: homes, by: Self.batchHomes) {
      try await register.save(city.homeRows(start..<min(start + Self.batchHomes, homes)))
    }
    let tokens = try await DemoTokens(city: city, register: register)
    try write(files, settings, city, tokens)
    let stage = Stage(
      settings: settings, configuration: configuration, city: city, files: files, tokens: tokens, register: register)
    try await perform(stage)
    await pool.close()
  }

  /// What the demo plays on.
  private struct Stage {
    var settings: DemoSettings
    var configuration: Configuration
    var city: DemoCity
    var files: DemoFiles
    var tokens: DemoTokens
    var register: PostgresRegister
  }

  private func prepare(_ database: DatabaseStart) async throws {
    Terminal.write("正在准备数据库 / Preparing the database …")
    let connection = try await database.wait(
      seconds: Self.databaseSeconds, logger: Terminal.logger(level: "notice"))
    connection.close()
    let migrations = try DatabaseStart.migrations(executable: Terminal.executable)
    _ = try await Migrator(migrations).migrate(database.hosts, now: WallClock.system.now())
  }

  private func write(
    _ files: DemoFiles, _ settings: DemoSettings, _ city: DemoCity, _ tokens: DemoTokens
  ) throws {
    var values = [
      ("DATABASE_URL", settings.databaseURL), ("MQTT_HOST", "127.0.0.1"), ("MQTT_PORT", "\(settings.mqttPort)"),
      ("MLLP_HOST", "127.0.0.1"), ("MLLP_PORT", "\(settings.mllpPort)"), ("HTTP_URL", settings.address),
      ("HTTP_PORT", "\(settings.httpPort)"), ("NOTICE_URL", settings.noticeAddress),
      ("OPERATIONS_URL", settings.operationsAddress),
      ("HOSPITAL_CODE", DemoCity.hospitalCode),
    ]
    if let phone = city.staff(.responder).first {
      values += [("STAFF_ID", "\(phone.member.id)"), ("STAFF_SECRET", phone.login.secret)]
    }
    values += tokens.all.map { ("TOKEN_\($0.role.rawValue.uppercased())", $0.token) }
    try files.writeEnvironment(values.map { (name: $0.0, value: $0.1) })
    let devices = city.devices.map { "\($0.userName),\($0.secret)\n" }.joined()
    try files.write("serial,secret\n" + devices, to: "devices.csv")
  }

  /// Serves, plays, and stays up unless asked not to.
  private func perform(_ stage: Stage) async throws {
    let app = SilverbellApp(
      configuration: stage.configuration, executable: Terminal.executable,
      logger: Terminal.logger(level: stage.configuration.logLevel))
    let receiver = try await NoticeReceiver(port: stage.settings.noticePort, secret: stage.settings.webhookSecret)
    let serving = Task { () -> StartProblem? in
      do throws(StartProblem) {
        try await app.run(signals: [.sigterm, .sigint])
        return nil
      } catch { return error }
    }
    let renewing = Task { await Self.renew(stage) }
    var failure: (any Error)?
    if await app.ports() != nil {
      do {
        if !noScenario { try await play(stage, receiver) }
        if once { await app.stop() } else { sayWhere(stage) }
      } catch {
        failure = error
        await app.stop()
      }
    }
    let problem = await serving.value
    renewing.cancel()
    await receiver.close()
    if let failure { throw CommandFailure("The demo ended early: \(failure).") }
    if let problem { throw CommandFailure("\(problem)") }
  }

  private func play(_ stage: Stage, _ receiver: NoticeReceiver) async throws {
    let witness = try DemoWitness(
      settings: stage.settings, token: stage.tokens[.dispatcher],
      output: stage.files.clients.appendingPathComponent("events"))
    defer { witness.stream.end() }
    let scenario = try await DemoScenario(
      settings: stage.settings, city: stage.city, files: stage.files, witness: witness, receiver: receiver,
      now: WallClock.system.now())
    try await scenario.play()
    Terminal.write("\n全部步骤已见证 / Every step was seen.")
  }

  /// Shifts and positions grow old while the demo stays up.
  private static func renew(_ stage: Stage) async {
    while (try? await Task.sleep(for: renewal)) != nil {
      try? await stage.register.save(stage.city.currentRows(now: WallClock.system.now()))
    }
  }

  private func sayWhere(_ stage: Stage) {
    var lines = [
      "", "控制台 / Console: \(stage.settings.address)/", "手机页面 / Staff page: \(stage.settings.address)/staff",
      "MQTT 127.0.0.1:\(stage.settings.mqttPort)   MLLP 127.0.0.1:\(stage.settings.mllpPort)",
      "登录口令 / Tokens to sign in with:",
    ]
    lines += stage.tokens.all.map { "  \($0.role.rawValue): \($0.token)" }
    lines.append("地址和口令也在 / Also in: \(stage.files.folder.path)/demo.env, devices.csv")
    lines.append("按 Ctrl-C 结束 / Ctrl-C ends it.")
    Terminal.write(lines.joined(separator: "\n"))
  }
}
