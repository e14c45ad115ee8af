import Synchronization

/// The ports that the daemon listens on, once it does.
package struct BoundPorts: Sendable, Equatable {
  /// Devices and phones.
  package var mqtt: Int
  /// Hospitals, in the order of the configuration.
  package var mllp: [Int]
  /// People and programs.
  package var http: Int
  /// The operations page.
  package var operations: Int
}

/// Collects the ports as listeners come up, and lets somebody wait for all of them.
final class PortCollector: Sendable {
  private struct State {
    var ports: [String: Int] = [:]
    var waiters: [CheckedContinuation<BoundPorts?, Never>] = []
    var isOver = false
  }

  private let hospitalCount: Int
  private let state = Mutex(State())

  init(hospitalCount: Int) { self.hospitalCount = hospitalCount }

  func listening(_ name: String, port: Int) {
    let ready = state.withLock { state -> ([CheckedContinuation<BoundPorts?, Never>], BoundPorts)? in
      state.ports[name] = port
      guard let all = all(state) else { return nil }
      defer { state.waiters = [] }
      return (state.waiters, all)
    }
    if let (waiters, ports) = ready { for waiter in waiters { waiter.resume(returning: ports) } }
  }

  /// Nothing more will come.
  func end() {
    let waiters = state.withLock { state in
      state.isOver = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume(returning: nil) }
  }

  /// Everything listens.
  var isComplete: Bool { state.withLock { all($0) != nil } }

  /// All ports, once all are known; nil when the daemon ended before.
  func wait() async -> BoundPorts? {
    await withCheckedContinuation { continuation in
      let answer = state.withLock { state -> BoundPorts?? in
        if let all = all(state) { return .some(all) }
        if state.isOver { return .some(nil) }
        state.waiters.append(continuation)
        return nil
      }
      if let answer { continuation.resume(returning: answer) }
    }
  }

  private func all(_ state: State) -> BoundPorts? {
    let mllp = (0..<hospitalCount).compactMap { state.ports["mllp.\($0)"] }
    guard mllp.count == hospitalCount, let mqtt = state.ports["mqtt"], let http = state.ports["http"],
      let operations = state.ports["operations"]
    else { return nil }
    return BoundPorts(mqtt: mqtt, mllp: mllp, http: http, operations: operations)
  }
}
