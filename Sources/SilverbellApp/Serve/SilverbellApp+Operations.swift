import CareModel
import CareStore
import ChannelDispatcher
import Console
import EngineHost
import Foundation
import Intake
import NIOCore
import NIOPosix
import Operations
import ServiceLifecycle

/// What operators see of the daemon.
extension SilverbellApp {
  /// A registry that knows every metric of this daemon; `Sources/Operations/README.md` lists them.
  static func makeRegistry() -> MetricsRegistry {
    MetricsRegistry(
      describing: EngineMetrics.help + StoreMetrics.help + IntakeMetrics.help + ConsoleMetrics.help
        + ChannelMetrics.help + ProcessMetrics.help + LoopMetrics.help + RuleLife.help)
  }

  /// The daemon's state: its loops, and whether alarms are accepted.
  func serviceState(_ host: EngineHost) -> ServiceState {
    let eventLoops = MultiThreadedEventLoopGroup.singleton.makeIterator().enumerated().map { index, loop in
      LoopWatch.Loop.eventLoop("eventLoop.\(index)", loop)
    }
    let engine = LoopWatch.Loop(name: "engine") { host.ask($0) }
    let collector = collector
    return ServiceState(
      watch: LoopWatch(eventLoops + [engine, .tasks], now: Self.monotonicNanoseconds),
      notifier: SystemdNotifier(environment: ProcessInfo.processInfo.environment),
      readiness: {
        var reasons: [Complaint] = []
        if !collector.isComplete { reasons.append(Complaint("listeners", "are not all up yet.")) }
        if !host.isReady {
          reasons.append(Complaint("store", "is away: nothing is acknowledged until the database answers again."))
        }
        return reasons
      }, now: Self.monotonicNanoseconds)
  }

  /// The page.
  func operations(_ registry: MetricsRegistry, _ state: ServiceState, _ host: EngineHost) -> OperationsService {
    let process = ProcessMetrics(factory: registry)
    let loops = LoopMetrics(watch: state.watch, factory: registry)
    registry.beforeScrape {
      host.metrics.update(host.statistics)
      process.update()
      loops.update()
    }
    return OperationsService(
      host: configuration.operations.host, port: configuration.operations.port, registry: registry, state: state,
      logger: logger, onRunning: { [collector] port in collector.listening("operations", port: port) })
  }

  private static func monotonicNanoseconds() -> Int64 {
    Int64(clamping: NIODeadline.now().uptimeNanoseconds)
  }
}

/// Where the parts of the daemon count, before they are put together.
struct Counting: Sendable {
  let registry: MetricsRegistry
  let store: StoreMetrics
  let horizon = PartitionHorizon()

  init(registry: MetricsRegistry) {
    self.registry = registry
    store = StoreMetrics(factory: registry)
  }

  /// Has what these know copied before every scrape.
  func follow(
    _ commits: PostgresCommitStore, _ telemetry: PostgresTelemetry, _ dispatcher: ChannelDispatcher,
    channels names: [String], _ clock: WallClock
  ) {
    let channels = ChannelMetrics(channels: names, factory: registry)
    registry.beforeScrape { [store, horizon] in
      let now = clock.now()
      store.update(commits, telemetry, at: now)
      store.update(horizon, at: now)
      channels.update(dispatcher)
    }
  }
}
