import FeedSession
import NIOCore
import Synchronization

/// Names one connection within its receiver.
struct ConnectionID: Hashable, Sendable {
  let number: UInt64
}

/// A client's own name for its session; one connection at a time may hold it.
struct ClientKey: Hashable, Sendable {
  let principal: Principal
  let clientID: String
}

/// What a receiver tells one of its connections, from any thread, through the connection's pipeline.
enum ConnectionOrder: Sendable, Equatable {
  /// It is its turn to shake hands.
  case shakeHands
  /// It has stood still in its handshake while others waited.
  case stalled
  /// It is the longest of too many that have not shown what they are for.
  case unproven
  /// The same client has connected again.
  case takenOver
  /// The daemon stops.
  case shutdown
  /// The time for a shutdown is over.
  case cut
}

/// The open connections of one receiver, and which client holds which.
final class ConnectionTable: Sendable {
  /// What a new connection got.
  enum Admission {
    /// A place; over the bound of unproven connections, the oldest of them has to go for it.
    case admitted(ConnectionID, instead: (any Channel)?)
    case refused(RefusalReason)
  }

  private struct Entry {
    let channel: any Channel
    let source: SourceAddress?
    var isProven = false
    /// Set while it is unproven and not told to go.
    var unproven: ArrivalList<ConnectionID>.Place?
    var client: ClientKey?
  }

  private struct State {
    var isClosed = false
    var nextNumber: UInt64 = 1
    var entries: [ConnectionID: Entry] = [:]
    var unproven = ArrivalList<ConnectionID>()
    var holders: [ClientKey: ConnectionID] = [:]
  }

  private let maximumConnections: Int
  private let maximumUnproven: Int
  private let state = Mutex(State())

  init(maximumConnections: Int, maximumUnproven: Int) {
    self.maximumConnections = maximumConnections
    self.maximumUnproven = maximumUnproven
  }

  /// Takes a connection in, unless there are too many or after ``close()``.
  func admit(_ channel: any Channel, from source: SourceAddress?) -> Admission {
    state.withLock { state in
      if state.isClosed { return .refused(.stopping) }
      guard state.entries.count < maximumConnections else { return .refused(.full) }
      var older: (any Channel)?
      if state.unproven.count >= maximumUnproven, let oldest = state.unproven.removeOldest() {
        state.entries[oldest]?.unproven = nil
        older = state.entries[oldest]?.channel
      }
      let id = ConnectionID(number: state.nextNumber)
      state.nextNumber += 1
      state.entries[id] = Entry(channel: channel, source: source, unproven: state.unproven.append(id))
      return .admitted(id, instead: older)
    }
  }

  /// Notes that a connection has shown what it is for; gives back where it comes from, the first time.
  func prove(_ id: ConnectionID) -> SourceAddress? {
    state.withLock { state in
      guard var entry = state.entries[id], !entry.isProven else { return nil }
      if let place = entry.unproven { state.unproven.remove(place) }
      entry.unproven = nil
      entry.isProven = true
      state.entries[id] = entry
      return entry.source
    }
  }

  /// Where a connection comes from; nil where nothing limits its source.
  func source(of id: ConnectionID) -> SourceAddress? { state.withLock { $0.entries[id]?.source } }

  /// Makes a connection the holder of a client's name, and gives back the connection that held it before.
  func claim(_ client: ClientKey, by id: ConnectionID) -> (any Channel)? {
    state.withLock { state in
      guard state.entries[id] != nil else { return nil }
      let older = state.holders.updateValue(id, forKey: client)
      state.entries[id]?.client = client
      guard let older, older != id else { return nil }
      return state.entries[older]?.channel
    }
  }

  /// Forgets a connection; gives back where it came from, and whether it had shown what it is for.
  func release(_ id: ConnectionID) -> (source: SourceAddress, wasProven: Bool)? {
    state.withLock { state in
      guard let entry = state.entries.removeValue(forKey: id) else { return nil }
      if let place = entry.unproven { state.unproven.remove(place) }
      if let client = entry.client, state.holders[client] == id { state.holders[client] = nil }
      return entry.source.map { ($0, entry.isProven) }
    }
  }

  /// Takes in nothing any more, and gives back what is still open.
  func close() -> [any Channel] {
    state.withLock { state in
      state.isClosed = true
      return state.entries.values.map(\.channel)
    }
  }
}
