/// How the log is; told on every change.
package struct InputLogCondition: Sendable, Equatable {
  /// Whether it is written.
  package enum Health: Sendable, Equatable {
    /// The last write and sync went well.
    case healthy
    /// There is one copy only since then (microseconds since 1970); the errno of the latest failure.
    case failing(since: Int64, errno: Int32)
  }

  /// Whether it is written.
  package var health = Health.healthy
  /// The disk was full: the reserve has been given up and not been made again. A person must make room.
  package var isReserveMissing = false

  /// By default that of a log without a fault.
  package init(health: Health = .healthy, isReserveMissing: Bool = false) {
    self.health = health
    self.isReserveMissing = isReserveMissing
  }
}

/// Counters and gauges of a log, as of one moment.
package struct InputLogStatus: Sendable, Equatable {
  /// How it is.
  package var condition = InputLogCondition()
  /// Records taken in since the start.
  package var appended = 0
  /// Records answered as durable.
  package var durable = 0
  /// Records taken in and answered as failed.
  package var failed = 0
  /// Records not taken in: too large, queue full, closed.
  package var refused = 0
  /// Groups written and synced.
  package var groups = 0
  /// Bytes of durable records.
  package var bytes = 0
  /// Writes, syncs and attempts at a new segment that have failed.
  package var failures = 0
  /// Failures beside the records: confirmations not stored, old segments not deleted.
  package var housekeepingFailures = 0
  /// Records that wait or are being written.
  package var queueDepth = 0
  /// Their bytes.
  package var queueBytes = 0
  /// Age of the oldest of them, in microseconds.
  package var oldestAge: Int64 = 0
  /// How long the latest sync took, in microseconds.
  package var lastSync: Int64 = 0
  /// Segments on the disk.
  package var segments = 0
  /// Their bytes.
  package var storedBytes = 0
}
