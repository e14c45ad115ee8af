import AlertEngine
import CareModel

/// What devices, phones, hospitals and people at the desk do, for better and worse.
extension Simulation {
  // MARK: devices and phones

  mutating func press(_ home: Int) {
    if parameters.city != nil { return call(from: home, about: random.pick(CityPlan.kinds) ?? "panic") }
    let serial = world.homes[home].serial
    let topic = "silverbell/\(serial)/"
    report.signals += 1
    if random.happens(50) {
      return say(home, topic + "heartbeat", Array("{\"battery\":\(random.below(100))}".utf8), hasOwnID: false)
    }
    if fails(.oddDevice), random.happens(200) {
      return say(home, topic + "signal", Array("not json \(report.signals)".utf8), hasOwnID: false)
    }
    let kinds = ["panic", "panic", "panic", "panic", "fall", "requestHelp", "requestAdvice", "batteryLow", "cancel"]
    let kind = random.pick(kinds) ?? "panic"
    let isNamed = !fails(.oddDevice)
    let id = isNamed ? "\"id\":\"\(serial)-\(report.signals)\"," : ""
    let device = now + (fails(.oddDevice) ? .hours(-90_000) : .zero)
    let text = "{\(id)\"kind\":\"\(kind)\",\"at\":\"\(device.rfc3339)\",\"battery\":\(random.below(100)),"
      + "\"n\":\(report.signals)}"
    say(home, topic + "signal", Array(text.utf8), hasOwnID: isNamed)
    if fails(.saidTwice) { say(home, topic + "signal", Array(text.utf8), hasOwnID: isNamed) }
  }

  mutating func say(_ client: Int, _ topic: String, _ payload: [UInt8], hasOwnID: Bool) {
    let bytes = clients[client].say(topic, payload, hasOwnID: hasOwnID, at: now)
    guard let wire = clients[client].connection else { return }
    send(bytes, toServerOver: wire)
    if fails(.saidTwice) { plans.plan(.connect(client: client), at: later(.zero, .seconds(5))) }
    plans.plan(.retry(client: client, turn: clients[client].turn), at: now + .seconds(25))
  }

  /// No acknowledgement for long: the client gives the connection up and sends everything again on a new one.
  mutating func retry(_ client: Int, turn: Int) {
    let state = clients[client]
    guard state.turn == turn, let wire = state.connection else { return }
    guard !state.isAccepted || !state.pending.isEmpty else { return }
    giveUp(wire)
  }

  mutating func ping(_ client: Int, turn: Int) {
    guard clients[client].turn == turn, let wire = clients[client].connection else { return }
    if clients[client].isAccepted { send(MQTTBytes.ping, toServerOver: wire) }
    plans.plan(.ping(client: client, turn: turn), at: nextPing())
  }

  mutating func nextPing() -> Timestamp {
    let span = TimeSpan.seconds(parameters.keepAlive)
    return later(TimeSpan(microseconds: span.microseconds / 2), TimeSpan(microseconds: span.microseconds * 3 / 4))
  }

  mutating func receive(_ bytes: [UInt8], from number: Int) {
    guard let wire = wires[number] else { return }
    switch wire.peer {
    case .client(let client):
      guard clients[client].connection == number else { return }
      let heard = clients[client].receive(bytes)
      send(heard.reply, toServerOver: number)
      for message in heard.acknowledged where message.topic.hasSuffix("/signal") {
        acknowledged[fixedHash(message.payload)] = message.hasOwnID
      }
      for text in heard.downlinks { read(String(decoding: text, as: UTF8.self), client: client) }
    case .hospital(let hospital):
      guard hospitals[hospital].connection == number else { return }
      let (reply, done) = hospitals[hospital].receive(bytes)
      for message in done { acknowledged[fixedHash(message)] = true }
      send(reply, toServerOver: number)
      plans.plan(.hospitalRetries(hospital, turn: hospitals[hospital].turn), at: now + .seconds(20))
    case .stranger: break
    }
  }

  // MARK: hospitals

  mutating func tell(_ hospital: Int) {
    let isOurs = !random.happens(250)
    let patient = isOurs ? random.pick(world.homes)?.patientNumber ?? "P0" : "S\(random.below(50))"
    let visit = "V\(patient)-\(random.below(3))"
    report.signals += hospitals[hospital].tell(patient: patient, visit: visit, at: now, random: &random)
    if let wire = hospitals[hospital].connection { send(hospitals[hospital].retry(), toServerOver: wire) }
    plans.plan(.hospitalRetries(hospital, turn: hospitals[hospital].turn), at: now + .seconds(20))
  }

  mutating func retryHospital(_ hospital: Int, turn: Int) {
    guard hospitals[hospital].turn == turn, !hospitals[hospital].queue.isEmpty,
      let wire = hospitals[hospital].connection
    else { return }
    giveUp(wire)
  }

  // MARK: staff in the field

  /// A phone rings: the person answers, or not, or twice, or falls silent afterwards.
  private mutating func read(_ text: String, client: Int) {
    guard clients[client].user.hasPrefix("staff:"), let staff = StaffID(clients[client].user.dropFirst(6)),
      let offer = OfferID(text.drop { $0 != " " }.dropFirst())
    else { return }
    // Drawn from the person and the count of what was read, so that it stays when other things are left out.
    let count = offersRead[staff, default: 0]
    offersRead[staff] = count + 1
    var mood = SeededRandom(seed: fixedMix(seed ^ staff.low << 32) ^ count)
    let rates = isCalm ? .none : parameters.faults
    let beginning = now
    func plan(_ word: StaffAnswer, _ from: TimeSpan, _ to: TimeSpan) {
      plans.plan(.answer(staff, offer, word), at: beginning + mood.span(from, to))
    }
    if text.hasPrefix("nudge") {
      if isCalm || !mood.happens(rates[.staffSilent]) { plan(.completed, .seconds(1), .seconds(30)) }
      return
    }
    if mood.happens(rates[.staffDecline]) {
      return mood.happens(500) ? plan(.decline, .seconds(1), .seconds(40)) : ()
    }
    if mood.happens(rates[.staffLate]) {
      plan(.accept, .seconds(50), .minutes(4))
    } else {
      plan(.accept, .seconds(1), .seconds(20))
      if mood.happens(rates[.staffTwice]) { plan(.accept, .seconds(1), .seconds(60)) }
    }
    if mood.happens(rates[.staffSilent]) { return }
    plan(.enRoute, .seconds(60), .minutes(2))
    if mood.happens(rates[.staffLeave]) { return plan(.relinquish, .minutes(2), .minutes(9)) }
    if isCalm {
      plan(.onScene, .minutes(2), .minutes(3))
      return plan(.completed, .minutes(3), .minutes(4))
    }
    plan(.onScene, .minutes(3), .minutes(15))
    if mood.happens(200) { plan(.withPatient, .minutes(15), .minutes(18)) }
    if !mood.happens(rates[.staffSilent]) { plan(.completed, .minutes(18), .minutes(35)) }
    if mood.happens(rates[.distress]) { plan(.distress, .minutes(4), .minutes(20)) }
  }

  mutating func answer(_ staff: StaffID, _ offer: OfferID, _ word: StaffAnswer) {
    // What is said in the last moment could not be acknowledged in time.
    guard let client = phoneByStaff[staff], now < end - .minutes(2) else { return }
    let text = "{\"offer\":\"\(offer)\",\"answer\":\"\(word.rawValue)\"}"
    trace.note("says", at: now, Int64(staff.low), word.rawValue)
    say(client, "silverbell/staff/\(staff)/answers", Array(text.utf8), hasOwnID: true)
  }
}
