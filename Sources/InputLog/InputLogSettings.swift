/// Bounds and times of an input log.
package struct InputLogSettings: Sendable {
  /// A segment is followed by a new one before it would pass this size; a single group may be larger.
  package var segmentBytes = 64 << 20
  /// A segment is followed by a new one at this age, in microseconds.
  package var segmentAge: Int64 = 600 * 1_000_000
  /// Largest payload of a record, in bytes.
  package var maximumPayload = 2 << 20
  /// Most records of one write and sync.
  package var groupRecords = 4096
  /// Most bytes of one write and sync, unless a single record is larger.
  package var groupBytes = 4 << 20
  /// Most records that wait, those being written among them.
  package var maximumQueuedRecords = 100_000
  /// Most bytes that wait, those being written among them.
  package var maximumQueuedBytes = 64 << 20
  /// How long a segment is kept after all of it was confirmed, in microseconds: what a restored database may lack.
  package var keepAge: Int64 = 24 * 3600 * 1_000_000
  /// Over this size in all segments confirmed ones go before their time, the oldest first.
  package var maximumBytes = 16 << 30
  /// Space that is kept for the day the disk is full; 0 = none.
  package var reserveBytes = 4 << 20
  /// The reserve is made again only when so much more than it is free: else it would take what it has just given.
  package var reserveHeadroom = 64 << 20
  /// Between two tries to write again, two looks after old segments, and two writes of the confirmations, in
  /// microseconds.
  package var interval: Int64 = 1_000_000

  /// The defaults.
  package init() {}
}
