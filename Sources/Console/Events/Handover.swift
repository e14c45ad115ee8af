import Synchronization

/// Hands frames from whoever has them to the one writer, one at a time and without a buffer: a slow reader slows the
/// giver, so that the hub behind it notices and cuts.
final class Handover: Sendable {
  private struct State {
    var taker: CheckedContinuation<EventFrame?, Never>?
    var giver: (frame: EventFrame, continuation: CheckedContinuation<Bool, Never>)?
    var isFinished = false
  }

  private let state = Mutex(State())

  /// Returns when the writer has taken the frame; false when there is no writer any more.
  func give(_ frame: EventFrame) async -> Bool {
    await withCheckedContinuation { continuation in
      let taker: CheckedContinuation<EventFrame?, Never>? = state.withLock { state in
        if !state.isFinished, state.taker == nil {
          state.giver = (frame, continuation)
          return nil
        }
        if state.isFinished { continuation.resume(returning: false) } else { continuation.resume(returning: true) }
        return state.taker.take()
      }
      taker?.resume(returning: frame)
    }
  }

  /// Gives a frame if the writer waits for one; else it is not needed.
  func giveIfIdle(_ frame: EventFrame) {
    state.withLock { $0.taker.take() }?.resume(returning: frame)
  }

  /// The next frame; nil at the end.
  func take() async -> EventFrame? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let ready: EventFrame?? = state.withLock { state in
          if state.isFinished { return .some(nil) }
          if let giver = state.giver.take() {
            giver.continuation.resume(returning: true)
            return .some(giver.frame)
          }
          state.taker = continuation
          return nil
        }
        if let ready { continuation.resume(returning: ready) }
      }
    } onCancel: {
      finish()
    }
  }

  /// Whether it was ended.
  var isFinished: Bool { state.withLock { $0.isFinished } }

  /// Ends it for both sides.
  func finish() {
    let (taker, giver) = state.withLock { state in
      state.isFinished = true
      return (state.taker.take(), state.giver.take())
    }
    taker?.resume(returning: nil)
    giver?.continuation.resume(returning: false)
  }
}
