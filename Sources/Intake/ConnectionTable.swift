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
  /// The same client has connected again.
  case takenOver
  /// The daemon stops.
  case shutdown
}

/// The open connections of one receiver, and which client holds which.
final class ConnectionTable: Sendable {
  private struct Entry {
    let channel: any Channel
    var client: ClientKey?
  }

  private struct State {
    var isClosed = false
    var nextNumber: UInt64 = 1
    var entries: [ConnectionID: Entry] = [:]
    var holders: [ClientKey: ConnectionID] = [:]
  }

  private let maximumConnections: Int
  private let state = Mutex(State())

  init(maximumConnections: Int) { self.maximumConnections = maximumConnections }

  /// Takes a connection in; nil over the bound and after ``close()``.
  func admit(_ channel: any Channel) -> ConnectionID? {
    state.withLock { state in
      guard !state.isClosed, state.entries.count < maximumConnections else { return nil }
      let id = ConnectionID(number: state.nextNumber)
      state.nextNumber += 1
      state.entries[id] = Entry(channel: channel)
      return id
    }
  }

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

  /// Forgets a connection.
  func release(_ id: ConnectionID) {
    state.withLock { state in
      guard let entry = state.entries.removeValue(forKey: id), let client = entry.client else { return }
      if state.holders[client] == id { state.holders[client] = nil }
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
