/// Sixteen bytes that name an input, as two numbers in the order of its text.
package struct InputLogID: Sendable, Hashable {
  /// The first eight bytes, most significant first.
  package var high: UInt64
  /// The last eight bytes, most significant first.
  package var low: UInt64

  /// An id of two halves.
  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }
}

/// One entry of the log. What it means is its owner's affair.
package struct InputLogRecord: Sendable, Equatable {
  /// What the payload is; any value.
  package var kind: UInt8
  /// The engine's number, by which a record of this run is confirmed; rises, and one that does not is kept longer.
  package var sequence: UInt64
  /// When it was received, in microseconds since 1970 (UTC).
  package var receivedAt: Int64
  /// The input's id.
  package var id: InputLogID
  /// At most ``InputLogSettings/maximumPayload`` bytes.
  package var payload: [UInt8]

  /// A record.
  package init(kind: UInt8, sequence: UInt64, receivedAt: Int64, id: InputLogID, payload: [UInt8]) {
    self.kind = kind
    self.sequence = sequence
    self.receivedAt = receivedAt
    self.id = id
    self.payload = payload
  }
}

/// What has become of an appended record.
package enum InputLogOutcome: Sendable, Equatable {
  /// It survives a crash and a power cut.
  case durable
  /// It must not be relied upon, though a reader may find it later.
  case failed(InputLogFailure)
}

/// Why a record is not durable.
package enum InputLogFailure: Sendable, Equatable {
  /// ``InputLogSettings/maximumQueuedRecords`` or ``InputLogSettings/maximumQueuedBytes`` wait; nothing was written.
  case queueFull
  /// Its payload is over ``InputLogSettings/maximumPayload``; nothing was written.
  case tooLarge
  /// The log is closed; nothing was written.
  case closed
  /// A write or sync of its group has failed with this errno, or failed a moment ago and is not tried again yet.
  case disk(errno: Int32)
}
