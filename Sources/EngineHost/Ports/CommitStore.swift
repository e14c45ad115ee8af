import AlertEngine
import CareModel

/// The shared truth, as the engine's host needs it: one ordered commit stream per shard.
package protocol CommitStore: Sendable {
  /// Becomes the one engine of the shard: ends older ones, raises the epoch, and reads what is open.
  ///
  /// Also the way back after a lost connection is the store's own business: it reconnects by itself, raises its epoch,
  /// looks up which commits were written, and goes on with the rest; it says so with ``StoreEvent``.
  /// - Returns: the register and the open work; `snapshot.commitNumber` is the number of the last commit.
  /// - Throws: when the database cannot be used; the error's description says what to do and holds no personal data.
  func open(now: Timestamp, events: @escaping @Sendable (StoreEvent) -> Void) async throws -> RecoveredState

  /// Queues commits for writing, in order; never blocks. What became of them comes as ``StoreEvent``.
  func write(_ commits: [Commit])

  /// Reads these cases as of the last written commit.
  func reload(_ cases: [CaseKey], now: Timestamp) async throws -> CaseSnapshot

  /// One alert, resolved long ago or not, with its case; nil when there is none.
  func loadCase(of alert: AlertID, now: Timestamp) async throws -> CaseSnapshot?

  /// Which of these inputs the store has decided already; at most ``JournalPortion/maximum``.
  func appliedInputs(among inputs: [InputID]) async throws -> Set<InputID>

  /// Writes what is queued, then closes; returns when done or when `deadline` has passed.
  func close(deadline: Swift.Duration) async
}

/// What the store tells its host, in order, from any thread.
package enum StoreEvent: Sendable, Equatable {
  /// All commits up to this number are durable.
  case committed(Int64)
  /// This commit alone was rolled back for its content; all after it with the same lineage are dropped unwritten.
  case failed(Int64, CommitFailure)
  /// The database cannot be reached, or missed a deadline; queued commits are kept.
  case lost
  /// The database answers again and the queue moves.
  case back
  /// Nothing of ours can be written any more.
  case leadershipLost(LeadershipLoss)
}

/// Why an engine may not go on.
package enum LeadershipLoss: Sendable, Equatable {
  /// Another engine has the shard.
  case taken
  /// The store lacks commits that it had confirmed: it was restored, or failed over with a loss. A new start reads what
  /// there is, and decides again what the local log has.
  case wentBack
}

/// What start-up finds.
package struct RecoveredState: Sendable {
  /// The whole register.
  package var register: RegisterBook
  /// Open work.
  package var snapshot: CaseSnapshot
  /// The epoch under which this engine writes.
  package var epoch: Int64
  /// The shard's name, for event ids (`s1`).
  package var shard: String
  /// What was read and how long it took, for the log.
  package var parts: [RecoveryPart] = []

  /// A recovered state.
  package init(register: RegisterBook, snapshot: CaseSnapshot, epoch: Int64, shard: String) {
    self.register = register
    self.snapshot = snapshot
    self.epoch = epoch
    self.shard = shard
  }
}

/// A part of what start-up reads; parts are read side by side.
package struct RecoveryPart: Sendable {
  /// What.
  package var name: String
  /// Rows.
  package var rows: Int
  /// From asking for the first row to having the last in memory.
  package var duration: Swift.Duration

  /// A part.
  package init(name: String, rows: Int, duration: Swift.Duration) {
    self.name = name
    self.rows = rows
    self.duration = duration
  }
}

/// Signals that open nothing by themselves: durable rows without a decision.
package protocol TelemetryStore: Sendable {
  /// Queues a telemetry signal; `answer` is called once, from any thread, after its commit or its failure.
  /// Beyond a bound it is answered `false` at once. The same id again within a month stays one row.
  ///
  /// - Parameter isPossibleRepeat: a row with this id may be there already; a hint that saves a failed try.
  func write(_ signal: StoredSignal, isPossibleRepeat: Bool, answer: @escaping @Sendable (Bool) -> Void)
  /// Notes that devices were heard; flushed in batches, may be lost in a crash.
  func heard(_ serials: [(serial: String, at: Timestamp, batteryPercent: Int?)])
}
