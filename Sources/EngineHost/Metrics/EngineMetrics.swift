import CareModel
import CoreMetrics
import FeedSession

/// What the engine's host exports. Counters and histograms are written where things happen, with relaxed atomics;
/// gauges are copied from ``EngineHost/statistics`` before a scrape.
package struct EngineMetrics: Sendable {
  /// Names and what they mean.
  package static let help: [(name: String, help: String)] = [
    ("silverbell_signals_total", "Signals by the group of their kind, and whether they were taken or refused."),
    ("silverbell_alarm_acknowledgement_seconds", "From the receipt of an alarm to its durable acknowledgement."),
    ("silverbell_engine_inputs_total", "Inputs and news that the engine has stepped."),
    ("silverbell_engine_mailbox_depth", "Inputs and news that wait for the engine."),
    ("silverbell_engine_mailbox_oldest_seconds", "Age of the oldest input that the engine has not finished."),
    ("silverbell_engine_unconfirmed_commits", "Decisions that are not known to be durable."),
    ("silverbell_engine_unconfirmed_oldest_seconds", "Age of the oldest commit that is not known to be durable."),
    ("silverbell_engine_publication_seconds", "From handing a commit to the store to publishing it."),
    ("silverbell_engine_deadlines", "Deadlines that are armed."),
    ("silverbell_engine_deadline_lateness_seconds", "How late deadlines fired."),
    ("silverbell_engine_reloads_total", "Reloads of cases after a refused commit."),
    ("silverbell_open_alerts", "Alerts that are not resolved."),
    ("silverbell_open_tasks", "Tasks that are not finished."),
    ("silverbell_store_present", "1 while the database answers, 0 while it is away."),
    ("silverbell_input_log_written", "1 while the local log is written, 0 while there is one copy only."),
    ("silverbell_input_log_depth", "Inputs that wait for the local log."),
    ("silverbell_input_log_oldest_seconds", "Age of the oldest of them."),
    ("silverbell_input_log_bytes", "Bytes in all files of the local log."),
    ("silverbell_event_readers", "Readers of the event stream."),
    ("silverbell_event_readers_cut_total", "Readers of the event stream that fell too far behind and were cut off."),
    ("silverbell_peers", "Devices and phones that can be reached now."),
    ("silverbell_downlinks_under_way", "Messages to devices and phones that are not acknowledged yet."),
  ]

  let taken, refused: [SignalGroup: Counter]
  let acknowledgement, publication, lateness: Timer
  let inputs, reloads, cutReaders: Counter
  let deadlines, unconfirmed: Meter
  private let mailboxDepth, mailboxOldest, unconfirmedOldest: Meter
  private let logWritten, logDepth, logOldest, logBytes: Meter
  private let alerts, tasks, storePresent, readers, peers, downlinks: Meter

  /// The series, in a registry.
  package init(factory: any MetricsFactory) {
    func signals(_ outcome: String) -> [SignalGroup: Counter] {
      Dictionary(
        uniqueKeysWithValues: SignalGroup.allCases.map { group in
          let labels = [("group", group.rawValue), ("outcome", outcome)]
          return (group, Counter(label: "silverbell_signals_total", dimensions: labels, factory: factory))
        })
    }
    func meter(_ name: String) -> Meter { Meter(label: name, factory: factory) }
    taken = signals("taken")
    refused = signals("refused")
    acknowledgement = Timer(label: "silverbell_alarm_acknowledgement_seconds", factory: factory)
    publication = Timer(label: "silverbell_engine_publication_seconds", factory: factory)
    lateness = Timer(label: "silverbell_engine_deadline_lateness_seconds", factory: factory)
    inputs = Counter(label: "silverbell_engine_inputs_total", factory: factory)
    reloads = Counter(label: "silverbell_engine_reloads_total", factory: factory)
    cutReaders = Counter(label: "silverbell_event_readers_cut_total", factory: factory)
    deadlines = meter("silverbell_engine_deadlines")
    unconfirmed = meter("silverbell_engine_unconfirmed_commits")
    mailboxDepth = meter("silverbell_engine_mailbox_depth")
    mailboxOldest = meter("silverbell_engine_mailbox_oldest_seconds")
    unconfirmedOldest = meter("silverbell_engine_unconfirmed_oldest_seconds")
    alerts = meter("silverbell_open_alerts")
    tasks = meter("silverbell_open_tasks")
    storePresent = meter("silverbell_store_present")
    logWritten = meter("silverbell_input_log_written")
    logDepth = meter("silverbell_input_log_depth")
    logOldest = meter("silverbell_input_log_oldest_seconds")
    logBytes = meter("silverbell_input_log_bytes")
    readers = meter("silverbell_event_readers")
    peers = meter("silverbell_peers")
    downlinks = meter("silverbell_downlinks_under_way")
  }

  /// Copies what the host knows now.
  package func update(_ statistics: EngineStatistics) {
    mailboxDepth.set(statistics.mailboxDepth)
    mailboxOldest.set(statistics.oldestMail.seconds)
    unconfirmedOldest.set(statistics.oldestUnconfirmed.seconds)
    alerts.set(statistics.openAlerts)
    tasks.set(statistics.openTasks)
    storePresent.set(statistics.isStorePresent ? 1 : 0)
    logWritten.set(statistics.journal?.isWritten == true ? 1 : 0)
    logDepth.set(statistics.journal?.depth ?? 0)
    logOldest.set(statistics.journal?.oldest.seconds ?? 0)
    logBytes.set(statistics.journal?.bytes ?? 0)
    readers.set(statistics.eventReaders)
    peers.set(statistics.peers)
    downlinks.set(statistics.downlinksUnderWay)
    cutReaders.become(statistics.cutReaders)
  }

  /// Counts a signal when it is answered, and how long an alarm took.
  func counted(
    _ group: SignalGroup, _ clock: WallClock, _ answer: @escaping @Sendable (DeliveryOutcome) -> Void
  ) -> @Sendable (DeliveryOutcome) -> Void {
    let since = group == .alarm ? clock.now() : .distantPast
    return { [taken = taken[group], refused = refused[group], acknowledgement] outcome in
      switch outcome {
      case .accepted:
        taken?.increment()
        if group == .alarm { acknowledgement.recordNanoseconds((clock.now() - since).nanoseconds) }
      case .unavailable: refused?.increment()
      }
      answer(outcome)
    }
  }
}

