import AlertEngine
import AlertRules
import CareModel
import CareStore
import ChannelDispatcher
import Console
import EngineHost
import FHIR
import InputJournals
import InputLog
import Logging
import Mapped
import NIOCore
import NIOPosix
import NotificationChannel
import Operations
import PQ
import RuleSets
import ServiceLifecycle
import Synchronization
import UnixSignals
import Webhook

/// The composition root: from a configuration to a running daemon.
package final class SilverbellApp: Sendable {
  /// How long a graceful stop may take before it is ended.
  static let stopLimit = Swift.Duration.seconds(20)
  /// A large city's worst day: as many open cases find their tables grown already.
  static let roomForCases = 98_304

  let configuration: Configuration
  let logger: Logger
  private let clock: WallClock
  private let executable: String
  let collector: PortCollector
  private let ending = Mutex(Ending())
  private let reloadSignals: [UnixSignal]
  private let reloading = Mutex<RuleKeeper?>(nil)

  /// What ends the daemon from outside, once there is something to end.
  private struct Ending {
    var group: ServiceGroup?
    /// Why nothing may be served any more.
    var problem: StartProblem?
    var isStopping = false
  }

  /// A daemon that is ready to ``run(signals:)``.
  ///
  /// - Parameters:
  ///   - executable: the path of the running program; the migrations are looked for beside and above it.
  ///   - reloadSignals: signals of the system that mean "read the rules again".
  package init(
    configuration: Configuration, executable: String, logger: Logger, clock: WallClock = .system,
    reloadSignals: [UnixSignal] = []
  ) {
    self.reloadSignals = reloadSignals
    self.configuration = configuration
    self.executable = executable
    self.logger = logger
    self.clock = clock
    collector = PortCollector(names: configuration.portNames)
  }

  /// The ports, once everything listens; nil when the daemon ended before.
  package func ports() async -> BoundPorts? { await collector.wait() }

  /// Which rules are in force and what is wrong with them; nil before the start.
  package var ruleStatus: RuleKeeper.Status? { reloading.withLock { $0 }?.status }

  /// Ends ``run(signals:)`` in good order.
  package func stop() async {
    let group = ending.withLock { ending in
      ending.isStopping = true
      return ending.group
    }
    await group?.triggerGracefulShutdown()
  }

  /// Starts everything and serves until told to stop.
  ///
  /// - Parameter signals: signals of the system that mean "stop in good order".
  /// - Throws: ``StartProblem``.
  package func run(signals: [UnixSignal] = []) async throws(StartProblem) {
    defer { collector.end() }
    try configuration.checkPlainListeners()
    try await PortCheck.run(configuration.listeners)
    let database = try await prepareDatabase()
    let webhook = configuration.webhookSecret.map {
      WebhookChannel(settings: WebhookSettings(secret: Array($0.utf8)), now: clock.now)
    }
    do {
      try await serve(database, webhook: webhook, signals: signals)
    } catch {
      await webhook?.shutDown()
      if let problem = ending.withLock({ $0.problem }) { throw problem }
      throw error as? StartProblem ?? .other("\(error)")
    }
    await webhook?.shutDown()
    if let problem = ending.withLock({ $0.problem }) { throw problem }
    logger.notice("stopped")
  }

  /// Waits for the database and looks at its schema.
  private func prepareDatabase() async throws(StartProblem) -> DatabaseStart {
    let migrations = try DatabaseStart.migrations(executable: executable)
    let database = try DatabaseStart(url: configuration.databaseURL)
    let connection = try await database.wait(seconds: configuration.databaseWaitSeconds, logger: logger)
    defer { connection.close() }
    try await DatabaseStart.checkSchema(on: connection, migrations: migrations)
    return database
  }

  private func serve(
    _ database: DatabaseStart, webhook: WebhookChannel?, signals: [UnixSignal]
  ) async throws {
    let hosts = database.hosts
    let pool = PQPool(size: configuration.databasePoolSize, maxWaiters: 256) { () async throws(PQError) in
      try await hosts.connect(applicationName: "silverbell-console", deadlineSeconds: 1)
    }
    let register = PostgresRegister(pool: pool)
    let ruleLife = RuleLife(pool: pool, path: configuration.rulesPath, clock: clock, logger: logger)
    let rules = try await ruleLife.start()
    // Asked before the register is read: what changes in between is read twice rather than never.
    let version = try await register.changes(after: -1).version
    let registry = Self.makeRegistry()
    let counting = Counting(registry: registry)
    let logger = logger
    let telemetry = PostgresTelemetry(
      metrics: counting.store, report: { logger.error("\($0.description)") }
    ) { () async throws(PQError) in
      try await hosts.connect(applicationName: "silverbell-telemetry", deadlineSeconds: 1)
    }
    var settings = EngineSettings()
    settings.roomForCases = Self.roomForCases
    settings.ackPolicy = configuration.ackPolicy
    let files = try FeedFiles(configuration, now: clock.now(), logger: logger)
    let journal = try makeJournal()
    let host = EngineHost(
      parts: parts(
        hosts, journal: journal, register: register, telemetry: telemetry, webhook: webhook, counting: counting),
      rules: rules, settings: settings)
    do {
      try await host.start(
        leadershipLost: { [weak self] in self?.mustEnd($0) }, olderRules: { await ruleLife.keeper.sets(of: $0) })
    } catch {
      await journal?.close()
      throw error
    }
    await ruleLife.keeper.connect { host.activate($0) }
    reloading.withLock { $0 = ruleLife.keeper }
    ruleLife.follow(registry)
    let state = serviceState(host)
    let console = ConsoleService(
      settings: consoleSettings,
      ports: consolePorts(
        host, register: register, history: PostgresHistory(pool: pool), ruleLife: ruleLife, registry: registry,
        pushes: files.mappings.pushes),
      logger: logger,
      onRunning: { [collector] port in collector.listening("http", port: port) })
    var services: [any Service] = [
      operations(registry, state, host), HostService(host: host), TelemetryService(telemetry: telemetry),
      RegisterService(host: host, hosts: hosts, version: version),
      PartitionService(hosts: hosts, clock: clock, horizon: counting.horizon, logger: logger),
      RuleService(keeper: ruleLife.keeper, hosts: hosts, reloadSignals: reloadSignals),
    ]
    services += feeds(host, registry, files)
    services.append(console)
    services.append(StopNoticeService(state: state))
    try await run(services, signals: signals)
    await pool.close()
  }

  /// Runs the services; they stop in the reverse order, so the engine is the last.
  private func run(_ services: [any Service], signals: [UnixSignal]) async throws {
    var settings = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: signals, logger: logger)
    settings.maximumGracefulShutdownDuration = Self.stopLimit
    let group = ServiceGroup(configuration: settings)
    let isOver = ending.withLock { ending in
      ending.group = group
      return ending.isStopping || ending.problem != nil
    }
    guard !isOver else { return }
    defer { ending.withLock { $0.group = nil } }
    try await group.run()
  }

  /// Another engine has the shard, or the database is not what it was: nothing may be served any more.
  private func mustEnd(_ loss: LeadershipLoss) {
    let group = ending.withLock { ending in
      ending.problem = loss == .wentBack ? .databaseWentBack : .leadershipLost
      return ending.group
    }
    Task { await group?.triggerGracefulShutdown() }
  }
}

