import AlertEngine
import CareModel

/// What devices, phones, hospitals and people at the desk do, for better and worse.
extension Simulation {
  // MARK: devices and phones

  mutating func press(_ home: Int) {
    guard !isCalm else { return }
    let serial = world.homes[home].serial
    let topic = "silverbell/\(serial)/"
    report.signals += 1
    switch random.below(20) {
    case 0: say(home, topic + "heartbeat", Array("{\"battery\":\(random.below(100))}".utf8), hasOwnID: false)
    case 1: say(home, topic + "signal", Array("not json \(report.signals)".utf8), hasOwnID: false)
    default:
      let kinds = ["panic", "panic", "panic", "panic", "fall", "requestHelp", "requestAdvice", "batteryLow", "cancel"]
      let kind = random.pick(kinds) ?? "panic"
      let isNamed = !random.happens(250)
      let id = isNamed ? "\"id\":\"\(serial)-\(report.signals)\"," : ""
      let clock = now + (random.happens(100) ? .hours(-90_000) : .zero)
      let text = "{\(id)\"kind\":\"\(kind)\",\"at\":\"\(clock.rfc3339)\",\"battery\":\(random.below(100)),"
        + "\"n\":\(report.signals)}"
      say(home, topic + "signal", Array(text.utf8), hasOwnID: isNamed)
    }
    let again = random.happens(300) ? later(.seconds(2), .seconds(50)) : later(.seconds(30), parameters.pressEvery)
    plans.plan(.press(home), at: again)
  }

  mutating func say(_ client: Int, _ topic: String, _ payload: [UInt8], hasOwnID: Bool) {
    let bytes = clients[client].say(topic, payload, hasOwnID: hasOwnID)
    guard let wire = clients[client].connection else { return }
    send(bytes, toServerOver: wire)
    if random.happens(30), !isCalm { plans.plan(.connect(client: client), at: later(.zero, .seconds(5))) }
    plans.plan(.retry(client: client, turn: clients[client].turn), at: now + .seconds(25))
  }

  /// No acknowledgement for long: the client gives the connection up and sends everything again on a new one.
  mutating func retry(_ client: Int, turn: Int) {
    let state = clients[client]
    guard state.turn == turn, let wire = state.connection else { return }
    guard !state.isAccepted || !state.pending.isEmpty else { return }
    plans.plan(.serverLearnsClosed(wire), at: later(.milliseconds(10), .seconds(1)))
    plans.plan(.peerLearnsClosed(wire), at: later(.seconds(1), .seconds(2)))
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
    }
  }

  // MARK: hospitals

  mutating func tell(_ hospital: Int) {
    guard !isCalm else { return }
    let isOurs = !random.happens(250)
    let patient = isOurs ? random.pick(world.homes)?.patientNumber ?? "P0" : "S\(random.below(50))"
    let visit = "V\(patient)-\(random.below(3))"
    report.signals += hospitals[hospital].tell(patient: patient, visit: visit, at: now, random: &random)
    if let wire = hospitals[hospital].connection { send(hospitals[hospital].retry(), toServerOver: wire) }
    plans.plan(.hospitalRetries(hospital, turn: hospitals[hospital].turn), at: now + .seconds(20))
    plans.plan(.hospitalTells(hospital), at: later(.minutes(2), parameters.hospitalStoryEvery))
  }

  mutating func retryHospital(_ hospital: Int, turn: Int) {
    guard hospitals[hospital].turn == turn, !hospitals[hospital].queue.isEmpty,
      let wire = hospitals[hospital].connection
    else { return }
    plans.plan(.serverLearnsClosed(wire), at: later(.milliseconds(10), .seconds(1)))
    plans.plan(.peerLearnsClosed(wire), at: later(.seconds(1), .seconds(2)))
  }

  // MARK: staff in the field

  /// A phone rings: the person answers, or not, or twice, or falls silent afterwards.
  private mutating func read(_ text: String, client: Int) {
    guard clients[client].user.hasPrefix("staff:"), let staff = StaffID(clients[client].user.dropFirst(6)),
      let offer = OfferID(text.drop { $0 != " " }.dropFirst())
    else { return }
    func plan(_ word: StaffAnswer, _ from: TimeSpan, _ to: TimeSpan) {
      plans.plan(.answer(staff, offer, word), at: later(from, to))
    }
    if text.hasPrefix("nudge") {
      if isCalm || random.happens(700) { plan(.completed, .seconds(1), .seconds(30)) }
      return
    }
    let mood = isCalm ? 0 : random.below(100)
    switch mood {
    case 0..<45: plan(.accept, .seconds(1), .seconds(40))
    case 45..<55:
      plan(.accept, .seconds(1), .seconds(9))
      plan(.accept, .seconds(1), .seconds(12))
    case 55..<75: return plan(.decline, .seconds(1), .seconds(40))
    case 75..<90: return
    default: plan(.accept, .seconds(50), .minutes(4))
    }
    guard isCalm || random.happens(800) else { return }
    plan(.enRoute, .seconds(60), .minutes(2))
    guard isCalm || random.happens(850) else { return plan(.relinquish, .minutes(2), .minutes(9)) }
    plan(.onScene, .minutes(3), .minutes(15))
    if random.happens(200) { plan(.withPatient, .minutes(15), .minutes(18)) }
    if isCalm || random.happens(800) { plan(.completed, .minutes(18), .minutes(35)) }
    if !isCalm, random.happens(20) { plan(.distress, .minutes(4), .minutes(20)) }
  }

  mutating func answer(_ staff: StaffID, _ offer: OfferID, _ word: StaffAnswer) {
    // What is said in the last moment could not be acknowledged in time.
    guard let client = phoneByStaff[staff], now < end - .minutes(2) else { return }
    let text = "{\"offer\":\"\(offer)\",\"answer\":\"\(word.rawValue)\"}"
    say(client, "silverbell/staff/\(staff)/answers", Array(text.utf8), hasOwnID: true)
  }
}
