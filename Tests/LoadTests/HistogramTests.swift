import LoadGenerator
import Testing

@Suite("Histogram of the load generator")
struct HistogramTests {
  @Test("a quantile is never below the true one and at most 1/64 above it", arguments: [0.5, 0.9, 0.99, 0.999, 1])
  func quantiles(share: Double) {
    var histogram = Histogram()
    let values = (0..<10_000).map { UInt64($0) * UInt64($0) + 1 }
    for value in values { histogram.record(value) }
    let exact = values[Int((Double(values.count) * share).rounded(.up)) - 1]
    let found = histogram.quantile(share)
    #expect(found >= exact)
    #expect(Double(found) <= Double(exact) * (1 + 1.0 / 64))
  }

  @Test(
    "single values come back, also the largest there is",
    arguments: [0, 1, 63, 64, 65, 127, 128, 1_000_000, .max] as [UInt64])
  func singleValues(value: UInt64) {
    var histogram = Histogram()
    histogram.record(value)
    #expect(histogram.quantile(0.5) == value)
    #expect(histogram.maximum == value)
    #expect(histogram.count == 1)
  }

  @Test("an empty histogram has no quantiles and no mean")
  func empty() {
    #expect(Histogram().quantile(0.99) == 0)
    #expect(Histogram().mean == 0)
  }

  @Test("two halves merged are the whole")
  func merging() {
    var (whole, left, right) = (Histogram(), Histogram(), Histogram())
    for number in 0..<1_000 as Range<UInt64> {
      whole.record(number * 977)
      if number % 3 == 0 { left.record(number * 977) } else { right.record(number * 977) }
    }
    left.merge(right)
    #expect(left == whole)
  }
}
