import CareModel
import FeedConformance
import FeedSession
import MQTT
import Testing

@Suite("MQTT 5.0: messages from the client")
struct Version5PublishingTests {
  typealias Client = ClientPackets

  private func connected(
    _ settlement: SessionDriver.Settlement = .atOnce, _ limits: MQTTLimits = .standard, properties: [UInt8] = [],
    principal: Principal = Peer.device
  ) -> SessionDriver {
    Peer.connected(
      principal, settlement: settlement, limits: limits, connect: Client.connect5(properties: properties))
  }

  @Test("PUBACK and PUBREC come after settling, in order of receipt, refusals among them")
  func order() {
    var driver = connected(.byCaller)
    driver.handle(.bytes(Client.publish5(Peer.signalTopic, Peer.panic, id: 1)))
    driver.handle(.bytes(Client.publish5("silverbell/SN2/signal", Peer.panic, id: 2)))
    driver.handle(.bytes(Client.publish5(Peer.signalTopic, Peer.panic, qos: 2, id: 3)))
    driver.handle(.bytes(Client.publish5("$SYS/x", Peer.panic, qos: 2, id: 4)))
    #expect(driver.answers.isEmpty)
    #expect(driver.signals.count == 2)
    let tokens = driver.unsettled
    driver.settle(tokens[1])
    #expect(driver.answers.isEmpty)
    driver.settle(tokens[0])
    #expect(driver.essences == [[0x40, 0, 1, 0], [0x40, 0, 2, 0x87], [0x50, 0, 3, 0], [0x50, 0, 4, 0x87]])
    #expect(driver.answers[0] == [0x40, 2, 0, 1])
    driver.handle(.bytes(Client.acknowledgement(0x62, 3) + Client.acknowledgement(0x62, 4)))
    #expect(driver.answers.suffix(2) == [[0x70, 2, 0, 3], [0x70, 2, 0, 4]])
    #expect(driver.closed == nil)
  }

  @Test(
    "A message outside the own topics is refused with 0x87, at quality 0 by closing",
    arguments: ["silverbell/SN2/signal", "silverbell/SN1/status", "other", "$SYS/x", "silverbell/SN1/Signal"])
  func foreign(topic: String) {
    var driver = connected()
    driver.handle(.bytes(Client.publish5(topic, Peer.panic, id: 5)))
    driver.handle(.bytes(Client.publish5(topic, Peer.panic, qos: 2, id: 6)))
    #expect(driver.essences == [[0x40, 0, 5, 0x87], [0x50, 0, 6, 0x87]])
    #expect(driver.closed == nil)
    driver.handle(.bytes(Client.publish5(topic, Peer.panic, qos: 0)))
    #expect(driver.closed == .notAuthorized)
    #expect(driver.goodbyes == [0x87])
    #expect(driver.delivered.isEmpty)
  }

