import CareModel

/// Numbers that are the same in every run (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = fixedMix(seed) }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return fixedMix(state)
  }

  /// A number from 0 up to, not including, `bound`.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

  /// True `permille` times of a thousand.
  mutating func happens(_ permille: Int) -> Bool { below(1000) < permille }

  /// One of the elements.
  mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[below(elements.count)]
  }

  /// A length between two lengths.
  mutating func span(_ from: TimeSpan, _ to: TimeSpan) -> TimeSpan {
    let width = max(1, to.microseconds - from.microseconds)
    return TimeSpan(microseconds: from.microseconds + Int64(next() % UInt64(width)))
  }
}
