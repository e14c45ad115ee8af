/// A log-linear histogram: every value is kept with an error of at most 1/64 of itself, in constant memory.
package struct Histogram: Sendable, Equatable {
  private static let subBits = 6
  private static let subCount = 1 << subBits

  private var counts: [UInt64]
  /// Values recorded.
  package private(set) var count: UInt64 = 0
  /// The largest value recorded, exactly; 0 when there is none.
  package private(set) var maximum: UInt64 = 0
  private var sum = 0.0

  /// An empty histogram.
  package init() { counts = Array(repeating: 0, count: (64 - Self.subBits + 1) * Self.subCount) }

  /// The mean of all values; 0 when there is none.
  package var mean: Double { count == 0 ? 0 : sum / Double(count) }

  /// Records one value, in whatever unit the caller uses throughout.
  package mutating func record(_ value: UInt64) {
    counts[Self.slot(of: value)] += 1
    count += 1
    sum += Double(value)
    if value > maximum { maximum = value }
  }

  /// The smallest kept value that at least `share` (0 to 1) of all values do not exceed; 0 when there is none.
  package func quantile(_ share: Double) -> UInt64 {
    guard count > 0 else { return 0 }
    let wanted = max(1, (Double(count) * min(max(share, 0), 1)).rounded(.up))
    var seen: UInt64 = 0
    for (slot, number) in counts.enumerated() where number > 0 {
      seen += number
      if Double(seen) >= wanted { return min(Self.upperEdge(of: slot), maximum) }
    }
    return maximum
  }

  /// Adds all values of another histogram.
  package mutating func merge(_ other: Histogram) {
    for slot in counts.indices { counts[slot] += other.counts[slot] }
    count += other.count
    sum += other.sum
    maximum = max(maximum, other.maximum)
  }

  private static func slot(of value: UInt64) -> Int {
    guard value >= UInt64(subCount) else { return Int(value) }
    let shift = 63 - value.leadingZeroBitCount - subBits
    return (shift + 1) * subCount + Int(value >> UInt64(shift)) - subCount
  }

  private static func upperEdge(of slot: Int) -> UInt64 {
    guard slot >= subCount else { return UInt64(slot) }
    let shift = UInt64(slot / subCount - 1)
    let top = UInt64(slot % subCount + subCount)
    return (top << shift) + ((1 << shift) - 1)
  }
}
