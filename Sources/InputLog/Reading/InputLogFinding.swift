/// Something in the log that is not a record; the rest is read all the same.
package struct InputLogFinding: Sendable, Equatable {
  /// What it is.
  package enum Kind: Sendable, Equatable {
    /// A stretch without a right record where there should be some: what stood there is lost here.
    case damaged
    /// What a crash or a failed write has cut short; nothing in it was answered as durable, unless this is the end of
    /// the last segment of a run, of which that is not known.
    case tornTail
    /// One of the two copies of the header is damaged; the other was used.
    case headerCopy
    /// Neither copy of the header can be used: the whole segment is passed over.
    case header
    /// The segment is of another version of the format: it is passed over.
    case version(UInt32)
    /// The file cannot be opened or read at this place.
    case unreadable(errno: Int32)
  }

  /// What it is.
  package var kind: Kind
  /// The file's name.
  package var file: String
  /// Where it begins, in bytes.
  package var offset: Int
  /// How many bytes it has; may reach beyond a file that has become shorter.
  package var length: Int

  /// A finding.
  package init(kind: Kind, file: String, offset: Int, length: Int) {
    self.kind = kind
    self.file = file
    self.offset = offset
    self.length = length
  }
}

/// Where a reader begins.
package enum InputLogStart: Sendable, Equatable {
  /// With the oldest record that is still there.
  case beginning
  /// With the first record of this segment or the next one after it.
  case segment(UInt64)
  /// With the first segment that was not wholly confirmed.
  case unconfirmed
}

/// What a reader comes upon.
package enum InputLogItem: Sendable, Equatable {
  /// A record, and the segment and offset at which it stands.
  case record(InputLogRecord, segment: UInt64, offset: Int)
  /// Something else.
  case finding(InputLogFinding)
}
