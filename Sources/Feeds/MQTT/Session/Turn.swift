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

  /// The last actions of a session.
  mutating func close(_ reason: CloseReason) {
    actions.append(.wakeAt(nil))
    actions.append(.close(reason))
  }

  /// Takes out what makes no sense for a peer that is gone.
  mutating func dropWhatNeedsThePeer() {
    actions.removeAll { action in
      switch action {
      case .reply, .online, .pauseReading, .resumeReading, .wakeAt: true
      case .deliver, .answer, .authenticate, .downlinkReported, .close: false
      }
    }
  }
}

/// Ends a session from within.
struct SessionEnd: Error {
  let reason: CloseReason

  init(_ reason: CloseReason) { self.reason = reason }

  init(failure: DecodeFailure) {
    switch failure {
    case .malformed: reason = .malformed
    case .protocolError, .unsupportedLevel: reason = .protocolError
    case .tooLarge: reason = .tooLarge
    }
  }
}
