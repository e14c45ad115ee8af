import AlertEngine
import CareModel

/// The local second copy of every input that changes state (architecture page, section 2), as the host needs it.
package protocol InputJournal: Sendable {
  /// Hands over what earlier runs have logged, oldest first, in portions of at most ``JournalPortion/maximum``.
  ///
  /// A portion that cannot be read (a torn tail, a damaged record) is left out and reported by the journal itself.
  func replay(_ portion: @Sendable ([LoggedInput]) async throws -> Void) async throws

  /// Begins to write; what becomes of the inputs comes as ``JournalEvent``, in order, from any thread.
  func open(events: @escaping @Sendable (JournalEvent) -> Void)

  /// What earlier runs have logged is decided: once the store holds this commit it need not be kept for them.
  func earlierRunsEnd(at number: Int64)

  /// Queues inputs in the order of their commits; never blocks.
  func append(_ inputs: [LoggedInput])

  /// The store holds all commits up to this number: their inputs need not be kept for it much longer.
  func confirmed(through number: Int64)

  /// Writes what is queued and closes.
  func close() async

  /// Its state for metrics and the readiness page.
  var status: JournalStatus { get }
}

/// Bounds of what is read back from a journal.
package enum JournalPortion {
  /// Most inputs of a portion.
  package static let maximum = 10_000
}

/// What the journal tells its host.
package enum JournalEvent: Sendable, Equatable {
  /// The inputs of this lineage's commits up to this number are in the log.
  case logged(Int64, lineage: Int)
  /// It cannot be written; what was not reported as logged is not.
  case lost
  /// It is written, for the first time or again.
  case ready
}

/// How a journal is.
package struct JournalStatus: Sendable, Equatable {
  /// It is written.
  package var isWritten: Bool
  /// Inputs that wait.
  package var depth: Int
  /// Age of the oldest of them.
  package var oldest: TimeSpan
  /// Bytes in all its files.
  package var bytes: Int

  /// A status.
  package init(isWritten: Bool, depth: Int, oldest: TimeSpan, bytes: Int) {
    self.isWritten = isWritten
    self.depth = depth
    self.oldest = oldest
    self.bytes = bytes
  }
}
