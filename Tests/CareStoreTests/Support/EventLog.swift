import EngineHost
import Synchronization

/// What a store has told its host, with a way to wait for more.
final class EventLog: Sendable {
  private struct Waiter {
    var isMet: ([StoreEvent]) -> Bool
    var resume: CheckedContinuation<Void, Never>
  }

  private struct State {
    var events: [StoreEvent] = []
    var waiters: [Int: Waiter] = [:]
    var lastWaiter = 0
  }

  private let state = Mutex(State())

  var events: [StoreEvent] { state.withLock { $0.events } }

  /// The number up to which commits were reported durable.
  var committed: Int64 { Self.committed(events) }

  func add(_ event: StoreEvent) {
    let met = state.withLock { state in
      state.events.append(event)
      let events = state.events
      let met = state.waiters.filter { $0.value.isMet(events) }
      for id in met.keys { state.waiters[id] = nil }
      return met.values.map(\.resume)
    }
    for waiter in met { waiter.resume() }
  }

  /// Returns when the condition holds, or when the test has run out of time.
  func wait(_ isMet: @escaping @Sendable ([StoreEvent]) -> Bool) async {
    let id = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          guard !isMet(state.events), !Task.isCancelled else { return true }
          state.waiters[id] = Waiter(isMet: isMet, resume: continuation)
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume.resume()
    }
  }

  func waitForCommit(_ number: Int64) async { await wait { Self.committed($0) >= number } }

  static func committed(_ events: [StoreEvent]) -> Int64 {
    events.reduce(0) { if case .committed(let number) = $1 { max($0, number) } else { $0 } }
  }
}
