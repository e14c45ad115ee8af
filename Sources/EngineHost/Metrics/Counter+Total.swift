import CoreMetrics

extension Counter {
  /// Takes over a total that is counted elsewhere; for use before a scrape only, where nobody else reads or counts.
  package func become(_ total: some BinaryInteger) {
    reset()
    increment(by: Int64(clamping: total))
  }
}
