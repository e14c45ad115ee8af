/// One SIP message with its body.
package struct SIPMessage: Sendable {
  /// Its head.
  package let head: SIPHead
  /// Its body.
  package let body: [UInt8]
  /// Fewer bytes came than Content-Length says, or nobody can tell how many belong to the message.
  package var isIncomplete = false

  /// All of it as it came.
  package var raw: [UInt8] { head.bytes + body }

  /// Takes a datagram apart (RFC 3261 section 18.3): what is beyond Content-Length is no part of the message.
  ///
  /// - Returns: nil for keep-alives, empty datagrams, and heads beyond the bounds.
  package init?(datagram: [UInt8], configuration: SCAIPConfiguration) {
    let start = datagram.firstIndex { !isBlank($0) && $0 != 0 } ?? datagram.count
    guard start < datagram.count else { return nil }
    let end = endOfHead(in: datagram, from: start, searched: start, limit: datagram.count) ?? datagram.count
    guard end - start <= configuration.maximumHeadBytes,
      let head = try? SIPHead(Array(datagram[start..<end]), maximumHeaders: configuration.maximumHeaders)
    else { return nil }
    self.head = head
    let rest = datagram[end...].prefix(configuration.maximumBodyBytes)
    switch head.bodyLength {
    case .absent:
      body = Array(rest)
      isIncomplete = datagram.count - end > rest.count
    case .bytes(let count):
      body = Array(rest.prefix(count))
      isIncomplete = count > rest.count
    case .unreadable:
      body = Array(rest)
      isIncomplete = true
    }
  }

  /// A message from its parts.
  package init(head: SIPHead, body: [UInt8], isIncomplete: Bool = false) {
    self.head = head
    self.body = body
    self.isIncomplete = isIncomplete
  }
}

/// The place after the blank line that ends a head; line ends without CR are taken as well.
package func endOfHead(in bytes: [UInt8], from start: Int, searched: Int, limit: Int) -> Int? {
  var position = max(start, searched)
  while position < limit {
    if bytes[position] == lineFeed {
      var next = position + 1
      if next < limit, bytes[next] == carriageReturn { next += 1 }
      if next < limit, bytes[next] == lineFeed { return next + 1 }
    }
    position += 1
  }
  return nil
}
