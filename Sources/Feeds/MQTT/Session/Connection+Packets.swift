import CareModel
import FeedSession

/// One function per packet.
extension Connection {
  mutating func handle(_ packet: InboundPacket, _ turn: inout Turn) throws(SessionEnd) {
    switch packet {
    case .connect: throw SessionEnd(.protocolError)
    case .publish(let publish): try take(publish, &turn)
    case .puback(let puback): takePuback(puback, &turn)
    case .pubrec(let pubrec): try takePubrec(pubrec, &turn)
    case .pubrel(let pubrel): try takePubrel(pubrel.id, &turn)
    case .pubcomp(let pubcomp): try takePubcomp(pubcomp.id)
    case .subscribe(let subscribe): try take(subscribe, &turn)
    case .unsubscribe(let unsubscribe): try take(unsubscribe, &turn)
    case .pingreq: turn.reply(PacketWriter(.pingresp, bodyBytes: 0).bytes)
    case .disconnect(let disconnect): try take(disconnect)
    // No method of authentication was agreed on (5.0 section 4.12).
    case .auth: throw SessionEnd(.protocolError)
    }
  }

  private mutating func take(_ publish: PublishPacket, _ turn: inout Turn) throws(SessionEnd) {
    guard let route = try route(of: publish) else { return try refuse(publish, &turn) }
    let verdict: PublishReason = isFalseText(publish) ? .payloadFormatInvalid : .success
    switch publish.delivery {
    case .atMostOnce: deliver(publish, route, id: nil, answer: nil, &turn)
    case .atLeastOnce(let id):
      try checkReceiveMaximum()
      deliver(publish, route, id: id, answer: .puback(id, verdict), &turn)
    case .exactlyOnce(let id):
      if try isRepeated(id, &turn) { return }
      deliver(publish, route, id: id, answer: .pubrec(id, verdict), &turn)
    }
  }

  /// Answers a repeat of a message of quality 2 without a second effect, and sees that another one may come.
  mutating func isRepeated(_ id: PacketID, _ turn: inout Turn) throws(SessionEnd) -> Bool {
    if unreleased.contains(id) {
      turn.reply(AcknowledgementPacket<PublishReason>(id: id).encoded(as: .pubrec))
      return true
    }
    if ledger.owesPubrec(id) { return true }
    try checkReceiveMaximum()
    guard unreleased.count < limits.maximumUnreleased else { throw SessionEnd(.tooManyInFlight) }
    return false
  }

  private mutating func deliver(
    _ publish: PublishPacket, _ route: TopicScope.Route, id: PacketID?, answer: AcknowledgementLedger.Answer?,
    _ turn: inout Turn
  ) {
    let payload = Array(publish.payload)
    var signal: Signal
    switch route {
    case .signal(let serial):
      signal = SignalJSON.decode(payload: payload, feed: .mqtt, sender: scope.sender, serial: serial)
      if let id, signal.repeatKey == nil {
        signal.repeatKey = .whileUnacknowledged(fingerprint: fingerprint(id, payload))
      }
      if id == nil, signal.kind.group == .alarm { signal.note(.sentWithoutConfirmation) }
    case .heartbeat(let serial):
      signal = SignalJSON.decodeHeartbeat(payload: payload, feed: .mqtt, sender: scope.sender, serial: serial)
    case .answers(let staff):
      do throws(StaffAnswerJSON.Failure) {
        let message = try StaffAnswerJSON.decode(payload: payload, staff: staff)
        return turn.add(.answer(message, expectSettlement(answer)))
      } catch {
        signal = Signal(source: SignalSource(feed: .mqtt, sender: scope.sender), kind: .unknown, raw: payload)
        signal.note(error == .notJSON ? .notJSON : .missingField)
      }
    }
    if scope.isAnonymous { signal.note(.anonymousSender) }
    if isFalseText(publish) { signal.note(.notText) }
    deliver(signal, answer: answer, &turn)
  }

  /// Tells a resent message without an id from a new one, also across connections (architecture page, section 5).
  private func fingerprint(_ id: PacketID, _ payload: [UInt8]) -> UInt64 {
    fixedMix(fixedHash(payload) ^ fixedMix(fixedHash(clientID.utf8) ^ UInt64(id.rawValue)))
  }

