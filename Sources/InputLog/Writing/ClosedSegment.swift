/// A segment that is not written any more.
struct ClosedSegment: Sendable, Equatable {
  let number: UInt64
  /// Its size on the disk, as far as is known.
  let bytes: Int
  /// Highest sequence in it; nil in segments of earlier runs.
  let lastSequence: UInt64?
  /// When all of it was confirmed, in microseconds since 1970.
  var confirmedAt: Int64?

  var isEarlier: Bool { lastSequence == nil }
}

/// What the owner has said to be safe elsewhere.
struct Confirmations: Sendable, Equatable {
  var through: UInt64?
  var earlierRuns = false
}
