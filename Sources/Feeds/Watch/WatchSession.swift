import CareModel
import FeedSession

/// One watch's connection (protocols page, section 6.2).
///
/// The protocol has no secret: a watch is who its id says. What carries signals is answered after all of them are
/// settled; answers keep the order of receipt.
///
/// The host sends an event (``FeedEvent/deadline`` will do) at the beginning, which starts the idle limit.
package struct WatchSession: FeedSession {
  private let configuration: WatchConfiguration
  private var deframer: WatchDeframer
  private var reader: WatchReader
  private var answers = AnswerQueue()
  private var deliveredCount: UInt64 = 0
  private var isPaused = false
  private var isPeerGone = false
  private var isClosed = false
  private var lastHeard: Timestamp?
  private var lastBytes: Timestamp?
  private var wish: Timestamp?

  /// A session at the start of its connection.
  package init(configuration: WatchConfiguration = WatchConfiguration()) {
    self.configuration = configuration
    deframer = WatchDeframer(maximumContentBytes: configuration.maximumContentBytes)
    reader = WatchReader(configuration: configuration)
  }

  /// Takes one event; after ``FeedAction/close(_:)`` every further event is ignored.
  package mutating func handle(_ event: FeedEvent, at now: Timestamp) -> [FeedAction] {
    guard !isClosed else { return [] }
    if lastHeard == nil { lastHeard = now }
    var actions: [FeedAction] = []
    switch event {
    case .bytes(let bytes):
      deframer.append(bytes)
      lastBytes = now
    case .settled(let token, let outcome): settle(token, outcome, at: now, &actions)
    case .authenticated: break
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

  private mutating func deadlineReached(at now: Timestamp, _ actions: inout [FeedAction]) {
    if let wish, wish <= now { self.wish = nil }
    if let shortFrameAt, shortFrameAt <= now { takeShortFrames(at: now, &actions) }
    if let idleAt, idleAt <= now { close(.idle, &actions) }
  }

  /// What follows from the new state: the end, the back-pressure, the alarm clock.
  private mutating func follow(at now: Timestamp, _ actions: inout [FeedAction]) {
    guard !isClosed else { return }
    if isPeerGone {
      takeShortFrames(at: now, &actions)
      return close(.peerClosed, &actions)
    }
    guard deframer.heldBytes <= configuration.maximumHeldBytes else { return close(.tooManyInFlight, &actions) }
    let isFull = answers.load >= configuration.maximumUnsettled
    if isFull != isPaused {
      isPaused = isFull
      if !isFull { lastHeard = now }
      actions.append(isFull ? .pauseReading : .resumeReading)
    }
    let newWish = [shortFrameAt, idleAt].compactMap(\.self).min()
    if newWish != wish {
      wish = newWish
      actions.append(.wakeAt(newWish))
    }
  }

  /// When a frame that is shorter than it says is taken.
  private var shortFrameAt: Timestamp? {
    isPaused || !deframer.endsLikeAFrame ? nil : lastBytes.map { $0 + configuration.shortFrameLimit }
  }

  /// No silence counts while the watch waits for us.
  private var idleAt: Timestamp? {
    answers.load > 0 ? nil : lastHeard.map { $0 + configuration.idleLimit }
  }

  private mutating func close(_ reason: CloseReason, _ actions: inout [FeedAction]) {
    isClosed = true
    actions.append(.close(reason))
  }
}

/// From frames to signals and answers.
extension WatchSession {
  private var mayRead: Bool { !isClosed && (isPeerGone || answers.load < configuration.maximumUnsettled) }

  /// Works on the frames that are there, as far as the bound lets it; on all of them when nothing more can come.
  private mutating func readFrames(at now: Timestamp, _ actions: inout [FeedAction]) {
    do throws(FrameTooLarge) {
      while mayRead, let found = try deframer.next() {
        lastHeard = now
        switch found {
        case .frame(let frame): take(frame, &actions)
        case .skipped(let header, let command):
          answer(header, WatchReader.answer(toSkipped: command), to: [], &actions)
        }
      }
    } catch {
      close(.tooLarge, &actions)
    }
  }

  private mutating func takeShortFrames(at now: Timestamp, _ actions: inout [FeedAction]) {
    while mayRead, let frame = deframer.takeShort() {
      lastHeard = now
      take(frame, &actions)
      readFrames(at: now, &actions)
    }
  }

  private mutating func take(_ frame: WatchFrame, _ actions: inout [FeedAction]) {
    let meaning = reader.meaning(of: frame)
    let tokens = meaning.signals.map { signal in
      deliveredCount += 1
      let token = DeliveryToken(number: deliveredCount)
      actions.append(.deliver(signal, token))
      return token
    }
    answer(frame.header, meaning.answer, to: tokens, &actions)
  }

  private mutating func answer(
    _ header: WatchHeader, _ content: String?, to tokens: [DeliveryToken], _ actions: inout [FeedAction]
  ) {
    if content == nil, tokens.isEmpty { return }
    answers.expect(tokens, answer: content.map { frame($0, to: header) } ?? [])
    sendDueAnswers(&actions)
  }

  private mutating func sendDueAnswers(_ actions: inout [FeedAction]) {
    let due = answers.takeDue()
    if !due.isEmpty, !isPeerGone { actions.append(.reply(due)) }
  }
}

/// A frame in the watch's own style: its vendor, id and index.
private func frame(_ content: String, to header: WatchHeader) -> [UInt8] {
  let digits = String(content.utf8.count, radix: 16, uppercase: true)
  let length = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  let head = [header.vendor, header.id] + (header.index.map { [$0] } ?? []) + [length]
  return Array("[\(head.joined(separator: "*"))*\(content)]".utf8)
}
