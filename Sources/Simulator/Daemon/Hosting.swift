import AlertEngine
import AlertRules
import CareModel
import FeedSession
import HL7
import MQTT

/// Connections as the product hosts them: bytes to the session, what it delivers to the engine, answers back.
extension Simulation {
  // MARK: opening and closing

  mutating func connect(_ client: Int) {
    if let old = clients[client].connection, let wire = wires[old], wire.isServed, !random.happens(100) { return }
    guard !dark.contains(client) else { return }
    guard !isDown, !isFrozen, reach.isReachable(client, at: now) else {
      return plans.plan(.connect(client: client), at: later(.seconds(1), .seconds(10)))
    }
    let wire = open(MQTTSession(), peer: .client(client))
    let bytes = clients[client].open(wire, keepAlive: parameters.keepAlive)
    send(bytes, toServerOver: wire)
    let turn = clients[client].turn
    plans.plan(.retry(client: client, turn: turn), at: now + .seconds(25))
    if parameters.keepAlive > 0 { plans.plan(.ping(client: client, turn: turn), at: nextPing()) }
  }

  mutating func connectHospital(_ hospital: Int) {
    guard hospitals[hospital].connection == nil else { return }
    guard !isDown, !isFrozen, reach.isReachable(Reachability.hospitalsFrom + hospital, at: now) else {
      return plans.plan(.hospitalConnects(hospital), at: later(.seconds(1), .seconds(10)))
    }
    let configuration = MLLPConfiguration(hospitalCode: hospitals[hospital].code)
    let wire = open(MLLPSession(configuration: configuration), peer: .hospital(hospital))
    send(hospitals[hospital].open(wire), toServerOver: wire)
    plans.plan(.hospitalRetries(hospital, turn: hospitals[hospital].turn), at: now + .seconds(20))
  }

  mutating func open(_ session: any FeedSession, peer: Wire.Peer) -> Int {
    let wire = nextWire
    nextWire += 1
    wires[wire] = Wire(session: session, peer: peer)
    handle(.deadline, at: wire)
    return wire
  }

  /// The server's end closes: what was under way over it is not delivered.
  private mutating func close(_ number: Int) {
    guard var wire = wires[number], wire.isServed else { return }
    wire.isServed = false
    let tokens = wire.tokens
    wire.tokens = []
    wires[number] = wire.hasPeer ? wire : nil
    if let principal = wire.principal { leave(principal, number) }
    for token in tokens { reported(token, isDelivered: false) }
    guard wire.hasPeer else { return }
    let heard = max(wire.peerHears, wire.place.map(reach.peerHears) ?? now)
    plans.plan(.peerLearnsClosed(number), at: max(heard, later(.milliseconds(5), .seconds(1))))
  }

  private mutating func leave(_ principal: Principal, _ number: Int) {
    online[principal]?.removeAll { $0 == number }
    if online[principal]?.isEmpty == true { online[principal] = nil }
  }

  mutating func serverLearns(_ number: Int) {
    guard wires[number]?.isServed == true, !isDown else { return }
    handle(.peerClosed, at: number)
    close(number)
  }

  mutating func peerLearns(_ number: Int) {
    guard let wire = wires[number], wire.hasPeer else { return }
    wires[number]?.hasPeer = false
    if !wire.isServed { wires[number] = nil }
    switch wire.peer {
    case .client(let client):
      guard clients[client].connection == number else { return }
      clients[client].closed(number)
      plans.plan(.connect(client: client), at: later(.milliseconds(200), isCalm ? .seconds(2) : .seconds(20)))
    case .hospital(let hospital):
      guard hospitals[hospital].connection == number else { return }
      hospitals[hospital].closed(number)
      plans.plan(.hospitalConnects(hospital), at: later(.seconds(1), .seconds(10)))
    case .stranger: break
    }
  }

  /// The peer gives its connection up. The server hears of it when the network lets it, now and then much later.
  mutating func giveUp(_ number: Int) {
    guard let wire = wires[number] else { return }
    trace.note("gives up", at: now, Int64(number))
    let soon = fails(.connectionLost) ? later(.seconds(10), .minutes(10)) : later(.milliseconds(10), .seconds(1))
    let heard = max(wire.serverHears, wire.place.map(reach.serverHears) ?? now)
    plans.plan(.serverLearnsClosed(number), at: max(heard, soon))
    plans.plan(.peerLearnsClosed(number), at: later(.seconds(1), .seconds(2)))
  }

