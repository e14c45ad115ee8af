import CareModel

/// A token bucket in one number: the moment up to which what was spent is paid for.
package struct Pace: Sendable, Equatable {
  /// How much may be spent in a second, and how much at once.
  package struct Allowance: Sendable, Equatable {
    fileprivate let perSecond: Int
    fileprivate let burst: Int

    /// An allowance; both are within 1-1,000,000,000.
    package init(perSecond: Int, burst: Int) {
      precondition((1...1_000_000_000).contains(perSecond) && (1...1_000_000_000).contains(burst))
      self.perSecond = perSecond
      self.burst = burst
    }

    /// How long it takes until so much may be spent again, rounded up.
    fileprivate func span(of amount: Int) -> TimeSpan {
      let (product, overflow) = Int64(amount).multipliedReportingOverflow(by: 1_000_000)
      if overflow { return TimeSpan(microseconds: .max) }
      let (quotient, remainder) = product.quotientAndRemainder(dividingBy: Int64(perSecond))
      return TimeSpan(microseconds: quotient + (remainder > 0 ? 1 : 0))
    }
  }

  private var paidUntil = Timestamp.distantPast

  /// Nothing spent yet.
  package init() {}

  /// Spends, whether there is enough or not.
  ///
  /// - Returns: how long nothing more may be spent; zero while the burst is not used up.
  package mutating func spend(_ amount: Int, of allowance: Allowance, at now: Timestamp) -> TimeSpan {
    paidUntil = max(paidUntil, now) + allowance.span(of: amount)
    return max(paidUntil - now - allowance.span(of: allowance.burst), .zero)
  }

  /// Spends one where there is enough.
  package mutating func take(of allowance: Allowance, at now: Timestamp) -> Bool {
    let next = max(paidUntil, now) + allowance.span(of: 1)
    guard next - now <= allowance.span(of: allowance.burst) else { return false }
    paidUntil = next
    return true
  }

  /// Whether nothing is owed any more: as good as new.
  package func isRested(at now: Timestamp) -> Bool { paidUntil <= now }
}

extension TimeSpan {
  fileprivate static func - (left: Self, right: Self) -> Self {
    let (difference, overflow) = left.microseconds.subtractingReportingOverflow(right.microseconds)
    return Self(microseconds: overflow ? (left < right ? .min : .max) : difference)
  }
}
