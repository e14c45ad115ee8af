import CoreMetrics
import EngineHost

/// What the channels export; one set of series a configured channel.
package struct ChannelMetrics: Sendable {
  /// Names and what they mean; each has the label `channel`.
  package static let help: [(name: String, help: String)] = [
    ("silverbell_channel_queue_depth", "Messages that wait for their destination."),
    ("silverbell_channel_queue_oldest_seconds", "Age of the oldest of them."),
    ("silverbell_channel_tries", "Tries that are under way."),
    ("silverbell_channel_sent_total", "Messages that were delivered."),
    ("silverbell_channel_failed_total", "Tries that failed, and messages there was no room for."),
  ]

  private struct Series {
    var channel: String
    var depth, oldest, tries: Meter
    var sent, failed: Counter
  }

  private let series: [Series]

  /// The series of these channels, in a registry.
  package init(channels: [String], factory: any MetricsFactory) {
    series = channels.map { channel in
      func meter(_ name: String) -> Meter {
        Meter(label: name, dimensions: [("channel", channel)], factory: factory)
      }
      func counter(_ name: String) -> Counter {
        Counter(label: name, dimensions: [("channel", channel)], factory: factory)
      }
      return Series(
        channel: channel, depth: meter("silverbell_channel_queue_depth"),
        oldest: meter("silverbell_channel_queue_oldest_seconds"), tries: meter("silverbell_channel_tries"),
        sent: counter("silverbell_channel_sent_total"), failed: counter("silverbell_channel_failed_total"))
    }
  }

  /// Copies what the dispatcher knows now.
  package func update(_ dispatcher: ChannelDispatcher) {
    for series in series {
      let load = dispatcher.load(of: series.channel)
      series.depth.set(load.waiting)
      series.oldest.set(load.oldest / Swift.Duration.seconds(1))
      series.tries.set(load.tries)
      series.sent.become(load.sent)
      series.failed.become(load.failed)
    }
  }
}

/// What a dispatcher has in hand for one channel, and what it has done.
package struct ChannelLoad: Sendable, Equatable {
  /// Messages that wait.
  package var waiting = 0
  /// How long the oldest of them has waited.
  package var oldest = Swift.Duration.zero
  /// Tries under way.
  package var tries = 0
  /// Messages delivered.
  package var sent = 0
  /// Tries that failed, and messages there was no room for.
  package var failed = 0

  /// Nothing.
  package init() {}
}
