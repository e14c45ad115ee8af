import Glibc

/// Tells systemd how the service is (sd_notify(3)), over its datagram socket; without one, nothing is told.
package struct SystemdNotifier: Sendable {
  /// The socket's address; nil = nobody listens.
  package let path: String?
  /// Time within which systemd wants a sign of life, in microseconds; nil = it wants none.
  package let watchdogMicroseconds: Int64?

  /// Longest text that is sent; a longer one is cut.
  package static let maximumBytes = 1024

  /// From `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` of the environment.
  package init(environment: [String: String], processID: Int32 = getpid()) {
    path = environment["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
    let isForUs = environment["WATCHDOG_PID"].map { Int32($0) == processID } ?? true
    let time = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil }
    watchdogMicroseconds = isForUs ? time : nil
  }

  /// The service takes what it is there for.
  package func ready() { send("READY=1") }
  /// The service has begun to stop.
  package func stopping() { send("STOPPING=1") }
  /// The service lives.
  package func alive() { send("WATCHDOG=1") }
  /// One line for `systemctl status`; line ends become blanks.
  package func status(_ text: String) { send("STATUS=" + text.replacing("\n", with: " ")) }

  /// Sends a text; whether the system took it.
  @discardableResult
  private func send(_ text: String) -> Bool {
    guard let path else { return false }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var name = Array(path.utf8)
    // A name that begins with @ is not in the file system: its first byte is zero on the wire.
    if name.first == UInt8(ascii: "@") { name[0] = 0 }
    guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
    let bytes = Array(text.utf8.prefix(Self.maximumBytes))
    let sent = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bytes.withUnsafeBytes {
          sendto(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), pointer, length)
        }
      }
    }
    return sent == bytes.count
  }
}
