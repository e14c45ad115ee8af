import AlertEngine
import CareModel
import PQ
import Synchronization

/// Where the host leaves commits and the answers of the database arrive; the writer's loop takes both from here.
final class WriterInbox: Sendable {
  /// What wakes the loop.
  enum Message: Sendable {
    /// Something was queued, or the end was asked for.
    case work
    /// A group's outcome.
    case landed(serial: Int, PQOutcome<[PQRows]>)
    /// The connection of this epoch has ended, perhaps with nothing on its way.
    case ended(epoch: Int64)
  }

  private struct State {
    var queue: CommitQueue
    var isWorkAnnounced = false
    var isClosing = false
    var isOver = false
  }

  /// Messages for the loop, its only reader. `work` is in it once at most, an outcome once a group in flight, an
  /// end once an epoch.
  let messages: AsyncStream<Message>
  /// Ends when the loop has ended; for whoever waits for that.
  let ended: AsyncStream<Never>
  private let sender: AsyncStream<Message>.Continuation
  private let ending: AsyncStream<Never>.Continuation
  private let state: Mutex<State>

  init(confirmed: Int64, settings: StoreSettings) {
    (messages, sender) = AsyncStream.makeStream()
    (ended, ending) = AsyncStream.makeStream()
    state = Mutex(State(queue: CommitQueue(confirmed: confirmed, settings: settings)))
  }

  /// Commits that are not known to be durable.
  var depth: Int { state.withLock { $0.isOver ? 0 : $0.queue.depth } }

  /// When the input of the oldest of them came.
  var oldest: Timestamp? { state.withLock { $0.isOver ? nil : $0.queue.oldest } }

  /// The end was asked for and everything is written.
  var isDrained: Bool { state.withLock { $0.isClosing && $0.queue.depth == 0 } }

  /// Queues commits; after the end they are passed over.
  func write(_ commits: [Commit]) {
    announce { state in
      guard !state.isOver, !state.isClosing else { return }
      state.queue.append(commits)
    }
  }

  /// Asks the loop to end when everything is written.
  func requestClose() { announce { $0.isClosing = true } }

  /// Tells the loop what became of a group.
  func land(serial: Int, _ outcome: PQOutcome<[PQRows]>) { sender.yield(.landed(serial: serial, outcome)) }

  /// Tells the loop that a connection has ended.
  func end(epoch: Int64) { sender.yield(.ended(epoch: epoch)) }

  /// The loop has ended: nothing that waits will be written.
  func finish() {
    state.withLock { $0.isOver = true }
    sender.finish()
    ending.finish()
  }

  /// The loop's own access; it has to call this once after each `work`.
  func takeWork() { state.withLock { $0.isWorkAnnounced = false } }

  /// The loop's own access to the queue.
  func withQueue<Value>(_ body: (inout CommitQueue) -> Value) -> Value { state.withLock { body(&$0.queue) } }

  private func announce(_ change: (inout State) -> Void) {
    let isNews = state.withLock { state in
      change(&state)
      defer { state.isWorkAnnounced = true }
      return !state.isWorkAnnounced
    }
    if isNews { sender.yield(.work) }
  }
}
