import CareModel
import DequeModule
import Synchronization

/// The event stream in memory: the newest entries for those who resume, and new ones to everybody who listens.
final class EventHub: Sendable {
  /// Entries kept for resuming; older ones come from the database.
  static let maximumKept = 20_000
  /// Entries that may wait for one reader; a slower one is cut off and resumes with its last id.
  static let maximumBehind = 1_000

  fileprivate struct State {
    var shard = ""
    /// Everything after this id is in `kept`.
    var before = EventID(shard: "", commit: 0, ordinal: 0)
    var kept: Deque<(id: EventID, event: CareEvent)> = []
    var readers: [Int: AsyncStream<PublishedEvent>.Continuation] = [:]
    var nextReader = 0
    var cutReaders = 0
    var isFinished = false
  }

  private let state = Mutex(State())

  /// Starts after the last commit that the store knows.
  func begin(shard: String, commit: Int64) {
    state.withLock { state in
      state.shard = shard
      state.before = EventID(shard: shard, commit: commit, ordinal: .max)
    }
  }

  func publish(commit: Int64, firstOrdinal: Int, _ events: [CareEvent]) {
    state.withLock { state in
      for (index, event) in events.enumerated() {
        let id = EventID(shard: state.shard, commit: commit, ordinal: firstOrdinal + index)
        let entry = PublishedEvent(id: id, event: event)
        state.kept.append((id, event))
        if state.kept.count > Self.maximumKept, let dropped = state.kept.popFirst() { state.before = dropped.id }
        state.tell(entry)
      }
    }
  }

  /// Shows entries to whoever listens now; they come again with their ids, so nobody resumes after them.
  func publishProvisionally(_ events: [CareEvent]) {
    state.withLock { state in
      for event in events { state.tell(PublishedEvent(id: nil, event: event)) }
    }
  }

  /// Readers now, and those that were cut off.
  var readerCounts: (now: Int, cut: Int) { state.withLock { ($0.readers.count, $0.cutReaders) } }

  var newest: EventID { state.withLock { $0.kept.last?.id ?? $0.before } }

  func subscribe(after id: EventID) -> AsyncStream<PublishedEvent>? {
    state.withLock { state -> AsyncStream<PublishedEvent>? in
      guard id.shard == state.shard, id >= state.before, id <= state.kept.last?.id ?? state.before, !state.isFinished
      else { return nil }
      let missed = state.kept[state.firstIndex(after: id)...]
      let number = state.nextReader
      state.nextReader += 1
      let (stream, continuation) = AsyncStream.makeStream(
        of: PublishedEvent.self, bufferingPolicy: .bufferingOldest(missed.count + Self.maximumBehind))
      for (id, event) in missed { continuation.yield(PublishedEvent(id: id, event: event)) }
      state.readers[number] = continuation
      continuation.onTermination = { [weak self] _ in self?.forget(number) }
      return stream
    }
  }

  /// Ends every stream; readers resume elsewhere or later.
  func finish() {
    let readers = state.withLock { state in
      state.isFinished = true
      defer { state.readers = [:] }
      return Array(state.readers.values)
    }
    for reader in readers { reader.finish() }
  }

  /// Ending a stream calls back here, perhaps while `publish` holds the lock: it drops ended readers itself.
  private func forget(_ reader: Int) {
    _ = state.withLockIfAvailable { $0.readers.removeValue(forKey: reader) }
  }
}

extension EventHub.State {
  /// Gives an entry to every reader; one that is too far behind is cut off.
  fileprivate mutating func tell(_ entry: PublishedEvent) {
    for (reader, continuation) in readers {
      switch continuation.yield(entry) {
      case .enqueued: continue
      case .dropped:
        cutReaders += 1
        continuation.finish()
      case .terminated: break
      @unknown default: break
      }
      readers[reader] = nil
    }
  }

  /// Entries are in the order of their ids.
  fileprivate func firstIndex(after id: EventID) -> Int {
    var low = kept.startIndex
    var high = kept.endIndex
    while low < high {
      let middle = (low + high) / 2
      if kept[middle].id <= id { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
