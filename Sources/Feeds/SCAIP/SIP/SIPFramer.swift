import FeedSession

/// Finds SIP messages in a stream cut anywhere (RFC 3261 section 18.3), and the keep-alives between them.
struct SIPFramer: Sendable {
  enum Found {
    /// A double CRLF between messages, which wants a single one back (RFC 5626 section 4.4.1).
    case ping
    case message(SIPMessage)
  }

  /// What follows cannot be told apart any more.
  struct Failure: Error {
    let reason: CloseReason
    /// The head of the message that cannot be followed; nil when even that is too large.
    let message: SIPMessage?
  }

  private let configuration: SCAIPConfiguration
  private var buffer: [UInt8] = []
  /// Everything before has been dealt with.
  private var position = 0
  /// Everything before holds no end of the head that begins at `position`.
  private var searched = 0
  private var lineEnds = 0
  /// A head whose body is not complete.
  private var head: (head: SIPHead, bodyBytes: Int)?

  init(configuration: SCAIPConfiguration) { self.configuration = configuration }

  /// Bytes that wait.
  var heldBytes: Int { buffer.count - position }

  /// A message has begun and not ended.
  var isInsideMessage: Bool { head != nil || heldBytes > 0 }

  mutating func append(_ bytes: [UInt8]) {
    if position > 0 {
      buffer.removeFirst(position)
      searched = max(0, searched - position)
      position = 0
    }
    buffer += bytes
  }

  /// What comes next; nil when more bytes are needed.
  mutating func next() throws(Failure) -> Found? {
    if head == nil {
      if skipLineEnds() { return .ping }
      try readHead()
    }
    guard let (head, bodyBytes) = head, heldBytes >= bodyBytes else { return nil }
    self.head = nil
    defer { advance(bodyBytes) }
    return .message(SIPMessage(head: head, body: Array(buffer[position..<position + bodyBytes])))
  }

  /// Passes over CR and LF before a message; true after each second line end.
  private mutating func skipLineEnds() -> Bool {
    while position < buffer.count, buffer[position] == carriageReturn || buffer[position] == lineFeed {
      if buffer[position] == lineFeed { lineEnds += 1 }
      advance(1)
      if lineEnds == 2 {
        lineEnds = 0
        return true
      }
    }
    if position < buffer.count { lineEnds = 0 }
    return false
  }

  private mutating func readHead() throws(Failure) {
    let limit = min(buffer.count, position + configuration.maximumHeadBytes)
    guard let end = endOfHead(in: buffer, from: position, searched: searched, limit: limit) else {
      if limit - position >= configuration.maximumHeadBytes { throw Failure(reason: .tooLarge, message: nil) }
      searched = max(position, limit - 2)
      return
    }
    let bytes = Array(buffer[position..<end])
    guard let head = try? SIPHead(bytes, maximumHeaders: configuration.maximumHeaders) else {
      throw Failure(reason: .tooLarge, message: nil)
    }
    advance(bytes.count)
    self.head = (head, try bodyBytes(of: head))
  }

  private func bodyBytes(of head: SIPHead) throws(Failure) -> Int {
    func failure(_ reason: CloseReason) -> Failure {
      Failure(reason: reason, message: SIPMessage(head: head, body: [], isIncomplete: true))
    }
    switch head.bodyLength {
    case .bytes(let count):
      guard count <= configuration.maximumBodyBytes else { throw failure(.tooLarge) }
      return count
    case .unreadable: throw failure(.malformed)
    case .absent:
      // Only a message without a body can do without its length.
      if case .request(let method, _, _) = head.start, method != "MESSAGE" { return 0 }
      if case .response = head.start { return 0 }
      throw failure(.malformed)
    }
  }

  private mutating func advance(_ count: Int) {
    position += count
    searched = position
  }
}
