/// Bounds and times of an input log.
package struct InputLogSettings: Sendable {
  /// A segment that has reached this size is followed by a new one.
  package var segmentBytes = 64 << 20
  /// A segment that is this old is followed by a new one, in seconds.
  package var segmentSeconds: Int64 = 600
  /// Largest payload of a record; more than any feed lets in.
  package var maximumPayload = 32 << 20
  /// Entries that may wait; with more the log counts as lost, and nobody waits for it.
  package var maximumQueued = 400_000
  /// A group is written at the latest when it has this size.
  package var groupBytes = 4 << 20
  /// How long a segment is kept after it was confirmed, in seconds: what a restored database may lack.
  package var keepSeconds: Int64 = 24 * 3600
  /// Over this size confirmed segments go before their time, the oldest first.
  package var maximumBytes = 16 << 30
  /// Space that is kept for the day the disk is full.
  package var reserveBytes = 16 << 20
  /// Between two tries to write again, in milliseconds.
  package var retryMilliseconds: Int64 = 1000

  /// The defaults.
  package init() {}
}
