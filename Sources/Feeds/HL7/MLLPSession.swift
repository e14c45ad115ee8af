import CareModel
import FeedSession

/// One MLLP connection (protocols page, section 3).
///
/// A message is answered only after it is settled, and answers keep the order of receipt. Where nothing can be made
/// durable the connection is closed without an answer, so that the sender keeps the message and sends it again.
package struct MLLPSession: FeedSession {
  private struct Pending {
    let token: DeliveryToken
    let acknowledgement: Acknowledgement
    var outcome: DeliveryOutcome?
  }

  private let configuration: MLLPConfiguration
  private let intake: HL7Intake
  private var deframer: MLLPDeframer
  /// Complete messages before their turn, in order of receipt.
  private var waiting: [[UInt8]] = []
  private var waitingBytes = 0
  private var inFlight: [Pending] = []
  private var deliveredCount: UInt64 = 0
  private var answerCount: UInt64 = 0
  private var isPaused = false
  private var isClosed = false
  /// Nothing more is read; the connection closes once everything before has been answered.
  private var closing: CloseReason?
  private var lastActivity: Timestamp?
  private var blockStartedAt: Timestamp?
  private var wish: Timestamp?

  /// A session at the start of its connection. An event with no bytes starts its idle limit.
  package init(configuration: MLLPConfiguration) {
    self.configuration = configuration
    intake = HL7Intake(configuration: configuration)
    deframer = MLLPDeframer(maximumMessageBytes: configuration.maximumMessageBytes)
  }

  /// Takes one event; after ``FeedAction/close(_:)`` every further event is ignored.
  package mutating func handle(_ event: FeedEvent, at now: Timestamp) -> [FeedAction] {
    guard !isClosed else { return [] }
    if lastActivity == nil { lastActivity = now }
    var actions: [FeedAction] = []
    switch event {
    case .bytes(let bytes):
      guard closing == nil else { return [] }
      take(bytes, at: now)
      deliver(&actions)
    case .settled(let token, let outcome):
      settle(token, outcome, at: now, &actions)
    case .deadline:
      if let wish, wish <= now { return close(.idle) }
      wish = nil
    case .downlink(let downlink):
      if let token = downlink.token { actions.append(.downlinkReported(token, isDelivered: false)) }
    case .authenticated: break
    case .peerClosed: return close(.peerClosed)
    case .shutdown: return close(.shutdown)
    }
    if !isClosed { follow(at: now, &actions) }
    return actions
  }

  private mutating func take(_ bytes: [UInt8], at now: Timestamp) {
    let started = deframer.startedBlocks
    for block in deframer.append(bytes) {
      guard waitingBytes + block.count <= configuration.maximumWaitingBytes else {
        closing = .tooManyInFlight
        break
      }
      waiting.append(block)
      // Every block counts at least one byte, so that empty ones cannot pile up.
      waitingBytes += max(block.count, 1)
      lastActivity = now
    }
    if deframer.startedBlocks != started { blockStartedAt = now }
    if deframer.isOversized, closing == nil { closing = .tooLarge }
  }

  private mutating func deliver(_ actions: inout [FeedAction]) {
    var taken = 0
    while taken < waiting.count, inFlight.count < configuration.maximumInFlight {
      let block = waiting[taken]
      taken += 1
      waitingBytes -= max(block.count, 1)
      guard let receipt = intake.receive(block) else { continue }
      deliveredCount += 1
      let token = DeliveryToken(number: deliveredCount)
      inFlight.append(Pending(token: token, acknowledgement: receipt.acknowledgement, outcome: nil))
      actions.append(.deliver(receipt.signal, token))
    }
    waiting.removeFirst(taken)
  }

  private mutating func settle(
    _ token: DeliveryToken, _ outcome: DeliveryOutcome, at now: Timestamp, _ actions: inout [FeedAction]
  ) {
    guard let index = inFlight.firstIndex(where: { $0.token == token }), inFlight[index].outcome == nil else { return }
    inFlight[index].outcome = outcome
    lastActivity = now
    var answered = 0
    while answered < inFlight.count, let outcome = inFlight[answered].outcome {
      guard outcome == .accepted else {
        actions += close(.unavailable)
        return
      }
      let acknowledgement = inFlight[answered].acknowledgement
      for code in acknowledgement.codes {
        actions.append(
          .reply(
            acknowledgement.frame(
              code: code, count: answerCount, at: now, offsetMinutes: Int64(configuration.defaultOffsetMinutes))))
        answerCount += 1
      }
      answered += 1
    }
    inFlight.removeFirst(answered)
    deliver(&actions)
  }

  /// What follows from the new state: the end, the back-pressure, the alarm clock.
  private mutating func follow(at now: Timestamp, _ actions: inout [FeedAction]) {
    if let closing, inFlight.isEmpty, waiting.isEmpty {
      actions += close(closing)
      return
    }
    let isFull = closing != nil || inFlight.count >= configuration.maximumInFlight
    if isFull != isPaused {
      isPaused = isFull
      if !isFull { blockStartedAt = now }
      actions.append(isFull ? .pauseReading : .resumeReading)
    }
    let newWish = nextDeadline()
    if newWish != wish {
      wish = newWish
      actions.append(.wakeAt(newWish))
    }
  }

  /// No limit runs while the sender waits for us.
  private func nextDeadline() -> Timestamp? {
    if isPaused { return nil }
    if deframer.isInsideBlock { return blockStartedAt.map { $0 + configuration.messageLimit } }
    return inFlight.isEmpty ? lastActivity.map { $0 + configuration.idleLimit } : nil
  }

  private mutating func close(_ reason: CloseReason) -> [FeedAction] {
    isClosed = true
    waiting = []
    inFlight = []
    return [.close(reason)]
  }
}
