import CoreMetrics
import EngineHost
import FeedSession

/// What the receivers of one feed export; the connections count for themselves, this copies what they counted.
package struct IntakeMetrics: Sendable {
  /// Names and what they mean; each has the label `feed`.
  package static let help: [(name: String, help: String)] = [
    ("silverbell_feed_connections", "Connections that are open."),
    ("silverbell_feed_accepted_total", "Connections that got a session."),
    ("silverbell_feed_refused_total", "Connections and datagrams without a session, by reason."),
    ("silverbell_feed_delayed_total", "Answers, reads and handshakes held back by a limit, by reason."),
    ("silverbell_feed_closed_total", "Connections that have ended, by reason."),
    ("silverbell_feed_slow_readers_total", "Connections closed because the peer left too much unread."),
    ("silverbell_feed_deliveries_total", "Signals and staff answers handed to the engine."),
    ("silverbell_feed_unavailable_total", "Deliveries that nothing could make durable; their senders keep them."),
  ]

  private let open: Meter
  private let accepted, slowReaders, deliveries, unavailable: Counter
  private let refused: [(reason: RefusalReason, count: Counter)]
  private let delayed: [(reason: DelayReason, count: Counter)]
  private let closed: [(reason: CloseReason, count: Counter)]

  /// The series of one feed (`mqtt`, `mllp`).
  package init(feed: String, factory: any MetricsFactory) {
    let labels = [("feed", feed)]
    func counter(_ name: String) -> Counter { Counter(label: name, dimensions: labels, factory: factory) }
    func counters<Reason: CaseIterable & RawRepresentable<String>>(
      _ name: String, _: Reason.Type
    ) -> [(reason: Reason, count: Counter)] {
      Reason.allCases.map { reason in
        (reason, Counter(label: name, dimensions: labels + [("reason", reason.rawValue)], factory: factory))
      }
    }
    open = Meter(label: "silverbell_feed_connections", dimensions: labels, factory: factory)
    accepted = counter("silverbell_feed_accepted_total")
    refused = counters("silverbell_feed_refused_total", RefusalReason.self)
    delayed = counters("silverbell_feed_delayed_total", DelayReason.self)
    slowReaders = counter("silverbell_feed_slow_readers_total")
    deliveries = counter("silverbell_feed_deliveries_total")
    unavailable = counter("silverbell_feed_unavailable_total")
    closed = counters("silverbell_feed_closed_total", CloseReason.self)
  }

  /// Copies what was counted; several receivers of a feed are added up.
  package func update(_ receivers: [ReceiverCounters]) {
    func sum(_ value: (ReceiverCounters) -> UInt64) -> UInt64 { receivers.reduce(0) { $0 + value($1) } }
    open.set(Int64(clamping: sum(\.open)))
    accepted.become(sum(\.accepted))
    slowReaders.become(sum(\.slowReaders))
    deliveries.become(sum(\.deliveries))
    unavailable.become(sum(\.unavailable))
    for (reason, count) in refused { count.become(sum { $0.refused[reason] ?? 0 }) }
    for (reason, count) in delayed { count.become(sum { $0.delayed[reason] ?? 0 }) }
    for (reason, count) in closed { count.become(sum { $0.closed[reason] ?? 0 }) }
  }
}