/// What the host knows of itself at one moment; asking costs it next to nothing.
package struct EngineStatistics: Sendable, Equatable {
  /// Inputs and news that wait for the engine.
  package var mailboxDepth: Int
  /// Age of the oldest of them, or of what the engine has in hand.
  package var oldestMail: TimeSpan
  /// Age of the oldest commit that is not known to be durable.
  package var oldestUnconfirmed: TimeSpan
  /// Alerts that are not resolved.
  package var openAlerts: Int
  /// Tasks that are not finished.
  package var openTasks: Int
  /// The database answers.
  package var isStorePresent: Bool
  /// The local log; nil when there is none.
  package var journal: JournalStatus?
  /// Readers of the event stream.
  package var eventReaders: Int
  /// Readers that were cut off.
  package var cutReaders: Int
  /// Peers that can be reached.
  package var peers: Int
  /// Messages under way to them.
  package var downlinksUnderWay: Int
}

extension EngineHost {
  /// What the host knows of itself now; never waits for the engine.
  package var statistics: EngineStatistics {
    let now = parts.clock.now()
    let mail = loop.waiting
    let (alerts, tasks) = readModel.openCounts
    let (readers, cut) = events.readerCounts
    let (peers, underWay) = peers.counts
    return EngineStatistics(
      mailboxDepth: mail.depth, oldestMail: loop.meters.oldestMail(waiting: mail.oldest, at: now),
      oldestUnconfirmed: loop.meters.oldestHandover(at: now), openAlerts: alerts, openTasks: tasks,
      isStorePresent: isReady, journal: parts.journal?.status, eventReaders: readers, cutReaders: cut, peers: peers,
      downlinksUnderWay: underWay)
  }

  /// Calls back as soon as the engine's loop has its next turn; for a watch over it.
  package func ask(_ answer: @escaping @Sendable () -> Void) { loop.ask(answer) }
}

extension TimeSpan {
  /// The length in seconds.
  package var seconds: Double { Double(microseconds) / 1_000_000 }
  /// The length in nanoseconds, at most what fits.
  package var nanoseconds: Int64 {
    let (product, overflow) = microseconds.multipliedReportingOverflow(by: 1000)
    return overflow ? (microseconds < 0 ? .min : .max) : product
  }
}
