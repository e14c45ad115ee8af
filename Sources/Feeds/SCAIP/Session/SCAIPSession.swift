import CareModel
import FeedSession

/// One device's SIP connection, or the datagrams from one address (protocols page, section 5).
///
/// Every MESSAGE is delivered, also one that is refused; what the sender is told of it in the application (`mrs`) waits
/// until that is settled, and keeps the order of receipt. Where nothing can be made durable a stream is closed and a
/// datagram hears nothing more, so that the device tries again or takes its other way. OPTIONS, REGISTER and what is
/// not served wait for no store and are answered at once.
///
/// The host sends an event (``FeedEvent/bytes(_:)`` without bytes will do) at the beginning, which starts the idle
/// limit. Nobody proves who he is yet: a signal's sender is what the SIP sender and the document agree on.
package struct SCAIPSession: FeedSession {
  private let configuration: SCAIPConfiguration
  private let transport: SCAIPTransport
  private let intake: SCAIPIntake
  private let answers: SIPAnswer
  private var framer: SIPFramer
  private var pending = PendingAnswers()
  private var transactions: RecentTransactions
  private var ownMessages: OwnMessages
  private var deliveredCount: UInt64 = 0
  private var isPaused = false
  private var isPeerGone = false
  private var isClosed = false
  /// Nothing more is read; the connection closes once everything before has been answered.
  private var closing: CloseReason?
  private var lastHeard: Timestamp?
  private var messageStartedAt: Timestamp?
  private var wish: Timestamp?

  /// A session at its beginning.
  ///
  /// - Parameter peer: where its messages come from; without it answers copy Via as it is.
  package init(
    configuration: SCAIPConfiguration = SCAIPConfiguration(), transport: SCAIPTransport, peer: SCAIPPeer? = nil
  ) {
    self.configuration = configuration
    self.transport = transport
    intake = SCAIPIntake(configuration: configuration, peer: peer)
    answers = SIPAnswer(peer: peer)
    framer = SIPFramer(configuration: configuration)
    transactions = RecentTransactions(maximum: configuration.maximumTransactions)
    ownMessages = OwnMessages(maximum: configuration.maximumOwnMessages)
  }

  /// Takes one event; after ``FeedAction/close(_:)`` every further event is ignored.
  package mutating func handle(_ event: FeedEvent, at now: Timestamp) -> [FeedAction] {
    guard !isClosed else { return [] }
    if lastHeard == nil { lastHeard = now }
    var actions: [FeedAction] = []
    switch event {
    case .bytes(let bytes):
      if transport.isStream {
        if closing == nil { framer.append(bytes) }
      } else if let message = SIPMessage(datagram: bytes, configuration: configuration) {
        take(message, at: now, &actions)
      }
    case .settled(let token, let outcome): settle(token, outcome, at: now, &actions)
    case .authenticated: break
    case .deadline: deadlineReached(at: now, &actions)
    case .downlink(let downlink):
      if let token = downlink.token { actions.append(.downlinkReported(token, isDelivered: false)) }
    case .peerClosed: isPeerGone = true
    case .shutdown: close(.shutdown, &actions)
    }
    readStream(at: now, &actions)
    follow(at: now, &actions)
    return actions
  }

  private mutating func settle(
    _ token: DeliveryToken, _ outcome: DeliveryOutcome, at now: Timestamp, _ actions: inout [FeedAction]
  ) {
    guard pending.settle(token, outcome) else { return }
    lastHeard = now
    for entry in pending.takeSettled() {
      guard entry.outcome == .accepted else {
        transactions.forget(entry.transaction)
        if transport.isStream { return close(.unavailable, &actions) }
        continue
      }
      switch entry.answer {
      case .response(let bytes):
        transactions.note(entry.transaction, .answered(bytes), at: now)
        actions.append(.reply(bytes))
      case .message(let message):
        if !transport.isStream { ownMessages.sent(message, at: now) }
        actions.append(.reply(message.bytes))
      case .nothing: break
      }
    }
  }

  private mutating func deadlineReached(at now: Timestamp, _ actions: inout [FeedAction]) {
    if let wish, wish <= now { self.wish = nil }
    actions += ownMessages.takeDue(at: now).map { .reply($0) }
    if let idleAt, idleAt <= now { return close(.idle, &actions) }
    if let overdueAt, overdueAt <= now { close(.idle, &actions) }
  }

  /// What follows from the new state: the end, the back-pressure, the alarm clock.
  private mutating func follow(at now: Timestamp, _ actions: inout [FeedAction]) {
    guard !isClosed else { return }
    if isPeerGone { return close(.peerClosed, &actions) }
    if let closing, pending.count == 0 { return close(closing, &actions) }
    if transport.isStream {
      guard closing != nil || framer.heldBytes <= configuration.maximumHeldBytes else {
        return close(.tooManyInFlight, &actions)
      }
      let isFull = closing != nil || pending.count >= configuration.maximumUnsettled
      if isFull != isPaused {
        isPaused = isFull
        actions.append(isFull ? .pauseReading : .resumeReading)
      }
      if !framer.isInsideMessage || isFull {
        messageStartedAt = nil
      } else if messageStartedAt == nil {
        messageStartedAt = now
      }
    }
    let newWish = [idleAt, overdueAt, ownMessages.nextDeadline].compactMap(\.self).min()
    if newWish != wish {
      wish = newWish
      actions.append(.wakeAt(newWish))
    }
  }

  /// No silence counts while the device waits for us, or we for its answer.
  private var idleAt: Timestamp? {
    guard pending.count == 0, ownMessages.isEmpty else { return nil }
    let limit = transport.isStream ? configuration.streamIdleLimit : configuration.datagramIdleLimit
    return lastHeard.map { $0 + limit }
  }

  /// When a message that has begun must have ended.
  private var overdueAt: Timestamp? { messageStartedAt.map { $0 + configuration.messageLimit } }

  private mutating func close(_ reason: CloseReason, _ actions: inout [FeedAction]) {
    isClosed = true
    actions.append(.close(reason))
  }
}

