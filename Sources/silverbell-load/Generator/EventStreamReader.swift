/// Reads `/api/v1/events` and tells about opened alerts.
package final class EventStreamReader {
  private static let frameEnd = Array("\n\n".utf8)
  private static let opened = Array("event: alert.opened\n".utf8)
  private static let ready = Array("event: ready\n".utf8)

  private let poller: Poller
  private var wire: Wire?
  private var isReady = false
  private var pending: [UInt8] = []
  /// Told about each opened alert: its id, its device's serial and when it came.
  package var onAlert: ((_ id: String, _ serial: String, _ now: UInt64) -> Void)?
  /// Whether the stream has ended.
  package private(set) var hasEnded = false

  /// No stream yet.
  package init(poller: Poller) { self.poller = poller }

  /// Opens the stream and waits until it says where it stands.
  package func open(host: String, port: Int, token: String) throws(LoadFailure) {
    wire = try Wire(
      host: host, port: port, poller: poller, received: { [unowned self] in received($0) },
      ended: { [unowned self] in hasEnded = true })
    wire?.write(
      Array(
        """
        GET /api/v1/events HTTP/1.1\r\nHost: \(host):\(port)\r\nAuthorization: Bearer \(token)\r\n\
        Accept: text/event-stream\r\n\r\n
        """.utf8))
    let deadline = Monotonic.now() + 10_000_000_000
    while !isReady {
      poller.wait(until: Monotonic.now() + 100_000_000)
      guard !hasEnded, Monotonic.now() < deadline else { throw LoadFailure("the event stream did not begin") }
    }
  }

  /// Ends it.
  package func close() { wire?.shut() }

  /// Chunk marks of HTTP stand between frames and inside them at most as lines of their own, so they are taken out.
  private func received(_ bytes: UnsafeRawBufferPointer) -> Int? {
    pending.append(contentsOf: bytes)
    let now = Monotonic.now()
    let used = pending.withUnsafeBytes { all -> Int in
      var start = 0
      while let end = JSONPeek.range(of: Self.frameEnd, in: all, from: start) {
        frame(UnsafeRawBufferPointer(rebasing: all[start..<end.upperBound]), now)
        start = end.upperBound
      }
      return start
    }
    pending.removeFirst(used)
    return bytes.count
  }

  private func frame(_ bytes: UnsafeRawBufferPointer, _ now: UInt64) {
    if !isReady, JSONPeek.range(of: Self.ready, in: bytes, from: 0) != nil { isReady = true }
    guard JSONPeek.range(of: Self.opened, in: bytes, from: 0) != nil, let id = alertID(bytes),
      let serial = JSONPeek.text("serial", in: bytes)
    else { return }
    onAlert?(id, serial, now)
  }

  private func alertID(_ bytes: UnsafeRawBufferPointer) -> String? {
    guard let start = JSONPeek.range(of: Array("\"alert\":{".utf8), in: bytes, from: 0) else { return nil }
    return JSONPeek.text("id", in: UnsafeRawBufferPointer(rebasing: bytes[start.upperBound...]))
  }
}
