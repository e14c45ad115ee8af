import NIOCore

/// A listener that would take personal data in the clear from others than this machine.
package struct ListenerProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// The listener's name.
  package var name: String
  /// Where it was to listen.
  package var host: String

  /// A problem.
  package init(name: String, host: String) {
    self.name = name
    self.host = host
  }

  package var description: String {
    "the listener \(name) may be reached in the clear on \(host): give it a certificate, let it listen on 127.0.0.1, "
      + "or allow plain listeners beyond loopback"
  }
}

extension ReceiverSettings {
  /// What stands against listening here; nil when nothing does. To be asked at start, before anything listens.
  package func listenerProblem(isSecured: Bool) -> ListenerProblem? {
    guard loopbackOnly, !isSecured, !Self.isLoopback(host) else { return nil }
    return ListenerProblem(name: name, host: host)
  }

  /// Whether only this machine reaches a listener on this address or name.
  package static func isLoopback(_ host: String) -> Bool {
    let name = host.lowercased()
    if name == "localhost" { return true }
    guard let address = try? SocketAddress(ipAddress: name, port: 0) else { return false }
    return ["127.0.0.0/8", "::1"].contains { AddressBlock($0)?.contains(address) == true }
  }
}
