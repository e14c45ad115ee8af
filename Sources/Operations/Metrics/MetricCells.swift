import CoreMetrics
import Synchronization

/// One series: written from anywhere with relaxed atomics, read when it is scraped.
protocol MetricCell: AnyObject, Sendable {
  /// The word behind `# TYPE`.
  static var type: String { get }
  /// The lines of this series.
  func write(_ name: String, _ labels: String, into text: inout PrometheusText)
}

/// Counts whole things.
final class CounterCell: MetricCell, CounterHandler {
  static let type = "counter"
  private let count = Atomic<Int64>(0)

  func increment(by amount: Int64) { count.wrappingAdd(amount, ordering: .relaxed) }
  func reset() { count.store(0, ordering: .relaxed) }

  func write(_ name: String, _ labels: String, into text: inout PrometheusText) {
    text.sample(name, labels, PrometheusText.number(count.load(ordering: .relaxed)))
  }
}

/// Counts fractions (seconds).
final class FractionCounterCell: MetricCell, FloatingPointCounterHandler {
  static let type = "counter"
  private let sum = Mutex(0.0)

  func increment(by amount: Double) { sum.withLock { $0 += amount } }
  func reset() { sum.withLock { $0 = 0 } }

  func write(_ name: String, _ labels: String, into text: inout PrometheusText) {
    text.sample(name, labels, PrometheusText.number(sum.withLock { $0 }))
  }
}

/// The newest value.
final class GaugeCell: MetricCell, MeterHandler, RecorderHandler {
  static let type = "gauge"
  private let bits = Atomic<UInt64>(0)

  func set(_ value: Int64) { set(Double(value)) }
  func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
  func record(_ value: Int64) { set(Double(value)) }
  func record(_ value: Double) { set(value) }
  func increment(by amount: Double) { add(amount) }
  func decrement(by amount: Double) { add(-amount) }

  func write(_ name: String, _ labels: String, into text: inout PrometheusText) {
    text.sample(name, labels, PrometheusText.number(Double(bitPattern: bits.load(ordering: .relaxed))))
  }

  private func add(_ amount: Double) {
    var old = bits.load(ordering: .relaxed)
    while true {
      let new = (Double(bitPattern: old) + amount).bitPattern
      let (isDone, now) = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
      if isDone { return }
      old = now
    }
  }
}

/// How many values lay where, over fixed bounds.
final class HistogramCell: MetricCell, TimerHandler, RecorderHandler {
  static let type = "histogram"

  /// Upper bounds of times in nanoseconds: 1 ms to 1 min; the last promise on the way of an alarm is 30 s.
  static let timeBounds: [Int64] = [
    1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000,
  ].map { $0 * 1_000_000 }
  /// Upper bounds of sizes.
  static let sizeBounds: [Int64] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]

  private final class Bucket: Sendable {
    let count = Atomic<Int64>(0)
  }

  private let bounds: [Int64]
  /// How many of the recorded units make one exported unit.
  private let unitsPerOne: Double
  private let buckets: [Bucket]
  private let sum = Atomic<Int64>(0)

  private init(bounds: [Int64], unitsPerOne: Double) {
    self.bounds = bounds
    self.unitsPerOne = unitsPerOne
    buckets = (0...bounds.count).map { _ in Bucket() }
  }

  static func times() -> HistogramCell { HistogramCell(bounds: timeBounds, unitsPerOne: 1_000_000_000) }
  static func sizes() -> HistogramCell { HistogramCell(bounds: sizeBounds, unitsPerOne: 1) }

  func recordNanoseconds(_ duration: Int64) { record(duration) }
  func record(_ value: Double) { record(Int64(exactly: value.rounded()) ?? 0) }

  func record(_ value: Int64) {
    // A clock that was set back makes times negative; they count as none.
    let value = max(value, 0)
    let index = bounds.firstIndex { value <= $0 } ?? bounds.count
    buckets[index].count.wrappingAdd(1, ordering: .relaxed)
    sum.wrappingAdd(value, ordering: .relaxed)
  }

  func write(_ name: String, _ labels: String, into text: inout PrometheusText) {
    var count: Int64 = 0
    let edges = bounds.map { PrometheusText.number(Double($0) / unitsPerOne) } + ["+Inf"]
    for (bucket, edge) in zip(buckets, edges) {
      count += bucket.count.load(ordering: .relaxed)
      text.sample(name + "_bucket", PrometheusText.adding("le", edge, to: labels), PrometheusText.number(count))
    }
    text.sample(name + "_sum", labels, PrometheusText.number(Double(sum.load(ordering: .relaxed)) / unitsPerOne))
    text.sample(name + "_count", labels, PrometheusText.number(count))
  }
}
