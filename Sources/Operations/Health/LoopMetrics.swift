import CoreMetrics

/// What the watch over the loops exports.
package struct LoopMetrics: Sendable {
  /// Names and what they mean.
  package static let help: [MetricsRegistry.Description] = [
    ("silverbell_loop_delay_seconds", "How long a loop of the daemon owes its answer; beyond 10 s it is stuck.")
  ]

  private let watch: LoopWatch
  private let delays: [Meter]

  /// The series of the loops of a watch, in a registry.
  package init(watch: LoopWatch, factory: any MetricsFactory) {
    self.watch = watch
    delays = watch.delays.map { loop in
      Meter(label: "silverbell_loop_delay_seconds", dimensions: [("loop", loop.name)], factory: factory)
    }
  }

  /// Copies what the watch knows now.
  package func update() { for (meter, loop) in zip(delays, watch.delays) { meter.set(loop.seconds) } }
}