  // MARK: bytes

  /// Sends bytes cut anywhere; now and then the connection goes with them.
  mutating func send(_ bytes: [UInt8], toServerOver number: Int) {
    guard !bytes.isEmpty, var wire = wires[number], !wire.isBroken, wire.hasPeer else { return }
    var rest = bytes[...]
    while !rest.isEmpty {
      let size = random.happens(300) ? 1 + random.below(rest.count) : rest.count
      wire.serverHears = max(wire.serverHears, arrival(), wire.place.map(reach.serverHears) ?? now)
      plans.plan(.toServer(number, Array(rest.prefix(size))), at: wire.serverHears)
      rest = rest.dropFirst(size)
      guard fails(.connectionLost) else { continue }
      wire.isBroken = true
      break
    }
    wires[number] = wire
    if wire.isBroken { lose(number) }
  }

  private mutating func arrival() -> Timestamp {
    let late = fails(.delay) ? random.span(.seconds(1), .seconds(30)) : .zero
    return later(.milliseconds(1), max(parameters.networkDelay, .milliseconds(2))) + late
  }

  private mutating func lose(_ number: Int) {
    report.faults += 1
    trace.note("lost", at: now, Int64(number))
    plans.plan(.serverLearnsClosed(number), at: later(.seconds(1), .minutes(2)))
    plans.plan(.peerLearnsClosed(number), at: later(.seconds(1), .seconds(30)))
  }

  private mutating func send(_ bytes: [UInt8], toPeerOver number: Int) {
    guard var wire = wires[number], !wire.isBroken else { return }
    wire.peerHears = max(wire.peerHears, arrival(), wire.place.map(reach.peerHears) ?? now)
    plans.plan(.toPeer(number, bytes), at: wire.peerHears)
    let isLost = fails(.connectionLost)
    wire.isBroken = isLost
    wires[number] = wire
    if isLost { lose(number) }
  }

  mutating func arrive(_ bytes: [UInt8], at number: Int) throws(Violation) {
    guard wires[number]?.isServed == true, !isDown else { return }
    handle(.bytes(bytes), at: number)
    try deliverAll()
  }

  mutating func wake(_ number: Int, wish: Timestamp) throws(Violation) {
    guard let wire = wires[number], wire.isServed, wire.wish == wish, !isDown else { return }
    guard wish <= engineNow else { return plans.plan(.wake(number, wish: wish), at: now + (wish - engineNow)) }
    handle(.deadline, at: number)
    try deliverAll()
  }

  // MARK: the session's wishes

  /// Lets a session take an event; what it delivers waits in ``deliveries`` until the engine's turn.
  mutating func handle(_ event: FeedEvent, at number: Int) {
    guard var wire = wires[number], wire.isServed else { return }
    let actions = wire.session.handle(event, at: engineNow)
    wires[number] = wire
    for action in actions { perform(action, at: number) }
  }

  private mutating func perform(_ action: FeedAction, at number: Int) {
    switch action {
    case .deliver(let signal, let token): deliveries.append(.init(wire: number, token: token, what: .signal(signal)))
    case .answer(let message, let token):
      deliveries.append(.init(wire: number, token: token, what: .answer(message)))
    case .authenticate(let credentials, let token):
      let principal: Principal =
        credentials.userName.hasPrefix("staff:")
        ? StaffID(credentials.userName.dropFirst(6)).map(Principal.staff) ?? .anonymous
        : .device(serial: credentials.userName)
      handle(.authenticated(token, principal), at: number)
    case .online(let principal):
      wires[number]?.principal = principal
      let older = online[principal] ?? []
      online[principal, default: []].append(number)
      for wire in older {
        handle(.peerClosed, at: wire)
        close(wire)
      }
      deliveries.append(.init(wire: number, token: nil, what: .online(principal)))
    case .reply(let bytes): send(bytes, toPeerOver: number)
    case .wakeAt(let time):
      wires[number]?.wish = time
      if let time { plans.plan(.wake(number, wish: time), at: now + max(.zero, time - engineNow)) }
    case .downlinkReported(let token, let isDelivered): reported(token, isDelivered: isDelivered)
    case .pauseReading, .resumeReading: break
    case .close: close(number)
    }
  }

