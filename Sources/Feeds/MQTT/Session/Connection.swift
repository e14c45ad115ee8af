import CareModel
import FeedSession

/// A session after its CONNECT was accepted.
struct Connection: Sendable {
  let clientID: String
  let scope: TopicScope
  let limits: MQTTLimits
  /// Nil for clients of 3.1 and 3.1.1.
  var version5: Version5Terms?
  var ledger = AcknowledgementLedger()
  var downlinks: DownlinkQueue
  /// Packet ids of quality of service 2 whose PUBREC was sent and whose PUBREL has not come.
  var unreleased: Set<PacketID> = []
  private var inbox: Inbox
  private let will: LastWill?
  private let silence: TimeSpan
  private var lastReceivedAt: Timestamp
  private var isReadingPaused: Bool
  private var nextDelivery: UInt64 = 1

  init(_ candidate: Candidate, scope: TopicScope, limits: MQTTLimits, at now: Timestamp) {
    let connect = candidate.connect
    clientID = candidate.clientID
    will = connect.will.flatMap { LastWill($0, scope: scope) }
    inbox = candidate.inbox
    isReadingPaused = candidate.isReadingPaused
    self.scope = scope
    self.limits = limits
    version5 = connect.version == .mqtt5 ? Version5Terms(connect.properties, limits: limits) : nil
    downlinks = DownlinkQueue(limits: limits, receiveMaximum: connect.properties.receiveMaximum)
    let promised = connect.keepAlive(limits).seconds
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

  /// The end: the client is told why, the will becomes a signal if the end is abnormal, and what was not delivered is
  /// reported.
  ///
  /// - Returns: a will that is not due yet.
  mutating func finish(_ end: SessionEnd, _ turn: inout Turn) -> PendingWill? {
    if let version5, let goodbye = end.goodbye { turn.reply(version5.encoded(goodbye)) }
    let pending = end.raisesWill ? raiseWill(end.reason, &turn) : nil
    for token in downlinks.abandon() { turn.add(.downlinkReported(token, isDelivered: false)) }
    return pending
  }

  /// Hands a signal to the engine.
  mutating func deliver(_ signal: Signal, answer: AcknowledgementLedger.Answer?, _ turn: inout Turn) {
    turn.add(.deliver(signal, expectSettlement(answer)))
  }

  /// A new token, for which `answer` is owed.
  mutating func expectSettlement(_ answer: AcknowledgementLedger.Answer?) -> DeliveryToken {
    let token = nextToken()
    ledger.expect(token, answer: answer)
    return token
  }

  /// Answers what is not handed to the engine, in order of receipt like everything else.
  mutating func answerUnsettled(_ answer: AcknowledgementLedger.Answer, _ turn: inout Turn) {
    for due in ledger.settle(expectSettlement(answer)) ?? [] { reply(due, &turn) }
  }

  private mutating func nextToken() -> DeliveryToken {
    defer { nextDelivery += 1 }
    return DeliveryToken(number: nextDelivery)
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
    case .puback(let id, let reason): turn.reply(encoded(AcknowledgementPacket(id: id, reason: reason), as: .puback))
    case .pubrec(let id, let reason):
      if !reason.isFailure { unreleased.insert(id) }
      turn.reply(encoded(AcknowledgementPacket(id: id, reason: reason), as: .pubrec))
    }
  }

  private func encoded(_ answer: AcknowledgementPacket<PublishReason>, as type: PacketType) -> [UInt8] {
    guard answer.reason.isFailure, let version5 else { return answer.encoded(as: type) }
    return version5.encoded(answer, as: type)
  }

  /// Delivers the will, or gives it back when it has to wait. A new connection of the same client takes back one that
  /// would have to (5.0 section 3.1.3.2.2).
  private mutating func raiseWill(_ reason: CloseReason, _ turn: inout Turn) -> PendingWill? {
    guard let will else { return nil }
    let delay = min(will.delaySeconds, version5?.sessionExpirySeconds ?? 0)
    guard delay > 0 else {
      deliver(will.signal(in: scope), answer: nil, &turn)
      return nil
    }
    guard reason != .takenOver else { return nil }
    return PendingWill(signal: will.signal(in: scope), token: nextToken(), due: turn.now + .seconds(Int(delay)))
  }
}