extension SilverbellApp {
  /// The local second copy, where one is configured.
  private func makeJournal() throws(StartProblem) -> FileJournal? {
    guard let folder = configuration.inputLogFolder else { return nil }
    do throws(InputLogProblem) {
      return try FileJournal(folder: folder, clock: clock, logger: logger)
    } catch {
      throw .other("\(error)")
    }
  }

  /// What takes signals in and is not HTTP.
  private func feeds(_ host: EngineHost, _ registry: MetricsRegistry, _ files: FeedFiles) -> [any Service] {
    var services = FeedListeners(
      configuration: configuration, host: host, clock: clock, logger: logger, collector: collector, registry: registry,
      files: files
    ).services()
    if let inbox = configuration.tableInbox, !files.mappings.tables.isEmpty {
      services.append(TableInbox(folder: inbox, tables: files.mappings.tables, engine: host, logger: logger))
    }
    if let security = files.security {
      services.append(
        CertificateService(contexts: security, clock: clock, logger: logger, reloadSignals: reloadSignals))
    }
    return services
  }

  private func parts(
    _ hosts: PQHostList, journal: FileJournal?, register: PostgresRegister, telemetry: PostgresTelemetry,
    webhook: WebhookChannel?, counting: Counting
  ) -> EngineHost.Parts {
    let clock = clock
    let (high, low) = Randomness.halves()
    let store = PostgresCommitStore(
      hosts: hosts, shard: configuration.shard, owner: (high, low), metrics: counting.store
    ) { moment in
      try await RegisterLoader.load(moment, now: clock.now())
    }
    var channels: [String: any NotificationChannel] = [:]
    if let webhook { channels[WebhookChannel.descriptor.name] = webhook }
    let dispatcher = ChannelDispatcher(channels: channels)
    counting.follow(store, telemetry, dispatcher, channels: channels.keys.sorted(), clock)
    return EngineHost.Parts(
      store: store, journal: journal, telemetry: telemetry, register: register, channels: dispatcher,
      secretKey: Array(configuration.secretKey.utf8), clock: clock,
      eventLoop: Self.engineThread.next(), logger: logger, metrics: counting.registry)
  }

  /// The engine has a thread of its own: a flood on some connections' threads takes none of its turns.
  private static let engineThread = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  private var consoleSettings: ConsoleSettings {
    ConsoleSettings(
      host: configuration.http.host, port: configuration.http.port,
      language: ConsoleSettings.Language(rawValue: configuration.language) ?? .chinese,
      isCookieSecure: configuration.hasSecureCookies)
  }

  private func consolePorts(
    _ host: EngineHost, register: PostgresRegister, history: PostgresHistory, ruleLife: RuleLife,
    registry: MetricsRegistry, pushes: [String: MappedPush]
  ) -> ConsolePorts {
    let key = Array(configuration.secretKey.utf8)
    return ConsolePorts(
      engine: host, openWork: host, register: register, history: history, now: clock.now, makeID: Randomness.id,
      makeSecret: {
        let text = Randomness.secret()
        return ConsolePorts.Secret(text: text, digest: secretDigest(Array(text.utf8), key: key))
      }, metrics: registry, rules: ruleLife.desk(history: history, register: register),
      fhir: FHIRIntake(configuration: FHIRConfiguration(defaultOffsetMinutes: configuration.offsetMinutes)),
      pushes: pushes)
  }
}
