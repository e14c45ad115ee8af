import AlertEngine
import CareModel
import CoreMetrics
import EngineHost

/// What the commit store and the telemetry store export.
package struct StoreMetrics: Sendable {
  /// Names and what they mean.
  package static let help: [(name: String, help: String)] = [
    ("silverbell_store_queue_depth", "Commits that are not known to be durable."),
    ("silverbell_store_queue_oldest_seconds", "Age of the oldest of them, by the receipt of its input."),
    ("silverbell_store_groups_in_flight", "Transactions with commits that are on their way."),
    ("silverbell_store_group_commits", "Commits of one transaction."),
    ("silverbell_store_group_seconds", "From sending a transaction to its outcome."),
    ("silverbell_store_connections_total", "Connections of the writer, the first one included."),
    ("silverbell_telemetry_queue_depth", "Telemetry rows that wait to be written."),
    ("silverbell_telemetry_queue_oldest_seconds", "Age of the oldest of them."),
    ("silverbell_telemetry_rows_total", "Telemetry rows that were written."),
    ("silverbell_telemetry_duplicates_total", "Telemetry rows that were there already."),
    ("silverbell_partition_months_ahead", "Months after this one that have a partition; below 2 is an alarm."),
  ]

  /// Counts nowhere.
  package static let none = StoreMetrics(factory: NOOPMetricsHandler.instance)

  private let depth, oldest, inFlight, telemetryDepth, telemetryOldest, monthsAhead: Meter
  private let groupCommits: Recorder
  private let groupTime: Timer
  private let connections, telemetryRows, telemetryDuplicates: Counter

  /// The series, in a registry.
  package init(factory: any MetricsFactory) {
    func meter(_ name: String) -> Meter { Meter(label: name, factory: factory) }
    depth = meter("silverbell_store_queue_depth")
    oldest = meter("silverbell_store_queue_oldest_seconds")
    inFlight = meter("silverbell_store_groups_in_flight")
    telemetryDepth = meter("silverbell_telemetry_queue_depth")
    telemetryOldest = meter("silverbell_telemetry_queue_oldest_seconds")
    monthsAhead = meter("silverbell_partition_months_ahead")
    groupCommits = Recorder(
      label: "silverbell_store_group_commits", dimensions: [], aggregate: true, factory: factory)
    groupTime = Timer(label: "silverbell_store_group_seconds", factory: factory)
    connections = Counter(label: "silverbell_store_connections_total", factory: factory)
    telemetryRows = Counter(label: "silverbell_telemetry_rows_total", factory: factory)
    telemetryDuplicates = Counter(label: "silverbell_telemetry_duplicates_total", factory: factory)
  }

  /// Copies what the stores know now.
  package func update(_ store: PostgresCommitStore, _ telemetry: PostgresTelemetry, at now: Timestamp) {
    depth.set(store.queueDepth)
    oldest.set(age(of: store.oldestQueued, at: now))
    let waiting = telemetry.waiting
    telemetryDepth.set(waiting.count)
    telemetryOldest.set(age(of: waiting.oldest, at: now))
  }

  /// Copies for how many months after the one of `now` there are partitions.
  package func update(_ horizon: PartitionHorizon, at now: Timestamp) { monthsAhead.set(horizon.monthsAhead(of: now)) }

  private func age(of moment: Timestamp?, at now: Timestamp) -> Double {
    moment.map { max(.zero, now - $0).seconds } ?? 0
  }

  func connected() { connections.increment() }

  func carries(_ groups: Int) { inFlight.set(groups) }

  func sends(_ group: CommitQueue.Group) -> ContinuousClock.Instant {
    groupCommits.record(group.commits.count)
    return .now
  }

  func landed(_ sent: ContinuousClock.Instant) {
    groupTime.recordNanoseconds(Int64(sent.duration(to: .now) / .nanoseconds(1)))
  }

  /// Rows of a batch are durable; those that were not inserted were there.
  func wroteTelemetry(_ rows: Int, inserted: Int) {
    telemetryRows.increment(by: inserted)
    telemetryDuplicates.increment(by: max(0, rows - inserted))
  }
}
