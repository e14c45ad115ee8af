import AlertEngine
import AlertRules
import CareModel
import CoreMetrics
import FeedSession
import Logging
import NIOCore
import Synchronization

/// The shell around the engine: lanes in, store and channels out, a read model beside it.
package final class EngineHost: Sendable {
  /// What the host needs.
  package struct Parts: Sendable {
    /// The shared truth.
    package var store: any CommitStore
    /// The local second copy; nil = the store is the only one.
    package var journal: (any InputJournal)?
    /// Signals that open nothing.
    package var telemetry: any TelemetryStore
    /// The register, for changes made by others.
    package var register: any RegisterStore
    /// Delivers on channels.
    package var channels: any ChannelDelivery
    /// Key of the digests of device and staff secrets.
    package var secretKey: [UInt8]
    /// The time of day.
    package var clock: WallClock
    /// Where the engine runs.
    package var eventLoop: any EventLoop
    /// Where the host reports.
    package var logger: Logger
    /// Where the host counts.
    package var metrics: any MetricsFactory

    /// The parts of a host.
    package init(
      store: any CommitStore, journal: (any InputJournal)? = nil, telemetry: any TelemetryStore,
      register: any RegisterStore, channels: any ChannelDelivery, secretKey: [UInt8], clock: WallClock,
      eventLoop: any EventLoop, logger: Logger, metrics: any MetricsFactory = NOOPMetricsHandler.instance
    ) {
      self.store = store
      self.journal = journal
      self.telemetry = telemetry
      self.register = register
      self.channels = channels
      self.secretKey = secretKey
      self.clock = clock
      self.eventLoop = eventLoop
      self.logger = logger
      self.metrics = metrics
    }
  }

  let parts: Parts
  private let roomForCases: Int
  let ids = InputIDSource()
  let loop: EngineLoop
  let peers: PeerDirectory
  let credentials: CredentialDirectory
  let readModel = ReadModel()
  let events: EventHub
  /// What the host exports; ``EngineMetrics/update(_:)`` before a scrape.
  package let metrics: EngineMetrics
  let correlatedKinds: Mutex<Set<SignalKind>>
  let telemetryGate = Mutex(TelemetryGate())
  let passedOver = Atomic<Int>(0)
  private let leadership: Mutex<(@Sendable (LeadershipLoss) -> Void)?> = Mutex(nil)
  private let isStoreAwayNow = Atomic<Bool>(false)

  /// A host that is ready to ``start()``.
  package init(parts: Parts, rules: RuleSet, settings: EngineSettings = EngineSettings()) {
    self.parts = parts
    roomForCases = settings.roomForCases
    correlatedKinds = Mutex(rules.correlations.kinds)
    metrics = EngineMetrics(factory: parts.metrics)
    let peers = PeerDirectory()
    let events = EventHub()
    let readModel = readModel
    self.peers = peers
    self.events = events
    credentials = CredentialDirectory(key: parts.secretKey)
    let router = NotificationRouter(peers: peers, channels: parts.channels)
    let (store, journal, ids, clock) = (parts.store, parts.journal, ids, parts.clock)
    let mailbox = Relay()
    loop = EngineLoop(
      core: EngineCore(rules: rules, settings: settings), eventLoop: parts.eventLoop, clock: clock, ids: ids,
      outlets: EngineLoop.Outlets(
        log: { journal?.append($0) },
        write: { store.write($0) },
        notify: { notification in
          router.send(notification) { report in
            let now = clock.now()
            let input = Input.deliveryReported(ids.next(at: now), notification.id, report)
            mailbox.post(.input(input, at: now, answer: nil))
          }
        },
        publish: { number, ordinal, entries in
          readModel.apply(entries)
          events.publish(commit: number, firstOrdinal: ordinal, entries)
        },
        publishProvisionally: { entries in
          readModel.apply(entries)
          events.publishProvisionally(entries)
        },
        reload: { cases in mailbox.reload(cases) }), meters: LoopMeters(metrics: metrics, clock: clock))
    mailbox.connect(to: loop, store: store, clock: clock, logger: parts.logger)
  }

  /// Takes the shard, loads what is open, and decides from then on.
  ///
  /// - Parameters:
  ///   - leadershipLost: called when another engine has taken the shard, or the store has lost what it had confirmed;
  ///     nothing may be served after that.
  ///   - olderRules: gives the rule sets of these hashes, under which open alerts were opened.
  /// - Throws: what the store says when the database cannot be used.
  package func start(
    leadershipLost: @escaping @Sendable (LeadershipLoss) -> Void,
    olderRules: @Sendable ([String]) async -> [RuleSet] = { _ in [] }
  ) async throws {
    leadership.withLock { $0 = leadershipLost }
    let begin = ContinuousClock.now
    let state = try await parts.store.open(now: parts.clock.now()) { [weak self] in self?.storeReported($0) }
    let read = ContinuousClock.now
    events.begin(shard: state.shard, commit: state.snapshot.commitNumber)
    credentials.adopt(state.register)
    readModel.adopt(state.register)
    let now = parts.clock.now()
    loop.post(.rules { $0.adopt(state.register, at: now) })
    loop.post(.news(.casesLoaded(state.snapshot)))
    let hashes = Set(state.snapshot.alerts.map(\.ruleSetHash)).sorted()
    for older in await olderRules(hashes) { loop.post(.rules { $0.keep(older) }) }
    readModel.load(state.snapshot, room: roomForCases)
    try await openJournal()
    // Behind the open work in the mailbox: from here on the engine decides.
    await withCheckedContinuation { continuation in loop.post(.rules { _ in continuation.resume() }) }
    report(state, read: read - begin, ready: ContinuousClock.now - begin)
  }

  private func report(_ state: RecoveredState, read: Swift.Duration, ready: Swift.Duration) {
    for part in state.parts {
      parts.logger.info(
        "recovered \(part.name)", metadata: ["rows": "\(part.rows)", "seconds": "\(part.duration / .seconds(1))"])
    }
    parts.logger.info(
      "engine recovered",
      metadata: [
        "shard": "\(state.shard)", "epoch": "\(state.epoch)", "alerts": "\(state.snapshot.alerts.count)",
        "tasks": "\(state.snapshot.tasks.count)", "register": "\(state.register.count)",
        "read_seconds": "\(read / .seconds(1))", "ready_seconds": "\(ready / .seconds(1))",
      ])
  }

  /// Writes what is queued and closes both copies.
  package func stop(within deadline: Swift.Duration) async {
    events.finish()
    await parts.store.close(deadline: deadline)
    await parts.journal?.close()
  }

  /// Follows register changes of others until cancelled: asks every `interval`, and at once on ``registerHint()``.
  package func followRegister(from version: Int64, hints: AsyncStream<Void>, interval: Swift.Duration) async {
    let follower = RegisterFollower(store: parts.register, version: version) { [weak self] in
      self?.registerChanged($0)
    }
    await follower.run(hints: hints, interval: interval, logger: parts.logger)
  }

  /// Decides by another rule set from now on.
  package func activate(_ rules: RuleSet) {
    correlatedKinds.withLock { $0 = rules.correlations.kinds }
    loop.post(.rules { $0.activate(rules) })
  }

  /// Whether alarms can be taken now under the strict policy: the store answers.
  package var isReady: Bool { !isStoreAwayNow.load(ordering: .relaxed) }

  /// Inputs that wait for the engine or for the store.
  package var depth: Int { loop.depth }

  /// Motions that were acknowledged without a row of their own, since the start.
  package var motionsPassedOver: Int { passedOver.load(ordering: .relaxed) }

  private func registerChanged(_ changes: [RegisterChange]) {
    credentials.apply(changes)
    readModel.apply(changes)
    loop.post(.news(.referenceChanged(changes)))
  }

  private func storeReported(_ event: StoreEvent) {
    switch event {
    case .committed(let number):
      loop.post(.news(.committed(number)))
      parts.journal?.confirmed(through: number)
    case .failed(let number, let failure):
      parts.logger.error(
        "commit refused, its case is read again",
        metadata: ["commit": "\(number)", "sqlstate": "\(failure.code)"])
      loop.post(.news(.commitFailed(number, failure)))
    case .lost:
      isStoreAwayNow.store(true, ordering: .relaxed)
      parts.logger.warning("database lost; what is decided meanwhile is written when it is back")
      loop.post(.news(.storeLost))
    case .back:
      isStoreAwayNow.store(false, ordering: .relaxed)
      parts.logger.notice("database is back")
      loop.post(.news(.storeBack))
    case .leadershipLost(let loss):
      switch loss {
      case .taken: parts.logger.critical("another engine has taken this shard; this one stops")
      case .wentBack: parts.logger.critical("the database lacks commits that it had confirmed; this engine stops")
      }
      isStoreAwayNow.store(true, ordering: .relaxed)
      loop.post(.news(.storeLost))
      leadership.withLock { $0 }?(loss)
    }
  }
}

