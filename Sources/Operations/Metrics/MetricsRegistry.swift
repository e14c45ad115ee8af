import CoreMetrics
import Synchronization

/// The metrics of one daemon: a backend for swift-metrics that is handed to the targets instead of being installed for
/// the process, so that two daemons in one process count apart and libraries cannot add series of their own.
///
/// There is no Swift package for Prometheus' text format among those this project may use, so the format is written
/// here (``text()``); it is small. Every metric has to be described beforehand, and the number of series is bounded:
/// what is not described, has an invalid name, changes its type or comes past the bound counts nowhere, except in
/// `silverbell_metrics_refused_total`.
package final class MetricsRegistry: MetricsFactory {
  /// A metric's name and its one sentence for the reader.
  package typealias Description = (name: String, help: String)

  /// Most series (a histogram is one).
  package static let maximumSeries = 1000

  /// What this target itself exports.
  package static let help: [Description] = [
    ("silverbell_metrics_refused_total", "Series that were asked for and not made: undescribed, ill-named or too many.")
  ]

  private struct Family {
    var help: String
    var series: [(labels: String, cell: any MetricCell)] = []
  }

  private struct State {
    var families: [String: Family]
    var seriesCount = 0
    var updates: [@Sendable () -> Void] = []
  }

  private let state: Mutex<State>
  private let scraping = Mutex<Void>(())
  private let maximumSeries: Int
  private let refused = CounterCell()

  /// A registry that knows these metrics and no others.
  package init(describing descriptions: [Description], maximumSeries: Int = maximumSeries) {
    self.maximumSeries = maximumSeries
    var families: [String: Family] = [:]
    for (name, help) in descriptions + Self.help where MetricName.isMetric(name) {
      families[name] = Family(help: help)
    }
    families["silverbell_metrics_refused_total"]?.series = [("", refused)]
    state = Mutex(State(families: families))
  }

  /// Has something done before every scrape: values that somebody else keeps are copied then.
  package func beforeScrape(_ update: @escaping @Sendable () -> Void) {
    state.withLock { $0.updates.append(update) }
  }

  /// Everything in Prometheus' text format 0.0.4, in the order of the names; one scrape at a time.
  package func text() -> String {
    scraping.withLock { _ in
      for update in state.withLock({ $0.updates }) { update() }
      let families = state.withLock { $0.families }
      var text = PrometheusText()
      for (name, family) in families.sorted(by: { $0.key < $1.key }) where !family.series.isEmpty {
        let series = family.series.sorted { $0.labels < $1.labels }
        text.family(name, help: family.help, series)
      }
      return text.text
    }
  }

  /// A counter; its name ends in `_total` by custom.
  package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    cell(label, dimensions) { CounterCell() }
  }

  /// A counter of fractions.
  package func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    cell(label, dimensions) { FractionCounterCell() }
  }

  /// A gauge.
  package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    cell(label, dimensions) { GaugeCell() }
  }

  /// A histogram of sizes, or a gauge.
  package func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    if aggregate { return cell(label, dimensions) { HistogramCell.sizes() } }
    return cell(label, dimensions) { GaugeCell() }
  }

  /// A histogram of times; recorded in nanoseconds, exported in seconds.
  package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    cell(label, dimensions) { HistogramCell.times() }
  }

  /// Nothing: series stay as long as the registry.
  package func destroyCounter(_ handler: any CounterHandler) {}
  /// Nothing: series stay as long as the registry.
  package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
  /// Nothing: series stay as long as the registry.
  package func destroyMeter(_ handler: any MeterHandler) {}
  /// Nothing: series stay as long as the registry.
  package func destroyRecorder(_ handler: any RecorderHandler) {}
  /// Nothing: series stay as long as the registry.
  package func destroyTimer(_ handler: any TimerHandler) {}

  /// The series of these labels, the same one every time; one that is not exported when there may be none.
  private func cell<Cell: MetricCell>(
    _ name: String, _ dimensions: [(String, String)], _ make: () -> Cell
  ) -> Cell {
    let labels = PrometheusText.labels(dimensions)
    let cell = state.withLock { state -> Cell? in
      guard var family = state.families[name], dimensions.allSatisfy({ MetricName.isLabel($0.0) }) else { return nil }
      if let known = family.series.first(where: { $0.labels == labels }) { return known.cell as? Cell }
      if let other = family.series.first, type(of: other.cell).type != Cell.type { return nil }
      guard state.seriesCount < maximumSeries else { return nil }
      let made = make()
      family.series.append((labels, made))
      state.families[name] = family
      state.seriesCount += 1
      return made
    }
    if let cell { return cell }
    refused.increment(by: 1)
    return make()
  }
}

/// What Prometheus allows as names.
enum MetricName {
  static func isMetric(_ name: String) -> Bool { isName(name, also: ":") }

  /// Names that begin with two underscores are Prometheus' own; `le` is that of buckets.
  static func isLabel(_ name: String) -> Bool { isName(name, also: nil) && !name.hasPrefix("__") && name != "le" }

  private static func isName(_ name: String, also other: Unicode.Scalar?) -> Bool {
    guard let first = name.unicodeScalars.first, !("0"..."9").contains(first) else { return false }
    return name.unicodeScalars.allSatisfy { scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_": true
      default: scalar == other
      }
    }
  }
}