  /// Hands the engine what sessions have delivered, in order.
  mutating func deliverAll() throws(Violation) {
    while !deliveries.isEmpty {
      let delivery = deliveries.removeFirst()
      guard let token = delivery.token else {
        if case .online(let principal) = delivery.what, let route = principal.route {
          try step(.recipientOnline(route))
        }
        continue
      }
      let input = nextInput()
      switch delivery.what {
      case .signal(let signal):
        let isCorrelated = rules.correlations.kinds.contains(signal.kind)
        if signal.kind.group == .supervision || signal.kind.group == .telemetry && !isCorrelated {
          if let serial = signal.source.serial {
            let sign = HeardDevice(serial: serial, at: engineNow, batteryPercent: signal.batteryPercent)
            signs[serial] = engineNow
            try step(.heard([sign]))
          }
          handle(.settled(token, .accepted), at: delivery.wire)
          continue
        }
        answers[input] = .session(wire: delivery.wire, token, since: now)
        trace.note("signal", at: now, Int64(delivery.wire), signal.kind.rawValue)
        try step(.signalReceived(input, signal))
      case .answer(let message):
        answers[input] = .session(wire: delivery.wire, token, since: now)
        trace.note("answer", at: now, Int64(message.staff.low), message.answer.rawValue)
        try step(.staffAnswered(input, message))
      case .online: break
      }
    }
  }

  // MARK: notifications

  /// Tries once to deliver; the engine hears how it went.
  mutating func notify(_ notification: Notification) throws(Violation) {
    if case .deviceStatus(let alert, .received) = notification.content {
      guard link.store.alerts[alert] != nil else { throw Violation("a device is told of an alert that is not written") }
    } else if !link.store.has(notification.id) {
      throw Violation("a notification is sent before it is written")
    }
    let principal: Principal
    switch notification.route {
    case .staffPhone(let staff): principal = .staff(staff)
    case .device(let serial): principal = .device(serial: serial)
    case .channel:
      let isBad = fails(.channelFails)
      let fate = random.below(100)
      if isBad, fate < 15 { return trace.note("channel silent", at: now) }
      let report: DeliveryReport = isBad ? .failed(isRetryable: fate > 20) : .delivered
      return plans.plan(
        .delivered(notification.id, report, incarnation: incarnation), at: later(.milliseconds(50), .seconds(3)))
    }
    guard let wire = online[principal]?.last, let purpose = principal.purpose else {
      return plans.plan(
        .delivered(notification.id, .unreachable, incarnation: incarnation), at: now + .milliseconds(1))
    }
    let token = DownlinkToken(number: nextToken)
    nextToken += 1
    underWay[token] = (notification.id, now)
    wires[wire]?.tokens.append(token)
    handle(.downlink(Downlink(purpose: purpose, payload: notification.payload, token: token)), at: wire)
  }

  private mutating func reported(_ token: DownlinkToken, isDelivered: Bool) {
    guard let notification = underWay.removeValue(forKey: token)?.notification else { return }
    plans.plan(
      .delivered(notification, isDelivered ? .delivered : .failed(isRetryable: true), incarnation: incarnation),
      at: now + .milliseconds(1))
  }
}

/// Something that a session handed over and that waits for its turn at the engine.
struct Delivery {
  enum What {
    case signal(Signal)
    case answer(StaffAnswerMessage)
    case online(Principal)
  }

  var wire: Int
  var token: DeliveryToken?
  var what: What
}

extension Principal {
  fileprivate var route: Notification.Route? {
    switch self {
    case .device(let serial): .device(serial: serial)
    case .staff(let id): .staffPhone(id)
    case .hospital, .anonymous: nil
    }
  }

  fileprivate var purpose: Downlink.Purpose? {
    switch self {
    case .device(let serial): .deviceStatus(serial: serial)
    case .staff(let id): .staffOffer(id)
    case .hospital, .anonymous: nil
    }
  }
}

extension Notification {
  /// A word and an id, which is all that simulated people read.
  fileprivate var payload: [UInt8] {
    switch content {
    case .offer(let offer): Array("offer \(offer.offer)".utf8)
    case .nudge(let offer, _, _): Array("nudge \(offer)".utf8)
    default: Array("news".utf8)
    }
  }
}
