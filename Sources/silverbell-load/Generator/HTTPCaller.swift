/// A connection that sends one small POST after another.
package final class HTTPCaller {
  private static let headEnd = Array("\r\n\r\n".utf8)
  private static let length = Array("\r\ncontent-length: ".utf8)

  private var wire: Wire?
  private var queue: [[UInt8]] = []
  private var isBusy = false
  private let prefix: String
  /// Answers of 2xx.
  package private(set) var accepted = 0
  /// Other answers.
  package private(set) var refused = 0
  /// Whether the connection is over.
  package private(set) var hasEnded = false

  /// Connects.
  package init(host: String, port: Int, token: String, poller: Poller) throws(LoadFailure) {
    prefix = "Host: \(host):\(port)\r\nAuthorization: Bearer \(token)\r\nContent-Type: application/json\r\n"
    wire = try Wire(
      host: host, port: port, poller: poller, received: { [unowned self] in received($0) },
      ended: { [unowned self] in hasEnded = true })
  }

  /// Requests that wait or are under way.
  package var waiting: Int { queue.count + (isBusy ? 1 : 0) }

  /// Sends a POST as soon as the one before is answered.
  package func post(_ path: String, _ body: String) {
    let bytes = "POST \(path) HTTP/1.1\r\n\(prefix)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    queue.append(Array(bytes.utf8))
    next()
  }

  /// Ends it.
  package func close() { wire?.shut() }

  private func next() {
    guard !isBusy, !queue.isEmpty else { return }
    isBusy = true
    wire?.write(queue.removeFirst())
  }

  private func received(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard let head = JSONPeek.range(of: Self.headEnd, in: bytes, from: 0) else { return 0 }
    let lower = bytes[..<head.upperBound].map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 32 : $0 }
    let bodyBytes = lower.withUnsafeBytes { all -> Int in
      guard let place = JSONPeek.range(of: Self.length, in: all, from: 0) else { return 0 }
      return all[place.upperBound...].prefix { $0 >= 0x30 && $0 <= 0x39 }.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
    guard head.upperBound + bodyBytes <= bytes.count else { return 0 }
    // "HTTP/1.1 2…"
    if bytes.count > 9, bytes[9] == UInt8(ascii: "2") { accepted += 1 } else { refused += 1 }
    isBusy = false
    next()
    return head.upperBound + bodyBytes
  }
}
