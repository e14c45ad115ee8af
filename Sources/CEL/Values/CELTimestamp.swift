/// A point in time, years 1 to 9999, with nanoseconds.
package struct CELTimestamp: Hashable, Sendable, Comparable {
    /// Seconds since 1970-01-01T00:00:00Z; may be negative.
    package let seconds: Int64
    /// Nanoseconds after `seconds`, 0 to 999,999,999.
    package let nanos: Int32

    static let minSeconds: Int64 = -62_135_596_800
    static let maxSeconds: Int64 = 253_402_300_799

    /// Nil outside the years 1 to 9999, or when `nanos` is not below one second.
    package init?(seconds: Int64, nanos: Int32 = 0) {
        guard (Self.minSeconds...Self.maxSeconds).contains(seconds), (0..<1_000_000_000).contains(nanos) else {
            return nil
        }
        self.seconds = seconds
        self.nanos = nanos
    }

    /// Earlier comes first.
    package static func < (left: CELTimestamp, right: CELTimestamp) -> Bool {
        (left.seconds, left.nanos) < (right.seconds, right.nanos)
    }

    func adding(_ duration: CELDuration) -> CELTimestamp? {
        var total = seconds.addingReportingOverflow(duration.seconds)
        guard !total.overflow else { return nil }
        var nanos = self.nanos + duration.nanos
        if nanos >= 1_000_000_000 {
            nanos -= 1_000_000_000
            total = total.partialValue.addingReportingOverflow(1)
        } else if nanos < 0 {
            nanos += 1_000_000_000
            total = total.partialValue.subtractingReportingOverflow(1)
        }
        return total.overflow ? nil : CELTimestamp(seconds: total.partialValue, nanos: nanos)
    }

    func distance(from other: CELTimestamp) -> CELDuration? {
        CELDuration(normalizing: seconds - other.seconds, nanos: nanos - other.nanos)
    }
}

/// A signed span of time with nanoseconds; its whole number of nanoseconds fits 64 bits (about 292 years).
package struct CELDuration: Hashable, Sendable, Comparable {
    /// Whole seconds, rounded toward zero.
    package let seconds: Int64
    /// The remaining nanoseconds, of the same sign as `seconds`.
    package let nanos: Int32

    /// Nil when out of range, when `nanos` is not below one second, or when the signs differ.
    package init?(seconds: Int64, nanos: Int32 = 0) {
        guard abs(Int64(nanos)) < 1_000_000_000, !(seconds > 0 && nanos < 0), !(seconds < 0 && nanos > 0) else {
            return nil
        }
        let product = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !product.overflow, !product.partialValue.addingReportingOverflow(Int64(nanos)).overflow else {
            return nil
        }
        self.seconds = seconds
        self.nanos = nanos
    }

    /// From a count of nanoseconds.
    package init(nanoseconds: Int64) {
        seconds = nanoseconds / 1_000_000_000
        nanos = Int32(nanoseconds % 1_000_000_000)
    }

    /// Carries nanoseconds of any sign, below two seconds in size, into the seconds.
    init?(normalizing seconds: Int64, nanos: Int32) {
        let product = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let total = product.partialValue.addingReportingOverflow(Int64(nanos))
        guard !product.overflow, !total.overflow else { return nil }
        self.init(nanoseconds: total.partialValue)
    }

    /// The whole span in nanoseconds.
    package var nanoseconds: Int64 { seconds * 1_000_000_000 + Int64(nanos) }

    /// Shorter comes first; negative spans before all others.
    package static func < (left: CELDuration, right: CELDuration) -> Bool {
        (left.seconds, left.nanos) < (right.seconds, right.nanos)
    }
}
