import AlertEngine
import CareModel
import EngineHost
import PQ
import Synchronization

/// The commit stream of one shard in PostgreSQL (architecture page, section 3).
package final class PostgresCommitStore: CommitStore {
  /// Reads the register as of the moment at which the open work is read.
  package typealias RegisterReader = @Sendable (RecoverySnapshot) async throws -> RegisterBook

  private struct Running {
    var inbox: WriterInbox
    var loop: Task<Void, Never>
  }

  let seat: ShardSeat
  let pool: PQPool
  private let readRegister: RegisterReader
  private let metrics: StoreMetrics
  private let running = Mutex<Running?>(nil)

  /// A store for one shard; nothing is connected before ``open(now:events:)``.
  /// - Parameters:
  ///   - hosts: the cluster.
  ///   - shard: 1 to 16 characters a-z and 0-9; the first part of event ids.
  ///   - owner: 128 random bits, new for every run of an engine.
  ///   - metrics: where the writer counts.
  ///   - readRegister: how the register is read at start.
  package init(
    hosts: PQHostList, shard: String, owner: (UInt64, UInt64), settings: StoreSettings = StoreSettings(),
    metrics: StoreMetrics = .none, readRegister: @escaping RegisterReader
  ) {
    seat = ShardSeat(
      hosts: hosts, shard: shard, owner: PQUUID(high: owner.0, low: owner.1), settings: settings)
    pool = PQPool(size: 2, maxWaiters: 64) { () async throws(PQError) in
      try await hosts.connect(
        applicationName: "silverbell-read/\(shard)", deadlineSeconds: settings.connectSeconds)
    }
    self.readRegister = readRegister
    self.metrics = metrics
  }

  /// Commits that are not known to be durable.
  package var queueDepth: Int { running.withLock { $0?.inbox.depth ?? 0 } }

  /// When the input of the oldest of them came; nil when there is none.
  package var oldestQueued: Timestamp? { running.withLock { $0?.inbox.oldest } }

  /// False once ``StoreSettings/maximumQueuedCommits`` wait: the host then feeds no more until the queue moves.
  package var hasRoom: Bool { queueDepth < seat.settings.maximumQueuedCommits }

  /// Takes the shard over and reads its state, see ``CommitStore``; throws ``StoreProblem``.
  package func open(
    now: Timestamp, events: @escaping @Sendable (StoreEvent) -> Void
  ) async throws -> RecoveredState {
    running.withLock { $0.take() }?.loop.cancel()
    do {
      let occupied = try await takeOver()
      do {
        var state = try await recover(occupied, now: now)
        state.parts.sort { $0.name < $1.name }
        start(occupied, report: events)
        return state
      } catch {
        occupied.connection.close()
        throw error
      }
    } catch {
      throw StoreProblem(opening: error)
    }
  }

  /// Queues commits; before ``open(now:events:)`` and after the shard is lost they are passed over.
  package func write(_ commits: [Commit]) {
    running.withLock { $0?.inbox }?.write(commits)
  }

  /// The open work of these cases; throws ``StoreProblem``.
  package func reload(_ cases: [CaseKey], now: Timestamp) async throws -> CaseSnapshot {
    let reader = OpenWorkReader(shard: seat.shard, now: now, settings: seat.settings)
    return try await read { try await reader.cases(cases, $0) }
  }

  /// An alert, however old, with the open work of its case; throws ``StoreProblem``.
  package func loadCase(of alert: AlertID, now: Timestamp) async throws -> CaseSnapshot? {
    let reader = OpenWorkReader(shard: seat.shard, now: now, settings: seat.settings)
    return try await read { try await reader.caseOf(alert, $0) }
  }

  /// Ends the store within the deadline, by the monotonic clock; what is not written by then stays unwritten.
  package func close(deadline: Swift.Duration) async {
    guard let running = running.withLock({ $0.take() }) else { return }
    running.inbox.requestClose()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for await _ in running.inbox.ended {} }
      // Cancelled, and thereby over, as soon as the loop has ended.
      group.addTask { try? await Task.sleep(for: deadline) }
      await group.next()
      group.cancelAll()
    }
    running.loop.cancel()
    await pool.close()
  }

  /// Reads everything as of one moment, over several connections at once: open work does not wait for the register.
  private func recover(_ occupied: ShardSeat.Occupied, now: Timestamp) async throws -> RecoveredState {
    let (hosts, shard, settings, readRegister) = (seat.hosts, seat.shard, seat.settings, readRegister)
    return try await occupied.connection.transaction(deadlineSeconds: settings.recoverySeconds) { transaction in
      try await OpenWorkReader.begin(transaction)
      let moment = try await RecoverySnapshot(of: transaction, settings: settings) { () async throws(PQError) in
        try await hosts.connect(
          applicationName: "silverbell-recovery/\(shard)", deadlineSeconds: settings.connectSeconds)
      }
      async let snapshot = OpenWorkReader(shard: shard, now: now, settings: settings).everything(moment)
      async let register = readRegister(moment)
      var state = RecoveredState(
        register: try await register, snapshot: try await snapshot, epoch: occupied.epoch, shard: shard)
      state.parts = moment.parts
      return state
    }
  }

  private func start(_ occupied: ShardSeat.Occupied, report: @escaping @Sendable (StoreEvent) -> Void) {
    let inbox = WriterInbox(confirmed: occupied.lastCommit, settings: seat.settings)
    let writer = CommitWriter(seat: seat, occupied: occupied, inbox: inbox, metrics: metrics, report: report)
    let loop = Task { await writer.run() }
    running.withLock { $0 = Running(inbox: inbox, loop: loop) }
  }

  /// Engines that start at the same moment may meet here; one of them is the last and has it.
  private func takeOver() async throws -> ShardSeat.Occupied {
    for _ in 1..<Self.takeoverAttempts {
      do { return try await seat.occupy(keeping: nil) } catch ShardSeat.Problem.raced {}
    }
    return try await seat.occupy(keeping: nil)
  }

  /// How often the epoch is tried to be raised when others raise it at the same time.
  private static let takeoverAttempts = 5

  /// Reads on a connection of the pool, all of it as of one moment.
  private func read<Value: Sendable>(
    _ body: @escaping @Sendable (PQTransaction) async throws -> Value
  ) async throws -> Value {
    do {
      return try await pool.withConnection(deadlineSeconds: seat.settings.recoverySeconds) { connection in
        try await connection.transaction { transaction in
          try await OpenWorkReader.begin(transaction)
          return try await body(transaction)
        }
      }
    } catch {
      throw StoreProblem(opening: error)
    }
  }
}

extension StoreProblem {
  /// What to do about an error on the way to the shard's state.
  init(opening error: any Error) {
    if let problem = error as? StoreProblem {
      self = problem
      return
    }
    guard let error = error as? PQError else {
      self.init(code: .conflict, description: "A record in the database cannot be read by this version: \(error)")
      return
    }
    switch error.sqlState ?? "" {
    case "42P01", "42883", "42703":
      self.init(code: .conflict, description: "The database has no or an older schema: run `silverbell migrate`.")
    case let state where state.hasPrefix("28"):
      self.init(code: .unavailable, description: "The database refuses the sign-in: check user and password.")
    default:
      self.init(code: .unavailable, description: "The database cannot be used (\(error)): check that it is running.")
    }
  }
}
