import CareModel
import FeedSession

/// One panel's connection, or one sender's datagrams (protocols page, section 2).
///
/// Every right frame is delivered and answered after that is settled, in order of receipt; frames with a wrong check
/// or length are passed over in silence. Where nothing can be made durable a stream is closed and a datagram is not
/// answered, so that the sender repeats and then takes its second way.
///
/// The host sends an event (``FeedEvent/bytes(_:)`` without bytes will do) at the beginning, which starts the idle
/// limit. What is remembered of frames refused for their clock ends with the session: a sender that reconnects for
/// every frame and does not set its clock is refused each time, and everything it sends is delivered all the same.
package struct DC09Session: FeedSession {
  private let configuration: DC09Configuration
  private let transport: DC09Transport
  private var deframer: Deframer
  private var reader: FrameReader
  private var replies = ReplyQueue()
  private var deliveredCount: UInt64 = 0
  private var isPaused = false
  private var isPeerGone = false
  private var isClosed = false
  private var lastHeard: Timestamp?
  private var wish: Timestamp?

  /// A session at its beginning.
  package init(configuration: DC09Configuration = DC09Configuration(), transport: DC09Transport) {
    self.configuration = configuration
    self.transport = transport
    deframer = Deframer(configuration)
    reader = FrameReader(configuration: configuration)
  }

  /// Takes one event; after ``FeedAction/close(_:)`` every further event is ignored.
  package mutating func handle(_ event: FeedEvent, at now: Timestamp) -> [FeedAction] {
    guard !isClosed else { return [] }
    if lastHeard == nil { lastHeard = now }
    var actions: [FeedAction] = []
    switch event {
    case .bytes(let bytes): deframer.append(bytes)
    case .settled(let token, let outcome): settle(token, outcome, at: now, &actions)
    case .authenticated: break
    case .deadline:
      if let wish, wish <= now { self.wish = nil }
      if let idleAt, idleAt <= now { close(.idle, &actions) }
    case .downlink(let downlink):
      if let token = downlink.token { actions.append(.downlinkReported(token, isDelivered: false)) }
    case .peerClosed: isPeerGone = true
    case .shutdown: close(.shutdown, &actions)
    }
    readFrames(at: now, &actions)
    follow(at: now, &actions)
    return actions
  }

  private mutating func settle(
    _ token: DeliveryToken, _ outcome: DeliveryOutcome, at now: Timestamp, _ actions: inout [FeedAction]
  ) {
    guard replies.settle(token, outcome) else { return }
    lastHeard = now
    if outcome == .unavailable, transport == .stream { return close(.unavailable, &actions) }
    sendDueReplies(at: now, &actions)
  }

  private mutating func sendDueReplies(at now: Timestamp, _ actions: inout [FeedAction]) {
    for reply in replies.takeDue() {
      if case .refused(let resend?) = reply.kind { reader.noteRefused(resend, at: now) }
      actions.append(.reply(reply.bytes(at: now)))
    }
  }

  /// What follows from the new state: the end, the back-pressure, the alarm clock.
  private mutating func follow(at now: Timestamp, _ actions: inout [FeedAction]) {
    guard !isClosed else { return }
    if isPeerGone { return close(.peerClosed, &actions) }
    if transport == .datagram {
      // What is left of a datagram is no beginning of another.
      deframer = Deframer(configuration)
    } else {
      guard deframer.heldBytes <= configuration.maximumHeldBytes else { return close(.tooManyInFlight, &actions) }
      let isFull = replies.load >= configuration.maximumUnsettled
      if isFull != isPaused {
        isPaused = isFull
        actions.append(isFull ? .pauseReading : .resumeReading)
      }
    }
    if idleAt != wish {
      wish = idleAt
      actions.append(.wakeAt(wish))
    }
  }

  /// No silence counts while the panel waits for us.
  private var idleAt: Timestamp? {
    replies.load > 0 ? nil : lastHeard.map { $0 + configuration.idleLimit }
  }

  private mutating func close(_ reason: CloseReason, _ actions: inout [FeedAction]) {
    isClosed = true
    actions.append(.close(reason))
  }
}

/// From bytes to deliveries.
extension DC09Session {
  private var mayRead: Bool {
    !isClosed && (isPeerGone || replies.load < configuration.maximumUnsettled)
  }

  /// Works on the frames that are there, as far as the bound lets it; on all of them when nothing more can come.
  private mutating func readFrames(at now: Timestamp, _ actions: inout [FeedAction]) {
    do throws(Deframer.Failure) {
      while mayRead, let frame = try deframer.next() {
        lastHeard = now
        let reading = reader.read(frame, at: now)
        guard let reply = reading.reply else { continue }
        replies.expect(reading.signals.map { deliver($0, &actions) }, reply: reply)
        if reading.signals.isEmpty { sendDueReplies(at: now, &actions) }
      }
    } catch {
      // A datagram cannot be closed; its sender may send a right one next.
      guard transport == .stream else { return }
      close(error == .frameTooLarge ? .tooLarge : .malformed, &actions)
    }
  }

  private mutating func deliver(_ signal: Signal, _ actions: inout [FeedAction]) -> DeliveryToken {
    deliveredCount += 1
    let token = DeliveryToken(number: deliveredCount)
    actions.append(.deliver(signal, token))
    return token
  }
}
