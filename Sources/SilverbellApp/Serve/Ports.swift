import Synchronization

/// The ports that the daemon listens on, once it does.
package struct BoundPorts: Sendable, Equatable {
  /// Devices and phones.
  package var mqtt: Int
  /// Hospitals, in the order of the configuration.
  package var mllp: [Int]
  /// All by name: `mqtt`, `mqtt.tls`, `dc09.tcp`, `dc09.udp`, `mllp.0`, `mllp.0.tls`, `jt808`, `watch`, …
  package var all: [String: Int]
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

  private let names: [String]
  private let state = Mutex(State())

  /// A collector that waits for listeners of these names.
  init(names: [String]) { self.names = names }

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
    let ports = state.ports
    guard names.allSatisfy({ ports[$0] != nil }), let mqtt = ports["mqtt"], let http = ports["http"],
      let operations = ports["operations"]
    else { return nil }
    let mllp = names.indices.compactMap { ports["mllp.\($0)"] }
    return BoundPorts(mqtt: mqtt, mllp: mllp, all: ports, http: http, operations: operations)
  }
}

extension Configuration {
  /// The names under which the listeners report their ports.
  var portNames: [String] {
    var names = ["mqtt", "dc09.tcp", "dc09.udp", "http", "operations"]
    if securedMQTT != nil { names.append("mqtt.tls") }
    if scaip != nil { names += ["scaip.tcp", "scaip.udp"] }
    if jt808 != nil { names.append("jt808") }
    if watch != nil { names.append("watch") }
    for (index, hospital) in mllp.enumerated() {
      names.append("mllp.\(index)")
      if hospital.secured != nil { names.append("mllp.\(index).tls") }
    }
    return names
  }
}
