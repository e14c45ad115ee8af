import CareModel
import FeedSession

/// What one event leads to.
struct Turn {
  /// When it happened.
  let now: Timestamp
  private(set) var actions: [FeedAction] = []

  init(now: Timestamp) { self.now = now }

  mutating func add(_ action: FeedAction) { actions.append(action) }

  /// Bytes for the peer; consecutive replies are one write.
  mutating func reply(_ bytes: [UInt8]) {
    if case .reply(var earlier) = actions.last {
      actions.removeLast()
      earlier.append(contentsOf: bytes)
      actions.append(.reply(earlier))
    } else {
      actions.append(.reply(bytes))
    }
  }

  /// The last actions of a session that still has something to say at `due`.
  mutating func close(_ reason: CloseReason, andWakeAt due: Timestamp) {
    actions.append(.wakeAt(due))
    actions.append(.close(reason))
  }

  /// The last actions of a session.
  mutating func close(_ reason: CloseReason) {
    actions.append(.wakeAt(nil))
    actions.append(.close(reason))
  }

  /// Takes out what makes no sense for a peer that is gone.
  ///
  /// - Parameter due: when the session has something to say after its end.
  mutating func dropWhatNeedsThePeer(keepingAlarm due: Timestamp?) {
    actions.removeAll { action in
      switch action {
      case .wakeAt(let moment): moment == nil || moment != due
      case .reply, .online, .pauseReading, .resumeReading: true
      case .deliver, .answer, .authenticate, .downlinkReported, .close: false
      }
    }
  }
}
