import CareModel
import FeedSession

/// One terminal's JT/T 808 connection (protocols page, section 6.1).
///
/// Registration is always granted, and a terminal whose code (0102) the host does not believe goes on: no unknown
/// device is turned away, but what it says carries ``SignalOddity/anonymousSender``. What carries a signal is answered
/// (8001) after it is settled; all answers keep the order in which messages were whole. Frames with a wrong check byte
/// are delivered as `unknown` and never answered, so that the terminal sends again.
///
/// The host sends an event (``FeedEvent/deadline`` will do) at the beginning, which starts the idle limit, and goes on
/// sending ``FeedEvent/authenticated(_:_:)`` after ``FeedEvent/peerClosed``.
package struct JT808Session: FeedSession {
  /// The question who the terminal is, and the frames (0102) that are answered after it.
  private struct Question {
    let token: AuthenticationToken
    let message: JT808Message
    let expiresAt: Timestamp
  }

  private enum MessageID: UInt16 {
    case generalAnswer = 0x0001
    case heartbeat = 0x0002
    case logout = 0x0003
    case registration = 0x0100
    case authentication = 0x0102
    case location = 0x0200
    case batch = 0x0704
  }

  private let configuration: JT808Configuration
  private var frames: FrameReader
  private var subpackages: SubpackageStore
  private var reader: SignalReader
  private var answers = AnswerQueue()
  /// Nothing is read while it waits, so that a signal behind it knows its sender.
  private var question: Question?
  private var deliveredCount: UInt64 = 0
  private var questionCount: UInt64 = 0
  private var answerCount: UInt16 = 0
  private var damagedInARow = 0
  private var isPaused = false
  private var isPeerGone = false
  private var isClosed = false
  private var lastHeard: Timestamp?
  private var wish: Timestamp?

  /// A session at the start of its connection.
  package init(configuration: JT808Configuration = JT808Configuration()) {
    self.configuration = configuration
    frames = FrameReader(maximumFrameBytes: configuration.maximumFrameBytes)
    subpackages = SubpackageStore(configuration: configuration)
    reader = SignalReader(configuration: configuration)
  }

  /// Takes one event; after ``FeedAction/close(_:)`` every further event is ignored.
  package mutating func handle(_ event: FeedEvent, at now: Timestamp) -> [FeedAction] {
    guard !isClosed else { return [] }
    if lastHeard == nil { lastHeard = now }
    var actions: [FeedAction] = []
    switch event {
    case .bytes(let bytes): if !isPeerGone { frames.append(bytes) }
    case .settled(let token, let outcome): settle(token, outcome, at: now, &actions)
    case .authenticated(let token, let principal):
      if let question, question.token == token { authenticated(question, principal, &actions) }
    case .deadline: deadlineReached(at: now, &actions)
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
    guard answers.settle(token) else { return }
    lastHeard = now
    switch outcome {
    case .accepted: sendDueAnswers(&actions)
    case .unavailable: close(.unavailable, &actions)
    }
  }

  private mutating func authenticated(_ question: Question, _ principal: Principal?, _ actions: inout [FeedAction]) {
    self.question = nil
    let phone = question.message.header.phone
    reader.authenticatedPhone = nil
    if case .device(let serial) = principal, serial == phone {
      reader.authenticatedPhone = phone
      if !isPeerGone { actions.append(.online(.device(serial: serial))) }
    }
    answer(question.message, .ok, to: [], &actions)
  }

  private mutating func deadlineReached(at now: Timestamp, _ actions: inout [FeedAction]) {
    if let wish, wish <= now { self.wish = nil }
    if let question, question.expiresAt <= now { authenticated(question, nil, &actions) }
    deliverParts(subpackages.takeExpired(at: now), &actions)
    if let idleAt, idleAt <= now {
      deliverUnfinished(&actions)
      close(.idle, &actions)
    }
  }

  /// What follows from the new state: the end, the back-pressure, the alarm clock.
  private mutating func follow(at now: Timestamp, _ actions: inout [FeedAction]) {
    guard !isClosed else { return }
    if isPeerGone {
      if question == nil {
        deliverUnfinished(&actions)
        return close(.peerClosed, &actions)
      }
    } else {
      guard frames.heldBytes <= configuration.maximumHeldBytes else { return close(.tooManyInFlight, &actions) }
      adjustReading(at: now, &actions)
    }
    let newWish = [question?.expiresAt, subpackages.nextExpiry, idleAt].compactMap(\.self).min()
    if newWish != wish {
      wish = newWish
      actions.append(.wakeAt(newWish))
    }
  }

  private mutating func adjustReading(at now: Timestamp, _ actions: inout [FeedAction]) {
    let isFull = question != nil || answers.load >= configuration.maximumUnsettled
    guard isFull != isPaused else { return }
    isPaused = isFull
    if !isFull { lastHeard = now }
    actions.append(isFull ? .pauseReading : .resumeReading)
  }

  /// No silence counts while the terminal waits for us.
  private var idleAt: Timestamp? {
    question != nil || answers.load > 0 ? nil : lastHeard.map { $0 + configuration.idleLimit }
  }

  private mutating func close(_ reason: CloseReason, _ actions: inout [FeedAction]) {
    isClosed = true
    actions.append(.close(reason))
  }
}

/// From frames to signals and answers.
extension JT808Session {
  /// Works on the frames that are there, as far as the bound lets it; on all of them when nothing more can come.
  private mutating func readFrames(at now: Timestamp, _ actions: inout [FeedAction]) {
    do throws(FrameTooLarge) {
      while !isClosed, question == nil, isPeerGone || answers.load < configuration.maximumUnsettled,
        let found = try frames.next()
      {
        switch found {
        case .frame(let frame): take(frame, at: now, &actions)
        case .damaged, .junk: takeDamaged(found, &actions)
        }
      }
    } catch {
      close(.tooLarge, &actions)
    }
  }

  private mutating func takeDamaged(_ found: FrameReader.Found, _ actions: inout [FeedAction]) {
    damagedInARow += 1
    guard damagedInARow <= configuration.maximumDamagedFrames else { return close(.malformed, &actions) }
    guard case .damaged(let header, let raw) = found else { return }
    answers.expect(deliver([reader.damaged(header, raw: raw)], &actions), answer: [])
  }

  private mutating func take(_ frame: JT808Frame, at now: Timestamp, _ actions: inout [FeedAction]) {
    damagedInARow = 0
    lastHeard = now
    guard let part = frame.header.part else { return handle(JT808Message(frame), at: now, &actions) }
    switch subpackages.add(frame, part: part, at: now) {
    case .waits: break
    case .whole(let parts):
      if let message = JT808Message(parts: parts) { handle(message, at: now, &actions) }
    case .alone: deliverParts([frame], &actions)
    }
  }

  private mutating func handle(_ message: JT808Message, at now: Timestamp, _ actions: inout [FeedAction]) {
    guard !message.header.isEncrypted, let id = MessageID(rawValue: message.header.message) else {
      let oddity: SignalOddity = message.header.isEncrypted ? .notText : .unknownKind
      return answer(message, .unsupported, to: deliver([reader.unknown(message, oddity)], &actions), &actions)
    }
    switch id {
    case .generalAnswer: break
    case .heartbeat: answer(message, .ok, to: deliver([reader.heartbeat(message)], &actions), &actions)
    case .location: answer(message, .ok, to: deliver(reader.location(message), &actions), &actions)
    case .batch: answer(message, .ok, to: deliver(reader.batch(message), &actions), &actions)
    case .logout:
      reader.authenticatedPhone = nil
      answer(message, .ok, to: [], &actions)
    case .registration:
      answers.expect([], answer: JT808Answer.registration(to: message.header, serial: nextAnswer()))
      sendDueAnswers(&actions)
    case .authentication: ask(message, at: now, &actions)
    }
  }

  private mutating func ask(_ message: JT808Message, at now: Timestamp, _ actions: inout [FeedAction]) {
    questionCount += 1
    let token = AuthenticationToken(number: questionCount)
    question = Question(token: token, message: message, expiresAt: now + configuration.authenticationLimit)
    let phone = message.header.phone
    actions.append(
      .authenticate(Credentials(userName: phone, secret: authenticationCode(in: message), clientID: phone), token))
  }

  /// Parts whose message will not become whole: each is kept by itself.
  private mutating func deliverParts(_ parts: [JT808Frame], _ actions: inout [FeedAction]) {
    for part in parts where !isClosed {
      let message = JT808Message(part)
      answer(message, .ok, to: deliver([reader.unknown(message, .missingField)], &actions), &actions)
    }
  }

  /// Before the end: what will not become whole any more.
  private mutating func deliverUnfinished(_ actions: inout [FeedAction]) {
    if case .damaged(let header, let raw) = frames.takeUnfinished() {
      _ = deliver([reader.damaged(header, raw: raw)], &actions)
    }
    deliverParts(subpackages.takeExpired(at: nil), &actions)
  }

  private mutating func deliver(_ signals: [Signal], _ actions: inout [FeedAction]) -> [DeliveryToken] {
    signals.map { signal in
      deliveredCount += 1
      let token = DeliveryToken(number: deliveredCount)
      actions.append(.deliver(signal, token))
      return token
    }
  }

  /// Owes a general answer to each frame of a message, once `tokens` are settled.
  private mutating func answer(
    _ message: JT808Message, _ result: JT808Answer.Result, to tokens: [DeliveryToken], _ actions: inout [FeedAction]
  ) {
    let bytes = message.headers.flatMap { JT808Answer.general(to: $0, result, serial: nextAnswer()) }
    answers.expect(tokens, answer: bytes)
    sendDueAnswers(&actions)
  }

  private mutating func nextAnswer() -> UInt16 {
    defer { answerCount &+= 1 }
    return answerCount
  }

  private mutating func sendDueAnswers(_ actions: inout [FeedAction]) {
    let due = answers.takeDue()
    if !due.isEmpty, !isPeerGone { actions.append(.reply(due)) }
  }
}

/// The code of an authentication (0102): the whole body, since 2019 with its length in front.
private func authenticationCode(in message: JT808Message) -> [UInt8] {
  guard message.header.version != nil else { return message.body }
  var reader = ByteReader(message.body[...])
  guard let length = try? reader.byte(), let code = try? reader.bytes(Int(length)) else { return message.body }
  return Array(code)
}
