import FeedSession
import Synchronization

/// What a receiver has counted since it was made; read by metrics.
package struct ReceiverCounters: Sendable, Equatable {
  /// Connections that got a session; for datagrams, peers that did.
  package var accepted: UInt64 = 0
  /// Connections and datagrams that got no session, or lost it unproven, by reason.
  package var refused: [RefusalReason: UInt64] = [:]
  /// What was done later than it could have been, by reason.
  package var delayed: [DelayReason: UInt64] = [:]
  /// Connections that have ended, by reason; every accepted connection is counted once.
  package var closed: [CloseReason: UInt64] = [:]
  /// Connections closed because the peer left too much unread; among ``closed`` as `peerClosed`.
  package var slowReaders: UInt64 = 0
  /// Signals and staff answers handed to the engine.
  package var deliveries: UInt64 = 0
  /// Deliveries that nothing could make durable.
  package var unavailable: UInt64 = 0

  /// Nothing counted yet.
  package init() {}

  /// Connections that are open now.
  package var open: UInt64 { accepted - closed.values.reduce(0, +) }
}

/// The counters of one receiver, shared by its event loops.
final class CounterBox: Sendable {
  private let counters = Mutex(ReceiverCounters())

  var value: ReceiverCounters { counters.withLock { $0 } }

  func count(_ change: (inout ReceiverCounters) -> Void) { counters.withLock { change(&$0) } }

  func refused(_ reason: RefusalReason) { count { $0.refused[reason, default: 0] += 1 } }

  func delayed(_ reason: DelayReason) { count { $0.delayed[reason, default: 0] += 1 } }
}
