import CareModel
import FeedSession

/// A session after its CONNECT was accepted.
struct Connection: Sendable {
  let clientID: String
  let scope: TopicScope
  let limits: MQTTLimits
  var ledger = AcknowledgementLedger()
  var downlinks: DownlinkQueue
  /// Packet ids of quality of service 2 whose PUBREC was sent and whose PUBREL has not come.
  var unreleased: Set<PacketID> = []
  private var inbox: Inbox
  private let will: WillMessage?
  private let silence: TimeSpan
  private var lastReceivedAt: Timestamp
  private var isReadingPaused: Bool
  private var nextDelivery: UInt64 = 1

  init(_ candidate: Candidate, scope: TopicScope, limits: MQTTLimits, at now: Timestamp) {
    clientID = candidate.connect.clientID
    will = candidate.connect.will
    inbox = candidate.inbox
    isReadingPaused = candidate.isReadingPaused
    self.scope = scope
    self.limits = limits
    downlinks = DownlinkQueue(limits: limits)
    let promised = candidate.connect.keepAliveSeconds
    silence = promised == 0 ? limits.idleTimeout : .milliseconds(Int(promised) * 1500)
    lastReceivedAt = now
  }

  /// When the peer will have been silent for too long (3.1.1 section 3.1.2.10).
  var silentAt: Timestamp { lastReceivedAt + silence }

  /// Takes bytes from the peer.
  mutating func received(_ chunk: [UInt8], _ turn: inout Turn) throws(SessionEnd) {
    lastReceivedAt = turn.now
    inbox.append(chunk)
    if isReadingPaused {
      guard inbox.count <= limits.maximumHeldBytes else { throw SessionEnd(.tooManyInFlight) }
    } else {
      try readPackets(&turn)
    }
  }

  /// Works on the packets that are there, as far as the bound on unsettled deliveries lets it, and stops or resumes
  /// reading accordingly.
  mutating func readPackets(_ turn: inout Turn) throws(SessionEnd) {
    while ledger.count < limits.maximumUnsettled, let packet = try nextPacket() {
      try handle(packet, &turn)
    }
    let isFull = ledger.count >= limits.maximumUnsettled
    if isFull, !isReadingPaused {
      isReadingPaused = true
      turn.add(.pauseReading)
    } else if !isFull, isReadingPaused {
      isReadingPaused = false
      lastReceivedAt = turn.now
      turn.add(.resumeReading)
    }
  }

  /// Works on everything that is there although the peer is gone: what it sent before it left counts, and so does a
  /// DISCONNECT among it.
  mutating func readLastPackets(_ turn: inout Turn) throws(SessionEnd) {
    while let packet = try nextPacket() {
      try handle(packet, &turn)
    }
  }

  /// Takes the outcome of a delivery.
  mutating func settled(
    _ token: DeliveryToken, _ outcome: DeliveryOutcome, _ turn: inout Turn
  ) throws(SessionEnd) {
    guard ledger.awaits(token) else { return }
    switch outcome {
    case .unavailable: throw SessionEnd(.unavailable)
    case .accepted:
      for answer in ledger.settle(token) ?? [] { reply(answer, &turn) }
      if isReadingPaused, ledger.count < limits.maximumUnsettled / 2 { try readPackets(&turn) }
    }
  }

  /// Closes when the peer has been silent for too long. While we do not read, its silence says nothing.
  mutating func deadlineReached(_ turn: inout Turn) throws(SessionEnd) {
    if isReadingPaused { lastReceivedAt = turn.now }
    guard turn.now < silentAt else { throw SessionEnd(.idle) }
    turn.add(.wakeAt(silentAt))
  }

  /// The end: the will becomes a signal if the end is abnormal, and what was not delivered is reported.
  mutating func finish(_ reason: CloseReason, _ turn: inout Turn) {
    if raisesWill(reason), let will { deliver(will, &turn) }
    for token in downlinks.abandon() { turn.add(.downlinkReported(token, isDelivered: false)) }
  }

  /// Hands a signal to the engine.
  mutating func deliver(_ signal: Signal, answer: AcknowledgementLedger.Answer?, _ turn: inout Turn) {
    turn.add(.deliver(signal, expectSettlement(answer)))
  }

  /// A new token, for which `answer` is owed.
  mutating func expectSettlement(_ answer: AcknowledgementLedger.Answer?) -> DeliveryToken {
    let token = DeliveryToken(number: nextDelivery)
    nextDelivery += 1
    ledger.expect(token, answer: answer)
    return token
  }

  private mutating func nextPacket() throws(SessionEnd) -> InboundPacket? {
    do throws(DecodeFailure) {
      return try inbox.nextPacket()
    } catch {
      throw SessionEnd(failure: error)
    }
  }

  private mutating func reply(_ answer: AcknowledgementLedger.Answer, _ turn: inout Turn) {
    switch answer {
    case .puback(let id): turn.reply(AcknowledgementPacket(id: id).encoded(as: .puback))
    case .pubrec(let id):
      unreleased.insert(id)
      turn.reply(AcknowledgementPacket(id: id).encoded(as: .pubrec))
    }
  }

  private mutating func deliver(_ will: WillMessage, _ turn: inout Turn) {
    let serial: String
    switch scope.route(will.topic[...]) {
    case .signal(let told), .heartbeat(let told): serial = told
    case .answers, nil: return
    }
    var signal = Signal(
      source: SignalSource(feed: .mqtt, sender: scope.sender, serial: serial), kind: .lineLost, raw: will.payload)
    if scope.isAnonymous { signal.note(.anonymousSender) }
    deliver(signal, answer: nil, &turn)
  }
}

/// Whether the end is one that 3.1.1 section 3.1.2.5 wants the will for. Our own stop, a store that is away and a clean
/// goodbye say nothing about the line.
private func raisesWill(_ reason: CloseReason) -> Bool {
  switch reason {
  case .peerClosed, .malformed, .protocolError, .tooLarge, .idle, .notAuthenticated, .notAuthorized, .takenOver,
    .tooManyInFlight:
    true
  case .unavailable, .shutdown, .finished: false
  }
}
