import CareModel
import FeedConformance
import FeedSession
import MQTT
import Testing

@Suite("MQTT: messages from the client")
struct PublishingTests {
  typealias Client = ClientPackets

  @Test("A PUBACK comes after the signal is settled, in order of receipt, never before")
  func order() {
    var driver = Peer.connected()
    for id in 1...3 { driver.handle(.bytes(Client.publish(Peer.signalTopic, #"{"kind":"fall"}"#, id: id))) }
    #expect(driver.answers.isEmpty)
    let tokens = driver.unsettled
    driver.settle(tokens[1])
    #expect(driver.answers.isEmpty)
    driver.settle(tokens[0])
    #expect(driver.answers == [[0x40, 2, 0, 1], [0x40, 2, 0, 2]])
    driver.settle(tokens[0])
    driver.settle(DeliveryToken(number: 99))
    driver.settle(tokens[2])
    #expect(driver.answers.last == [0x40, 2, 0, 3])
    #expect(driver.answers.count == 3)
  }

  @Test("A PINGREQ is answered while deliveries are not settled")
  func ping() {
    var driver = Peer.connected()
    driver.handle(.bytes(Client.publish(Peer.signalTopic, Peer.panic) + Client.pingreq))
    #expect(driver.answers == [[0xD0, 0]])
  }

  @Test("When nothing can be made durable the connection closes without an acknowledgement and without a lost line")
  func unavailable() {
    var driver = Peer.connected(connect: Client.connect(will: (Peer.signalTopic, "gone")))
    driver.handle(.bytes(Client.publish(Peer.signalTopic, Peer.panic)))
    driver.settle(driver.unsettled[0], .unavailable)
    #expect(driver.answers.isEmpty)
    #expect(driver.closed == .unavailable)
    #expect(driver.signals.count == 1)
  }

  @Test("A signal carries source, content and its own id")
  func signal() {
    var driver = Peer.connected()
    driver.handle(.bytes(Client.publish(Peer.signalTopic, Peer.panic)))
    let expected = Signal(
      source: SignalSource(feed: .mqtt, sender: "SN1", serial: "SN1"), kind: .panic,
      repeatKey: .message(id: "m1", window: .hours(168)), raw: Array(Peer.panic.utf8))
    #expect(driver.signals == [expected])
  }

  @Test("Without an id, packet id, client id and payload tell a repeat; DUP does not matter, QoS 0 has no key")
  func fingerprints() throws {
    func key(
      client: String = "c1", id: Int = 1, payload: String = #"{"kind":"fall"}"#, dup: Bool = false, qos: UInt8 = 1
    ) throws -> RepeatKey? {
      var driver = Peer.connected(connect: Client.connect(clientID: client))
      driver.handle(.bytes(Client.publish(Peer.signalTopic, payload, qos: qos, id: id, dup: dup)))
      return try #require(driver.signals.first).repeatKey
    }
    let first = try #require(try key())
    #expect(try key(dup: true) == first)
    #expect(try key(qos: 2) == first)
    #expect(try key(id: 2) != first)
    #expect(try key(client: "c2") != first)
    #expect(try key(payload: #"{"kind":"fall" }"#) != first)
    #expect(try key(qos: 0) == nil)
  }

  @Test(
    "Messages of quality 0 are taken and never answered; alarms among them say that nobody confirmed them",
    arguments: [("panic", [SignalOddity.sentWithoutConfirmation]), ("motion", []), ("requestHelp", [])])
  func qualityZero(kind: String, oddities: [SignalOddity]) {
    var driver = Peer.connected(settlement: .atOnce)
    driver.handle(.bytes(Client.publish(Peer.signalTopic, "{\"kind\":\"\(kind)\"}", qos: 0)))
    #expect(driver.signals.map(\.oddities) == [oddities])
    #expect(driver.answers.isEmpty)
  }

  @Test("A delivery of quality 0 that is not settled holds up no acknowledgement")
  func qualityZeroHoldsUpNobody() {
    var driver = Peer.connected()
    driver.handle(.bytes(Client.publish(Peer.signalTopic, Peer.panic, qos: 0)))
    driver.handle(.bytes(Client.publish(Peer.signalTopic, Peer.panic, id: 5)))
    driver.settle(driver.unsettled[1])
    #expect(driver.answers == [[0x40, 2, 0, 5]])
  }

  @Test("Retained messages are taken like any other; nothing is kept")
  func retained() {
    var driver = Peer.connected(settlement: .atOnce)
    driver.handle(.bytes(Client.publish(Peer.signalTopic, Peer.panic, retain: true)))
    driver.handle(.bytes(Client.subscribe([(Peer.statusTopic, 1)])))
    #expect(driver.signals.count == 1)
    #expect(driver.answers == [[0x40, 2, 0, 1], [0x90, 3, 0, 7, 1]])
  }

  @Test("Quality 2: PUBREC after settling, a repeat has no second effect, PUBREL brings PUBCOMP")
  func qualityTwo() {
    var driver = Peer.connected()
    let publish = Client.publish(Peer.signalTopic, Peer.panic, qos: 2, id: 4)
    driver.handle(.bytes(publish + publish))
    #expect(driver.answers.isEmpty)
    #expect(driver.signals.count == 1)
    driver.settle(driver.unsettled[0])
    #expect(driver.answers == [[0x50, 2, 0, 4]])
    driver.handle(.bytes(publish))
    #expect(driver.answers == [[0x50, 2, 0, 4], [0x50, 2, 0, 4]])
    driver.handle(.bytes(Client.acknowledgement(0x62, 4)))
    #expect(driver.answers.last == [0x70, 2, 0, 4])
    driver.handle(.bytes(Client.acknowledgement(0x62, 9)))
    #expect(driver.answers.last == [0x70, 2, 0, 9])
    driver.handle(.bytes(publish))
    #expect(driver.signals.count == 2)
  }

  @Test("A PUBREL before its PUBREC ends the connection: PUBCOMP would acknowledge what is not settled")
  func earlyRelease() {
    var driver = Peer.connected()
    driver.handle(.bytes(Client.publish(Peer.signalTopic, Peer.panic, qos: 2, id: 4)))
    driver.handle(.bytes(Client.acknowledgement(0x62, 4)))
    #expect(driver.closed == .protocolError)
    #expect(driver.answers.isEmpty)
  }

  @Test("Unreleased ids are bounded: the last is taken, one more ends the connection")
  func unreleased() {
    var driver = Peer.connected(settlement: .atOnce, limits: MQTTLimits(maximumUnreleased: 2))
    for id in 1...2 { driver.handle(.bytes(Client.publish(Peer.signalTopic, Peer.panic, qos: 2, id: id))) }
    #expect(driver.answers.count == 2)
    #expect(driver.closed == nil)
    driver.handle(.bytes(Client.publish(Peer.signalTopic, Peer.panic, qos: 2, id: 3)))
    #expect(driver.closed == .tooManyInFlight)
  }

  @Test(
    "A message outside the own topics closes the connection and is never acknowledged",
    arguments: [
      "silverbell/SN2/signal", "silverbell/SN1/status", "silverbell/SN1/signal/x", "silverbell/SN1", "other",
      "$SYS/x", "silverbell/staff/x/answers", "/silverbell/SN1/signal", "silverbell/SN1/Signal",
    ])
  func foreignTopic(topic: String) {
    var driver = Peer.connected(settlement: .atOnce)
    driver.handle(.bytes(Client.publish(topic, Peer.panic)))
    #expect(driver.closed == .notAuthorized)
    #expect(driver.answers.isEmpty)
    #expect(driver.delivered.isEmpty)
  }

  @Test("A heartbeat is a signal of its own kind, empty or not")
  func heartbeats() {
    var driver = Peer.connected(settlement: .atOnce)
    driver.handle(.bytes(Client.publish(Peer.heartbeatTopic, "", id: 1)))
    driver.handle(.bytes(Client.publish(Peer.heartbeatTopic, #"{"battery":55}"#, id: 2)))
    #expect(driver.signals.map(\.kind) == [.heartbeat, .heartbeat])
    #expect(driver.signals.map(\.batteryPercent) == [nil, 55])
    #expect(driver.signals.allSatisfy { $0.repeatKey == nil && $0.oddities.isEmpty })
  }

  @Test(
    "What is not understood is delivered and acknowledged like any other",
    arguments: ["", "hello", #"{"kind":"?"}"#])
  func unknown(payload: String) {
    var driver = Peer.connected(settlement: .atOnce)
    driver.handle(.bytes(Client.publish(Peer.signalTopic, payload)))
    #expect(driver.signals.map(\.kind) == [.unknown])
    #expect(driver.signals.first?.raw == Array(payload.utf8))
    #expect(driver.answers == [[0x40, 2, 0, 1]])
  }

  @Test("An anonymous client publishes under any serial, marked as such, and hears nothing")
  func anonymous() {
    var driver = Peer.connected(.anonymous, settlement: .atOnce, connect: Client.connect(clientID: "x7"))
    driver.handle(.bytes(Client.publish("silverbell/SN9/signal", Peer.panic, id: 1)))
    driver.handle(.bytes(Client.publish("silverbell/SN8/heartbeat", "", id: 2)))
    let sources = ["SN9", "SN8"].map { SignalSource(feed: .mqtt, sender: "anonymous:x7", serial: $0) }
    #expect(driver.signals.map(\.source) == sources)
    #expect(driver.signals.allSatisfy { $0.oddities == [.anonymousSender] })
    driver.handle(.bytes(Client.subscribe([("silverbell/SN9/status", 1)])))
    #expect(driver.answers.last == [0x90, 3, 0, 7, 0x80])
  }

  @Test(
    "An anonymous client's serial has 1 to 256 bytes",
    arguments: [(0, false), (1, true), (256, true), (257, false)])
  func anonymousSerial(length: Int, isTaken: Bool) {
    var driver = Peer.connected(.anonymous, settlement: .atOnce)
    driver.handle(.bytes(Client.publish("silverbell/\(String(repeating: "s", count: length))/signal", Peer.panic)))
    #expect(driver.signals.count == (isTaken ? 1 : 0))
    #expect(driver.closed == (isTaken ? nil : .notAuthorized))
  }

  @Test("A staff member's answer goes to the engine and is acknowledged when settled; nonsense becomes a signal")
  func staffAnswers() {
    let topic = "silverbell/staff/\(Peer.staffID)/answers"
    let offer = OfferID(high: 5, low: 6)
    var driver = Peer.connected(.staff(Peer.staffID))
    driver.handle(.bytes(Client.publish(topic, "{\"offer\":\"\(offer)\",\"answer\":\"accept\"}", id: 1)))
    driver.handle(.bytes(Client.publish(topic, "yes", id: 2)))
    driver.handle(.bytes(Client.publish(topic, "{\"offer\":\"\(offer)\"}", id: 3)))
    let sender = "staff:\(Peer.staffID)"
    #expect(driver.delivered.first == .answer(StaffAnswerMessage(staff: Peer.staffID, offer: offer, answer: .accept)))
    #expect(driver.signals.map(\.kind) == [.unknown, .unknown])
    #expect(driver.signals.map(\.oddities) == [[.notJSON], [.missingField]])
    #expect(driver.signals.map(\.source.sender) == [sender, sender])
    #expect(driver.answers.isEmpty)
    for token in driver.unsettled { driver.settle(token) }
    #expect(driver.answers.count == 3)
    driver.handle(.bytes(Client.publish(Peer.signalTopic, Peer.panic)))
    #expect(driver.closed == .notAuthorized)
  }
}
