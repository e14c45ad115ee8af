import AlertEngine
import EngineHost
import PQ

/// The one loop that writes a shard's commits: takes what waits, keeps groups in flight, believes their outcomes.
actor CommitWriter {
  private struct Flight {
    var group: CommitQueue.Group
    var outcome: PQOutcome<[PQRows]>?
  }

  /// What has to be done once everything in flight has landed.
  private enum Trouble {
    /// This group was rolled back for its content; those behind it failed at the fence.
    case content(CommitQueue.Group, code: String)
    /// The connection or what it last did cannot be relied on.
    case connection
    /// The epoch has moved on.
    case leadershipLost
  }

  private let seat: ShardSeat
  private let inbox: WriterInbox
  private let metrics: StoreMetrics
  private let report: @Sendable (StoreEvent) -> Void
  private var connection: PQConnection
  private var statements: GroupStatements
  private var flights: [Flight] = []
  private var trouble: Trouble?
  private var backoff: Backoff
  /// Connections had since the last commit; 0 = the next one is tried without waiting.
  private var fruitlessConnections = 0

  init(
    seat: ShardSeat, occupied: ShardSeat.Occupied, inbox: WriterInbox, metrics: StoreMetrics,
    report: @escaping @Sendable (StoreEvent) -> Void
  ) {
    self.seat = seat
    self.inbox = inbox
    self.metrics = metrics
    self.report = report
    connection = occupied.connection
    statements = GroupStatements(shard: seat.shard, epoch: occupied.epoch)
    backoff = Backoff(settings: seat.settings)
  }

  /// Runs until the shard is lost, everything is written after a request to close, or the task is cancelled.
  func run() async {
    watch()
    metrics.connected()
    for await message in inbox.messages {
      switch message {
      case .work: inbox.takeWork()
      case .landed(let serial, let outcome):
        if let index = flights.firstIndex(where: { $0.group.serial == serial }) { flights[index].outcome = outcome }
      case .ended(let epoch):
        // With something on its way its outcome says the same, and perhaps more.
        if epoch == statements.epoch, flights.isEmpty { trouble = .connection }
      }
      guard await advance(), !inbox.isDrained else { break }
    }
    connection.close()
    inbox.finish()
  }

  /// Deals with what has landed and sends what waits; false when there is nothing more to do for good.
  private func advance() async -> Bool {
    settle()
    if let trouble {
      guard flights.allSatisfy({ $0.outcome != nil }) else { return true }
      flights = []
      self.trouble = nil
      switch trouble {
      case .content(let group, let code): isolate(group, code: code)
      case .connection: guard await reconnect() else { return false }
      case .leadershipLost:
        report(.leadershipLost(.taken))
        return false
      }
    }
    send()
    metrics.carries(flights.count)
    return true
  }

  /// Believes landed outcomes in order, up to the first that is no success.
  private func settle() {
    while trouble == nil, let flight = flights.first, let outcome = flight.outcome {
      switch outcome {
      case .committed:
        flights.removeFirst()
        fruitlessConnections = 0
        inbox.withQueue {
          $0.fruitlessConnections = 0
          $0.confirm(through: flight.group.lastNumber)
        }
        report(.committed(flight.group.lastNumber))
      case .failed(let error):
        if error.sqlState == FenceState.otherEpoch {
          trouble = .leadershipLost
        } else if error.isDataError || isPoison(error) {
          trouble = .content(flight.group, code: error.dataErrorState)
        } else {
          trouble = .connection
        }
      case .unknown: trouble = .connection
      }
    }
    // A connection that is given up lands its groups at once instead of at their deadlines.
    if case .connection = trouble { connection.close() }
  }

  /// The server refuses this group again and again over new connections, and for no reason that passes by itself.
  private func isPoison(_ error: PQError) -> Bool {
    error.code == .server && !error.isRetryable && error.sqlState != FenceState.notNext
      && fruitlessConnections >= seat.settings.poisonAttempts
  }

  /// A bad group is sent again commit by commit; the commit that fails alone is reported.
  private func isolate(_ group: CommitQueue.Group, code: String) {
    guard group.commits.count == 1 else {
      inbox.withQueue { $0.split(group) }
      return
    }
    inbox.withQueue { $0.dropFailedLineage() }
    report(.failed(group.firstNumber, CommitFailure(code: code)))
  }

  private func send() {
    let writer = PipelineWriter(connection: connection)
    while flights.count < seat.settings.maximumGroupsInFlight, let group = inbox.withQueue({ $0.takeGroup() }) {
      let pending = writer.enqueue(
        statements.statements(for: group.commits), deadlineSeconds: seat.settings.statementSeconds)
      flights.append(Flight(group: group))
      let (inbox, metrics, sent) = (inbox, metrics, metrics.sends(group))
      pending.whenKnown { [serial = group.serial] outcome in
        metrics.landed(sent)
        inbox.land(serial: serial, outcome)
      }
    }
  }

  /// Raises the own epoch on a new connection, again and again, and looks up what was written; false when the shard
  /// is another engine's, or the database has gone back behind what it had confirmed.
  private func reconnect() async -> Bool {
    report(.lost)
    connection.close()
    var mustWait = fruitlessConnections > 0
    if !mustWait { backoff = Backoff(settings: seat.settings) }
    while !Task.isCancelled {
      // Cancellation cuts the wait short and ends the loop.
      if mustWait { try? await Task.sleep(for: backoff.wait(random: Double.random(in: 0...1))) }
      mustWait = true
      do {
        let occupied = try await seat.occupy(keeping: statements.epoch)
        connection = occupied.connection
        statements = GroupStatements(shard: seat.shard, epoch: occupied.epoch)
        if let loss = adopt(occupied.lastCommit) {
          report(.leadershipLost(loss))
          return false
        }
        fruitlessConnections += 1
        let count = fruitlessConnections
        inbox.withQueue { $0.fruitlessConnections = count - 1 }
        report(.back)
        watch()
        metrics.connected()
        return true
      } catch ShardSeat.Problem.wentBack {
        report(.leadershipLost(.wentBack))
        return false
      } catch ShardSeat.Problem.takenByAnother {
        report(.leadershipLost(.taken))
        return false
      } catch {
        continue
      }
    }
    return false
  }

  /// Notices the end of an idle connection, so that the next alarm does not have to.
  private func watch() {
    let (connection, inbox, epoch) = (connection, inbox, statements.epoch)
    Task {
      // Nobody notifies: the stream ends with the connection.
      if let silence = try? await connection.listen("silverbell_silence") { for await _ in silence {} }
      inbox.end(epoch: epoch)
    }
  }

  /// Takes the database's word for which commits were written; why this engine cannot go on, if so.
  private func adopt(_ lastCommit: Int64) -> LeadershipLoss? {
    let (loss, isNews) = inbox.withQueue { queue -> (LeadershipLoss?, Bool) in
      queue.rewind()
      guard lastCommit >= queue.confirmed else { return (.wentBack, false) }
      guard lastCommit <= queue.lastNumber else { return (.taken, false) }
      defer { queue.confirm(through: lastCommit) }
      return (nil, lastCommit > queue.confirmed)
    }
    if isNews { report(.committed(lastCommit)) }
    return loss
  }
}

/// The states that the function `fence` raises.
enum FenceState {
  /// The shard belongs to another epoch.
  static let otherEpoch = "SB001"
  /// The commit does not follow the last one: the group before it failed.
  static let notNext = "SB002"
}

extension PQError {
  /// The SQLSTATE of a data error; what was refused on this side gets the state that the server would give.
  var dataErrorState: String {
    if let sqlState { return sqlState }
    switch code {
    case .invalidValue: return "22021"
    case .tooLarge: return "54000"
    default: return "22000"
    }
  }
}