/// From bytes to messages.
extension SCAIPSession {
  private var mayRead: Bool {
    !isClosed && closing == nil && (isPeerGone || pending.count < configuration.maximumUnsettled)
  }

  /// Works on what is there, as far as the bound lets it; on all of it when nothing more can come.
  private mutating func readStream(at now: Timestamp, _ actions: inout [FeedAction]) {
    var pongs: [UInt8] = []
    do throws(SIPFramer.Failure) {
      while mayRead, let found = try framer.next() {
        lastHeard = now
        switch found {
        case .ping: pongs += [carriageReturn, lineFeed]
        case .message(let message):
          messageStartedAt = nil
          reply(with: &pongs, &actions)
          take(message, at: now, &actions)
        }
      }
    } catch {
      closing = error.reason
      if let message = error.message { take(message, failure: error.reason, at: now, &actions) }
    }
    reply(with: &pongs, &actions)
  }

  /// One reply for all keep-alives in a row.
  private func reply(with pongs: inout [UInt8], _ actions: inout [FeedAction]) {
    if !pongs.isEmpty, !isPeerGone { actions.append(.reply(pongs)) }
    pongs = []
  }

  private mutating func take(
    _ message: SIPMessage, failure: CloseReason? = nil, at now: Timestamp, _ actions: inout [FeedAction]
  ) {
    switch message.head.start {
    case .response(let status): take(response: message.head, status)
    case .request(let method, _, _):
      lastHeard = now
      switch method {
      case "MESSAGE": take(request: message, failure: failure, at: now, &actions)
      case "ACK": break
      default: answer(message.head, method, &actions)
      }
    case .unreadable:
      // With a body it may be a damaged call for help; without it is a scanner's knock.
      if !message.body.isEmpty { take(request: message, failure: failure, at: now, &actions) }
    }
  }

  private mutating func take(response: SIPHead, _ status: Int) {
    guard response.sequenceMethod == "MESSAGE",
      let branch = response.value("via").flatMap({ SIPVia(firstOf: $0) })?.branch
    else { return }
    ownMessages.answered(branch: branch, status: status)
  }

  /// Answers a request that changes nothing; without a Via there is nowhere to answer to.
  private func answer(_ request: SIPHead, _ method: String, _ actions: inout [FeedAction]) {
    guard request.value("via") != nil, !isPeerGone else { return }
    let bytes =
      switch method {
      case "OPTIONS": answers.options(request)
      case "REGISTER": answers.registration(request)
      case "BYE", "CANCEL", "INFO", "INVITE", "NOTIFY", "PRACK", "PUBLISH", "REFER", "SUBSCRIBE", "UPDATE":
        answers.bytes(.methodNotAllowed, to: request)
      default: answers.bytes(.notImplemented, to: request)
      }
    actions.append(.reply(bytes))
  }
}

/// From MESSAGE requests to deliveries.
extension SCAIPSession {
  private mutating func take(
    request: SIPMessage, failure: CloseReason?, at now: Timestamp, _ actions: inout [FeedAction]
  ) {
    let transaction = RecentTransactions.Key(request)
    switch transactions.state(of: transaction, at: now) {
    case .answered(let bytes):
      if !isPeerGone { actions.append(.reply(bytes)) }
      return
    case .waiting: return
    case nil: break
    }
    // A stream is not read this far.
    guard transport.isStream || pending.count < configuration.maximumUnsettled else { return }
    let receipt = intake.receive(request, failure: failure)
    deliveredCount += 1
    let token = DeliveryToken(number: deliveredCount)
    if request.head.value("via") == nil {
      // There is nowhere to answer to, and nothing to know a copy by.
      pending.expect(token, transaction, .nothing)
    } else if configuration.answersInSeparateMessage, receipt.status == .ok {
      let bytes = answers.bytes(.ok, to: request.head)
      transactions.note(transaction, .answered(bytes), at: now)
      if !isPeerGone { actions.append(.reply(bytes)) }
      pending.expect(token, transaction, separateAnswer(receipt, request.head, at: now))
    } else {
      transactions.note(transaction, .waiting, at: now)
      pending.expect(token, transaction, .response(response(receipt, request.head)))
    }
    actions.append(.deliver(receipt.signal, token))
  }

  private func separateAnswer(
    _ receipt: SCAIPReceipt, _ request: SIPHead, at now: Timestamp
  ) -> PendingAnswers.Answer {
    guard let answer = receipt.answer else { return .nothing }
    let salt = fixedMix(UInt64(bitPattern: now.microseconds)) ^ deliveredCount
    let body = (type: MediaType(request.value("content-type")).answerName, bytes: answer.bytes)
    let message = OwnMessage(
      inReplyTo: request, transport: transport, sentBy: configuration.sentBy, salt: salt, body: body)
    return message.map { .message($0) } ?? .nothing
  }

  private func response(_ receipt: SCAIPReceipt, _ request: SIPHead) -> [UInt8] {
    guard let answer = receipt.answer else { return answers.bytes(receipt.status, to: request) }
    let type = MediaType(request.value("content-type")).answerName
    return answers.bytes(receipt.status, to: request, body: (type, answer.bytes))
  }
}
