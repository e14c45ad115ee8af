/// A moment in UTC, in microseconds since 1970; the resolution that PostgreSQL keeps.
package struct Timestamp: Hashable, Comparable, Sendable {
  /// Microseconds since 1970-01-01T00:00:00Z; negative before.
  package var microseconds: Int64

  /// A moment from microseconds since 1970.
  package init(microseconds: Int64) { self.microseconds = microseconds }

  /// The moment `seconds` after 1970; for tests and configuration.
  package init(seconds: Int64) {
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    microseconds = overflow ? (seconds < 0 ? .min : .max) : product
  }

  /// Later than everything that is not this.
  package static let distantFuture = Timestamp(microseconds: .max)
  /// Earlier than everything that is not this.
  package static let distantPast = Timestamp(microseconds: .min)

  package static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }

  /// The moment `span` later (or earlier); stops at the ends of time instead of trapping.
  package static func + (left: Self, span: TimeSpan) -> Self {
    let (sum, overflow) = left.microseconds.addingReportingOverflow(span.microseconds)
    return Self(microseconds: overflow ? (span.microseconds < 0 ? .min : .max) : sum)
  }

  /// The moment `span` earlier; stops at the ends of time instead of trapping.
  package static func - (left: Self, span: TimeSpan) -> Self {
    let (difference, overflow) = left.microseconds.subtractingReportingOverflow(span.microseconds)
    return Self(microseconds: overflow ? (span.microseconds < 0 ? .max : .min) : difference)
  }

  /// How long after `right` this moment is; negative when before.
  package static func - (left: Self, right: Self) -> TimeSpan {
    let (difference, overflow) = left.microseconds.subtractingReportingOverflow(right.microseconds)
    return TimeSpan(microseconds: overflow ? (left < right ? .min : .max) : difference)
  }
}

/// A length of time in microseconds.
package struct TimeSpan: Hashable, Comparable, Sendable {
  /// The length in microseconds; may be negative.
  package var microseconds: Int64

  /// A length from microseconds.
  package init(microseconds: Int64) { self.microseconds = microseconds }
  /// A length of whole milliseconds.
  package static func milliseconds(_ count: Int) -> Self { Self(scaling: count, by: 1000) }
  /// A length of whole seconds.
  package static func seconds(_ count: Int) -> Self { Self(scaling: count, by: 1_000_000) }
  /// A length of whole minutes.
  package static func minutes(_ count: Int) -> Self { Self(scaling: count, by: 60_000_000) }
  /// A length of whole hours.
  package static func hours(_ count: Int) -> Self { Self(scaling: count, by: 3_600_000_000) }
  /// No time at all.
  package static let zero = Self(microseconds: 0)

  /// The length in whole seconds, towards zero.
  package var wholeSeconds: Int64 { microseconds / 1_000_000 }

  package static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }

  private init(scaling count: Int, by unit: Int64) {
    let (product, overflow) = Int64(count).multipliedReportingOverflow(by: unit)
    microseconds = overflow ? (count < 0 ? .min : .max) : product
  }
}
