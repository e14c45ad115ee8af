import AlertRules
import CareStore
import CoreMetrics
import EngineHost
import Logging
import Operations
import PQ
import RuleSets
import ServiceLifecycle
import UnixSignals

/// The rules of a running daemon: the keeper that feeds the engine, and what supervisors ask.
struct RuleLife: Sendable {
  let keeper: RuleKeeper
  private let office: RuleOffice
  private let store: PostgresRules

  init(pool: PQPool, path: String, clock: WallClock, logger: Logger) {
    store = PostgresRules(pool: pool)
    office = RuleOffice(store: store, now: clock.now)
    keeper = RuleKeeper(office: office, path: path, logger: logger)
  }

  /// The set to begin with.
  func start() async throws -> RuleSet {
    do {
      return try await keeper.start()
    } catch let refusal as RuleKeeper.StartRefusal {
      throw StartProblem.rules(refusal.description)
    }
  }

  /// What supervisors ask; what they put in force decides at once.
  func desk(history: any HistoryStore, register: any RegisterStore) -> RuleDeskService {
    let keeper = keeper
    return RuleDeskService(
      office: office, explainer: Explainer(rules: store, history: history, register: register)
    ) { await keeper.follow() }
  }

  /// Names and what they mean.
  static let help: [(name: String, help: String)] = [
    ("silverbell_rules_version", "The version of the rules that is in force."),
    ("silverbell_rules_refused", "1 while the rule file or the newest version is refused, 0 when all is well."),
  ]

  /// Has the status copied before every scrape.
  func follow(_ registry: MetricsRegistry) {
    let version = Meter(label: "silverbell_rules_version", factory: registry)
    let refused = Meter(label: "silverbell_rules_refused", factory: registry)
    registry.beforeScrape { [keeper] in
      let status = keeper.status
      version.set(Int64(status.version))
      refused.set(status.trouble == nil ? 0 : 1)
    }
  }
}

/// Follows the versions of the rules: at once on a hint, every few seconds because hints may be lost; and reads the
/// file again when the system says so.
struct RuleService: Service {
  let keeper: RuleKeeper
  let hosts: PQHostList
  let reloadSignals: [UnixSignal]

  func run() async throws {
    let (hints, giver) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await keeper.follow(hints: hints, interval: RegisterService.interval) }
        group.addTask { await listen(giver) }
        group.addTask { await reload() }
        await group.waitForAll()
      }
    }
  }

  private func reload() async {
    guard !reloadSignals.isEmpty else { return }
    for await _ in await UnixSignalsSequence(trapping: reloadSignals) { await keeper.reload() }
  }

  private func listen(_ giver: AsyncStream<Void>.Continuation) async {
    while !Task.isCancelled {
      if let connection = try? await hosts.connect(
        applicationName: "silverbell-rules", deadlineSeconds: DatabaseStart.connectSeconds)
      {
        if let hints = try? await connection.listen(PostgresRules.notificationChannel) {
          giver.yield()
          for await _ in hints { giver.yield() }
        }
        connection.close()
      }
      try? await Task.sleep(for: RegisterService.listenAgain)
    }
    giver.finish()
  }
}