  @Test(
    "Words come with a refusal unless they are not welcome or do not fit",
    arguments: [
      ([], true), ([0x17, 1], true), ([0x17, 0], false), ([0x27, 0, 0, 0, 30], false),
    ] as [([UInt8], Bool)])
  func words(properties: [UInt8], hasWords: Bool) {
    var driver = connected(properties: properties)
    driver.handle(.bytes(Client.publish5("other", Peer.panic, id: 5)))
    #expect(driver.answers.map { $0.count > 5 } == [hasWords])
    if !hasWords { #expect(driver.answers == [[0x40, 3, 0, 5, 0x87]]) }
  }

  @Test("When nothing can be made durable the client is sent away without an acknowledgement")
  func unavailable() {
    for qos in [1, 2] as [UInt8] {
      var driver = connected(.unavailable)
      driver.handle(.bytes(Client.publish5(Peer.signalTopic, Peer.panic, qos: qos)))
      #expect(driver.essences == [[0xE0, 0x89]])
      #expect(driver.closed == .unavailable)
    }
  }

  @Test("A message tells nothing more than one of 3.1.1, whatever its properties; an expired alarm is an alarm")
  func signal() throws {
    var old = Peer.connected(settlement: .atOnce)
    old.handle(.bytes(Client.publish(Peer.signalTopic, #"{"kind":"fall"}"#, id: 3)))
    let user = [0x26] + Client.text("k") + Client.text("v")
    for properties in [[], [0x02, 0, 0, 0, 0], [0x01, 1], [0x23, 0, 1], [0x08] + Client.text("r"), user + user] {
      var driver = connected()
      driver.handle(.bytes(Client.publish5(Peer.signalTopic, #"{"kind":"fall"}"#, id: 3, properties: properties)))
      #expect(driver.signals == old.signals)
      #expect(driver.answers == [[0x40, 2, 0, 3]])
    }
  }

  @Test("Text that is none is delivered as it is, and its sender is told after settling")
  func payloadFormat() {
    var driver = connected(.byCaller)
    let payload: [UInt8] = [0x7B, 0xD7, 0xD4]
    driver.handle(.bytes(Client.publish5(Peer.signalTopic, payload, id: 3, properties: [0x01, 1])))
    driver.handle(.bytes(Client.publish5(Peer.signalTopic, payload, id: 4, properties: [0x01, 0])))
    driver.handle(.bytes(Client.publish5(Peer.signalTopic, payload, qos: 2, id: 5, properties: [0x01, 1])))
    #expect(driver.answers.isEmpty)
    #expect(driver.signals.map(\.raw) == [payload, payload, payload])
    #expect(driver.signals.map { $0.oddities.contains(.notText) } == [true, false, true])
    for token in driver.unsettled { driver.settle(token) }
    #expect(driver.essences == [[0x40, 0, 3, 0x99], [0x40, 0, 4, 0], [0x50, 0, 5, 0x99]])
    // A failure has ended the flow: the id is free.
    driver.handle(.bytes(Client.publish5(Peer.signalTopic, payload, qos: 2, id: 5)))
    #expect(driver.signals.count == 4)
  }

  @Test("A topic alias stands for its topic until it is given another")
  func aliases() {
    var driver = connected()
    let heartbeat = Client.publish5(Peer.heartbeatTopic, "", id: 1, properties: [0x23, 0, 10])
    let panic = Client.publish5(Peer.signalTopic, Peer.panic, id: 2, properties: [0x23, 0, 1])
    let again = [1, 10].flatMap {
      Client.publish5("", #"{"kind":"fall"}"#, id: 2 + $0, properties: [0x23, 0, UInt8($0)])
    }
    driver.handle(.bytes(heartbeat + panic + again))
    driver.handle(.bytes(Client.publish5(Peer.signalTopic, Peer.panic, id: 20, properties: [0x23, 0, 10])))
    driver.handle(.bytes(Client.publish5("", Peer.panic, id: 21, properties: [0x23, 0, 10])))
    #expect(driver.signals.map(\.kind) == [.heartbeat, .panic, .fall, .heartbeat, .panic, .panic])
    driver.handle(.bytes(Client.publish5("other", Peer.panic, id: 22, properties: [0x23, 0, 1])))
    driver.handle(.bytes(Client.publish5("", Peer.panic, id: 23, properties: [0x23, 0, 1])))
    #expect(driver.essences.suffix(2) == [[0x40, 0, 22, 0x87], [0x40, 0, 23, 0x87]])
  }

  @Test(
    "An alias that is not allowed or not known ends the connection",
    arguments: [
      (Client.publish5(Peer.signalTopic, "", properties: [0x23, 0, 0]), 0x94),
      (Client.publish5(Peer.signalTopic, "", properties: [0x23, 0, 11]), 0x94),
      (Client.publish5("", "", properties: [0x23, 0, 0]), 0x94),
      (Client.publish5("", "", properties: [0x23, 0, 10]), 0x82),
      (Client.publish5("", ""), 0x82),
    ] as [([UInt8], UInt8)])
  func badAliases(bytes: [UInt8], code: UInt8) {
    var driver = connected()
    driver.handle(.bytes(bytes))
    #expect(driver.goodbyes == [code])
    #expect(driver.closed == .protocolError)
    #expect(driver.delivered.isEmpty)
  }

  @Test("The receive maximum is the bound: messages of quality 1 and 2 without their last answer count")
  func receiveMaximum() {
    let limits = MQTTLimits(receiveMaximum: 3)
    var driver = connected(.byCaller, limits)
    driver.handle(.bytes(Client.publish5(Peer.signalTopic, Peer.panic, qos: 2, id: 1)))
    driver.settle(driver.unsettled[0])
    driver.handle(.bytes(Client.publish5(Peer.signalTopic, Peer.panic, id: 2)))
    driver.handle(.bytes(Client.publish5("other", Peer.panic, id: 3)))
    for _ in 0..<5 { driver.handle(.bytes(Client.publish5(Peer.signalTopic, Peer.panic, qos: 0))) }
    driver.handle(.bytes(Client.publish5(Peer.signalTopic, Peer.panic, qos: 2, id: 1, flags: 8)))
    #expect(driver.closed == nil)
    driver.handle(.bytes(Client.acknowledgement(0x62, 1)))
    driver.handle(.bytes(Client.publish5(Peer.signalTopic, Peer.panic, qos: 2, id: 4)))
    #expect(driver.closed == nil)
    driver.handle(.bytes(Client.publish5(Peer.signalTopic, Peer.panic, id: 5)))
    #expect(driver.goodbyes == [0x93])
    #expect(driver.closed == .tooManyInFlight)
  }

  @Test("3.1.1 knows no receive maximum")
  func oldClients() {
    var driver = Peer.connected(limits: MQTTLimits(receiveMaximum: 1))
    for id in 1...5 { driver.handle(.bytes(Client.publish(Peer.signalTopic, Peer.panic, id: id))) }
    #expect(driver.closed == nil)
    #expect(driver.signals.count == 5)
  }

  @Test("Quality 2: a repeat has no second effect; a PUBREL before its PUBREC ends the connection")
  func qualityTwo() {
    var driver = connected(.byCaller)
    let publish = Client.publish5(Peer.signalTopic, Peer.panic, qos: 2, id: 4)
    driver.handle(.bytes(publish + publish))
    driver.settle(driver.unsettled[0])
    driver.handle(.bytes(publish + Client.packet(0x62, [0, 4, 0, 0]) + Client.acknowledgement(0x62, 9)))
    #expect(driver.signals.count == 1)
    #expect(driver.answers == [[0x50, 2, 0, 4], [0x50, 2, 0, 4], [0x70, 2, 0, 4], [0x70, 2, 0, 9]])
    driver.handle(.bytes(Client.packet(0x50, [0, 8, 0x80]) + Client.packet(0x50, [0, 8, 0x10])))
    #expect(driver.answers.dropFirst(4) == [[0x62, 2, 0, 8]])
    driver.handle(.bytes(publish + Client.acknowledgement(0x62, 4)))
    #expect(driver.goodbyes == [0x82])
  }

  @Test("Retained messages are taken like any other; PINGREQ is answered while nothing is settled")
  func retained() {
    var driver = connected(.byCaller)
    driver.handle(.bytes(Client.publish5(Peer.signalTopic, Peer.panic, flags: 1) + Client.pingreq))
    #expect(driver.signals.map(\.kind) == [.panic])
    #expect(driver.answers == [[0xD0, 0]])
  }

  @Test("Anonymous clients without a name are told apart by the one they are given")
  func anonymous() {
    var driver = SessionDriver(MQTTSession(connectionNumber: 7), principal: .anonymous)
    driver.handle(.bytes(Client.connect5(clientID: "") + Client.publish5("silverbell/SN9/signal", Peer.panic)))
    #expect(driver.signals.map(\.source.sender) == ["anonymous:auto0000000000000007"])
    #expect(driver.signals.map(\.oddities) == [[.anonymousSender]])
  }
}
