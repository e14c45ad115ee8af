import CareModel
import FeedSession

/// One function per packet.
extension Connection {
  mutating func handle(_ packet: InboundPacket, _ turn: inout Turn) throws(SessionEnd) {
    switch packet {
    case .connect: throw SessionEnd(.protocolError)
    case .publish(let publish): try take(publish, &turn)
    case .puback(let id): try takePuback(id, &turn)
    case .pubrec(let id): try takePubrec(id, &turn)
    case .pubrel(let id): try takePubrel(id, &turn)
    case .pubcomp(let id): try takePubcomp(id)
    case .subscribe(let subscribe): take(subscribe, &turn)
    case .unsubscribe(let unsubscribe): take(unsubscribe, &turn)
    case .pingreq: turn.reply(PacketWriter(.pingresp, bodyBytes: 0).bytes)
    case .disconnect: throw SessionEnd(.finished)
    }
  }

  private mutating func take(_ publish: PublishPacket, _ turn: inout Turn) throws(SessionEnd) {
    guard let route = scope.route(publish.topic) else { throw SessionEnd(.notAuthorized) }
    switch publish.delivery {
    case .atMostOnce: deliver(publish, route, id: nil, answer: nil, &turn)
    case .atLeastOnce(let id): deliver(publish, route, id: id, answer: .puback(id), &turn)
    case .exactlyOnce(let id):
      if unreleased.contains(id) { return turn.reply(AcknowledgementPacket(id: id).encoded(as: .pubrec)) }
      if ledger.owes(.pubrec(id)) { return }
      guard unreleased.count < limits.maximumUnreleased else { throw SessionEnd(.tooManyInFlight) }
      deliver(publish, route, id: id, answer: .pubrec(id), &turn)
    }
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
    deliver(signal, answer: answer, &turn)
  }

  /// Tells a resent message without an id from a new one, also across connections (architecture page, section 5).
  private func fingerprint(_ id: PacketID, _ payload: [UInt8]) -> UInt64 {
    fixedMix(fixedHash(payload) ^ fixedMix(fixedHash(clientID.utf8) ^ UInt64(id.rawValue)))
  }

  private mutating func takePuback(_ id: PacketID, _ turn: inout Turn) throws(SessionEnd) {
    if let token = downlinks.acknowledged(id) { turn.add(.downlinkReported(token, isDelivered: true)) }
    sendDownlinks(&turn)
  }

  /// Nothing is sent with quality of service 2, so the only honest PUBREC is one for an id that is long done
  /// (3.1.1 section 4.3.3 has it answered).
  private mutating func takePubrec(_ id: PacketID, _ turn: inout Turn) throws(SessionEnd) {
    guard !downlinks.isInFlight(id) else { throw SessionEnd(.protocolError) }
    turn.reply(AcknowledgementPacket(id: id).encoded(as: .pubrel))
  }

  /// PUBCOMP ends the sender's duty as PUBREC does, so it never comes before the message is settled.
  private mutating func takePubrel(_ id: PacketID, _ turn: inout Turn) throws(SessionEnd) {
    guard !ledger.owes(.pubrec(id)) else { throw SessionEnd(.protocolError) }
    unreleased.remove(id)
    turn.reply(AcknowledgementPacket(id: id).encoded(as: .pubcomp))
  }

  private func takePubcomp(_ id: PacketID) throws(SessionEnd) {
    guard !downlinks.isInFlight(id) else { throw SessionEnd(.protocolError) }
  }

  private mutating func take(_ subscribe: SubscribePacket, _ turn: inout Turn) {
    var granted: [QualityOfService?] = []
    for request in subscribe.requests {
      guard request.filter == scope.downlinkTopic else {
        granted.append(nil)
        continue
      }
      let qos = min(request.maximumQoS, .atLeastOnce)
      downlinks.granted = qos
      granted.append(qos)
    }
    turn.reply(SubackPacket(id: subscribe.id, granted: granted).encoded)
    sendDownlinks(&turn)
  }

  private mutating func take(_ unsubscribe: UnsubscribePacket, _ turn: inout Turn) {
    if let topic = scope.downlinkTopic, unsubscribe.filters.contains(topic) { downlinks.granted = nil }
    turn.reply(AcknowledgementPacket(id: unsubscribe.id).encoded(as: .unsuback))
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
      turn.reply(PublishPacket(delivery: delivery, topic: topic, payload: downlink.payload).encoded)
      if id == nil { reportUndelivered(downlink, &turn) }
    }
  }

  private func reportUndelivered(_ downlink: Downlink, _ turn: inout Turn) {
    if let token = downlink.token { turn.add(.downlinkReported(token, isDelivered: false)) }
  }
}