/// Lets the outlets reach the loop that is made with them, and reads cases anew when a commit was refused.
private final class Relay: Sendable {
  private struct Target {
    var loop: EngineLoop
    var store: any CommitStore
    var clock: WallClock
    var logger: Logger
  }

  private let target = Mutex<Target?>(nil)

  func connect(to loop: EngineLoop, store: any CommitStore, clock: WallClock, logger: Logger) {
    target.withLock { $0 = Target(loop: loop, store: store, clock: clock, logger: logger) }
  }

  func post(_ mail: EngineLoop.Mail) { target.withLock { $0?.loop }?.post(mail) }

  /// Tries until the store answers: without the reload no later input of these cases can be decided.
  func reload(_ cases: [CaseKey]) {
    guard let target = target.withLock({ $0 }) else { return }
    Task {
      var wait = Swift.Duration.milliseconds(100)
      while !Task.isCancelled {
        do {
          let snapshot = try await target.store.reload(cases, now: target.clock.now())
          target.loop.post(.news(.casesLoaded(snapshot)))
          return
        } catch {
          target.logger.error("cases could not be read again; trying on", metadata: ["wait": "\(wait)"])
          try? await Task.sleep(for: wait)
          wait = min(wait * 2, .seconds(5))
        }
      }
    }
  }
}
