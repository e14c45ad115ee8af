import Glibc

/// A non-blocking TCP connection to this machine: what could not be written waits, what was read goes to a callback.
package final class Wire: PollTarget {
  /// Most bytes that wait to be written.
  package static let maximumWaiting = 64 << 20

  private let poller: Poller
  private var fd: Int32
  private var waiting: [UInt8] = []
  private var written = 0
  private var unread: [UInt8] = []
  private var wantsWrite = true
  private let received: (UnsafeRawBufferPointer) -> Int?
  private let ended: () -> Void

  /// Begins to connect; writes wait until it is connected.
  ///
  /// - Parameters:
  ///   - received: is given all unread bytes, says how many are used; nil = end the wire.
  ///   - ended: called once when the wire is over and the caller did not close it.
  package init(
    host: String, port: Int, poller: Poller, received: @escaping (UnsafeRawBufferPointer) -> Int?,
    ended: @escaping () -> Void
  ) throws(LoadFailure) {
    self.poller = poller
    self.received = received
    self.ended = ended
    fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    guard fd >= 0 else { throw LoadFailure("no more sockets: \(LoadFailure.systemText); raise ulimit -n") }
    var on: Int32 = 1
    setsockopt(fd, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(truncatingIfNeeded: port)).bigEndian
    guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
      close(fd)
      fd = -1
      throw LoadFailure("\(host) is no IPv4 address")
    }
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 || errno == EINPROGRESS else {
      let text = LoadFailure.systemText
      close(fd)
      fd = -1
      throw LoadFailure("connect to \(host):\(port): \(text)")
    }
    try poller.add(fd, wantsWrite: true, self)
  }

  deinit { shut() }

  /// Whether it can still be written to.
  package var isOpen: Bool { fd >= 0 }
  /// Bytes that wait for the peer to read.
  package var backlog: Int { waiting.count - written }

  /// Writes now what the system takes; the rest waits, up to ``maximumWaiting``, past which the wire ends.
  package func write(_ bytes: [UInt8]) {
    guard fd >= 0, !bytes.isEmpty else { return }
    if backlog > 0 || wantsWrite {
      guard backlog + bytes.count <= Self.maximumWaiting else { return end() }
      waiting.append(contentsOf: bytes)
      return
    }
    let count = bytes.withUnsafeBytes { send(fd, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    if count == bytes.count { return }
    if count < 0, errno != EAGAIN { return end() }
    waiting.append(contentsOf: bytes[max(0, count)...])
    setWantsWrite(true)
  }

  /// Closes it; nothing is called any more.
  package func shut() {
    guard fd >= 0 else { return }
    poller.remove(fd)
    close(fd)
    fd = -1
  }

  /// The poller's word: something can be written or read.
  package func ready(canRead: Bool, canWrite: Bool) {
    if canWrite, fd >= 0 { flush() }
    if canRead, fd >= 0 { read() }
  }

  private func end() {
    guard fd >= 0 else { return }
    shut()
    ended()
  }

  private func setWantsWrite(_ wanted: Bool) {
    guard wanted != wantsWrite else { return }
    wantsWrite = wanted
    do throws(LoadFailure) { try poller.change(fd, wantsWrite: wanted) } catch { end() }
  }

  private func flush() {
    while written < waiting.count {
      let count = waiting.withUnsafeBytes {
        send(fd, $0.baseAddress.map { $0 + written }, $0.count - written, Int32(MSG_NOSIGNAL))
      }
      if count < 0 {
        if errno != EAGAIN { end() }
        return
      }
      written += count
    }
    waiting = []
    written = 0
    setWantsWrite(false)
  }

  private func read() {
    let scratch = poller.scratch
    let kept = unread.count
    if kept > 0 { unread.withUnsafeBytes { scratch.copyMemory(from: $0) } }
    let count = Glibc.read(fd, scratch.baseAddress.map { $0 + kept }, scratch.count - kept)
    guard count > 0 else {
      if count < 0, errno == EAGAIN { return }
      return end()
    }
    let whole = UnsafeRawBufferPointer(rebasing: scratch[..<(kept + count)])
    // The callback may shut the wire, but nothing reads into the scratch buffer until it returns.
    guard let used = received(whole), whole.count - used < scratch.count else { return end() }
    if used < whole.count {
      unread = Array(whole[used...])
    } else if kept > 0 {
      unread = []
    }
  }
}