  private mutating func takePuback(_ puback: AcknowledgementPacket<PublishReason>, _ turn: inout Turn) {
    if let token = downlinks.acknowledged(puback.id) {
      turn.add(.downlinkReported(token, isDelivered: !puback.reason.isFailure))
    }
    sendDownlinks(&turn)
  }

  /// Nothing is sent with quality of service 2, so the only honest PUBREC is one for an id that is long done
  /// (3.1.1 section 4.3.3 has it answered; in 5.0 a failure ends the matter).
  private mutating func takePubrec(
    _ pubrec: AcknowledgementPacket<PublishReason>, _ turn: inout Turn
  ) throws(SessionEnd) {
    guard !downlinks.isInFlight(pubrec.id) else { throw SessionEnd(.protocolError) }
    if pubrec.reason.isFailure { return }
    turn.reply(AcknowledgementPacket<ReleaseReason>(id: pubrec.id).encoded(as: .pubrel))
  }

  /// PUBCOMP ends the sender's duty as PUBREC does, so it never comes before the message is settled.
  ///
  /// An unknown id is a success also in 5.0: it is one of an earlier connection, whose message was settled.
  private mutating func takePubrel(_ id: PacketID, _ turn: inout Turn) throws(SessionEnd) {
    guard !ledger.owesPubrec(id) else { throw SessionEnd(.protocolError) }
    unreleased.remove(id)
    turn.reply(AcknowledgementPacket<ReleaseReason>(id: id).encoded(as: .pubcomp))
  }

  private func takePubcomp(_ id: PacketID) throws(SessionEnd) {
    guard !downlinks.isInFlight(id) else { throw SessionEnd(.protocolError) }
  }

  private mutating func take(_ subscribe: SubscribePacket, _ turn: inout Turn) throws(SessionEnd) {
    var granted: [QualityOfService?] = []
    for request in subscribe.requests {
      guard request.filter == scope.downlinkTopic else {
        granted.append(nil)
        continue
      }
      let qos = min(request.maximumQoS, .atLeastOnce)
      downlinks.granted = qos
      version5?.subscription = subscribe.properties.subscriptionIdentifier
      granted.append(qos)
    }
    turn.reply(try answer(subscribe, granted: granted))
    sendDownlinks(&turn)
  }

  private mutating func take(_ unsubscribe: UnsubscribePacket, _ turn: inout Turn) throws(SessionEnd) {
    var isKnown: [Bool] = []
    for filter in unsubscribe.filters {
      let isOurs = filter == scope.downlinkTopic && downlinks.granted != nil
      if isOurs { downlinks.granted = nil }
      isKnown.append(isOurs)
    }
    turn.reply(try answer(unsubscribe, isKnown: isKnown))
  }

  private mutating func take(_ disconnect: DisconnectPacket) throws(SessionEnd) {
    if let seconds = disconnect.sessionExpirySeconds { try version5?.change(sessionExpirySeconds: seconds) }
    throw SessionEnd(disconnect)
  }
}

/// Messages for the peer.
extension Connection {
  mutating func send(_ downlink: Downlink, _ turn: inout Turn) {
    guard scope.topic(for: downlink.purpose) != nil else { return reportUndelivered(downlink, &turn) }
    if let dropped = downlinks.add(downlink) { reportUndelivered(dropped, &turn) }
    sendDownlinks(&turn)
  }

  /// Sends what may be sent. Under quality of service 0 nobody will ever say that it arrived, so it counts as not
  /// delivered: asking twice is better than not at all.
  private mutating func sendDownlinks(_ turn: inout Turn) {
    while let topic = scope.downlinkTopic, let (downlink, id) = downlinks.next() {
      let delivery = id.map { PublishPacket.Delivery.atLeastOnce($0) } ?? .atMostOnce
      let bytes = encoded(PublishPacket(delivery: delivery, topic: topic, payload: downlink.payload))
      if let bytes { turn.reply(bytes) } else if let id { _ = downlinks.acknowledged(id) }
      if id == nil || bytes == nil { reportUndelivered(downlink, &turn) }
    }
  }

  private func reportUndelivered(_ downlink: Downlink, _ turn: inout Turn) {
    if let token = downlink.token { turn.add(.downlinkReported(token, isDelivered: false)) }
  }
}
