import CareModel
import NIOCore
import Synchronization

/// Lets so many handshakes of a receiver happen at once, and the others wait for their turn in order of arrival.
///
/// Only a connection whose first record is complete asks for a turn, so a peer that says nothing takes none.
final class HandshakeQueue: Sendable {
  /// What a connection got.
  enum Turn {
    /// Go on.
    case now
    /// Its ``ConnectionOrder/shakeHands`` comes later.
    case later
    /// There are too many.
    case never
  }

  fileprivate struct Entry {
    let id: ConnectionID
    let channel: any Channel
    let since: Timestamp
  }

  fileprivate enum Standing {
    case underWay(ArrivalList<Entry>.Place)
    case waiting(ArrivalList<Entry>.Place)
  }

  fileprivate struct State {
    var underWay = ArrivalList<Entry>()
    var waiting = ArrivalList<Entry>()
    var standings: [ConnectionID: Standing] = [:]
  }

  private let limits: HandshakeLimits
  private let state = Mutex(State())

  init(limits: HandshakeLimits) { self.limits = limits }

  /// Asks for a turn. Who has to wait calls ``hurry(at:)`` once it is ready for its turn.
  func enter(_ id: ConnectionID, _ channel: any Channel, at now: Timestamp) -> Turn {
    state.withLock { state in
      let entry = Entry(id: id, channel: channel, since: now)
      if state.underWay.count < limits.maximumUnderWay {
        state.standings[id] = .underWay(state.underWay.append(entry))
        return .now
      }
      guard state.waiting.count < limits.maximumWaiting else { return .never }
      state.standings[id] = .waiting(state.waiting.append(entry))
      return .later
    }
  }

  /// A handshake is over, or its connection is.
  func leave(_ id: ConnectionID, at now: Timestamp) {
    let next: (any Channel)? = state.withLock { state in
      switch state.standings.removeValue(forKey: id) {
      case .underWay(let place):
        state.underWay.remove(place)
        return state.startNext(at: now)
      case .waiting(let place):
        state.waiting.remove(place)
        return nil
      case nil: return nil
      }
    }
    if let next { tell(next, .shakeHands) }
  }

  /// Ends handshakes that have stood still too long while others wait.
  func hurry(at now: Timestamp) {
    while true {
      let change = state.withLock { state -> (stalled: any Channel, next: (any Channel)?)? in
        guard state.waiting.count > 0, let oldest = state.underWay.oldest, now - oldest.since >= limits.patience
        else { return nil }
        _ = state.underWay.removeOldest()
        state.standings[oldest.id] = nil
        return (oldest.channel, state.startNext(at: now))
      }
      guard let change else { return }
      tell(change.stalled, .stalled)
      if let next = change.next { tell(next, .shakeHands) }
    }
  }

  /// Never at once: one handshake that fails would begin the next inside of it, and so on.
  private func tell(_ channel: any Channel, _ order: ConnectionOrder) {
    channel.eventLoop.execute { channel.pipeline.fireUserInboundEventTriggered(order) }
  }
}

extension HandshakeQueue.State {
  fileprivate mutating func startNext(at now: Timestamp) -> (any Channel)? {
    guard let next = waiting.removeOldest() else { return nil }
    let entry = HandshakeQueue.Entry(id: next.id, channel: next.channel, since: now)
    standings[next.id] = .underWay(underWay.append(entry))
    return next.channel
  }
}
