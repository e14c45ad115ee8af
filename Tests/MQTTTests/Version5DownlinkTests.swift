import CareModel
import FeedConformance
import FeedSession
import MQTT
import Testing

@Suite("MQTT 5.0: messages to the client")
struct Version5DownlinkTests {
  typealias Client = ClientPackets

  private let offersTopic = "silverbell/staff/\(Peer.staffID)/offers"

  private func offer(_ number: Int, payload: String? = nil) -> FeedEvent {
    .downlink(
      Downlink(
        purpose: .staffOffer(Peer.staffID), payload: Array((payload ?? "\(number)").utf8),
        token: DownlinkToken(number: UInt64(number))))
  }

  private func report(_ number: Int, _ isDelivered: Bool) -> FeedAction {
    .downlinkReported(DownlinkToken(number: UInt64(number)), isDelivered: isDelivered)
  }

  private func staff(
    connect: [UInt8] = [], subscribe: [UInt8] = [], options: UInt8 = 1, limits: MQTTLimits = .standard
  ) -> SessionDriver {
    var driver = Peer.connected(
      .staff(Peer.staffID), limits: limits, connect: Client.connect5(properties: connect))
    driver.handle(.bytes(Client.subscribe5([(offersTopic, options)], properties: subscribe)))
    return driver
  }

  @Test(
    "A SUBACK says why",
    arguments: [
      (Peer.statusTopic, 0, 0), (Peer.statusTopic, 1, 1), (Peer.statusTopic, 2, 1), (Peer.statusTopic, 0x2D, 1),
      ("silverbell/SN2/status", 1, 0x87), (Peer.signalTopic, 1, 0x87), ("$SYS/x", 0, 0x87), ("#", 1, 0xA2),
      ("silverbell/+/status", 1, 0xA2), ("$share/g/\(Peer.statusTopic)", 1, 0x9E), ("$share/g/#", 1, 0x9E),
      ("$share/g", 1, 0x8F), ("$share//a", 1, 0x8F), ("$share/+/a", 1, 0x8F), ("$share/g/", 1, 0x8F),
    ] as [(String, UInt8, UInt8)])
  func subscribe(filter: String, options: UInt8, code: UInt8) {
    var driver = Peer.connected(connect: Client.connect5())
    driver.handle(.bytes(Client.subscribe5([(filter, options), ("x", 0)])))
    #expect(driver.answers == [[0x90, 5, 0, 7, 0, code, 0x87]])
    #expect(driver.closed == nil)
  }

  @Test("An UNSUBACK says for every filter whether there was a subscription")
  func unsubscribe() {
    var driver = Peer.connected(connect: Client.connect5())
    driver.handle(.bytes(Client.unsubscribe5([Peer.statusTopic], id: 1)))
    driver.handle(.bytes(Client.subscribe5([(Peer.statusTopic, 1)])))
    driver.handle(.bytes(Client.unsubscribe5(["a", Peer.statusTopic, Peer.statusTopic], id: 2)))
    #expect(driver.answers == [[0xB0, 4, 0, 1, 0, 0x11], [0x90, 4, 0, 7, 0, 1], [0xB0, 6, 0, 2, 0, 0x11, 0, 0x11]])
  }

  @Test("A message carries the identifier of its subscription; a later subscription replaces it")
  func identifiers() {
    var driver = staff(subscribe: [0x0B, 0x80, 1])
    driver.handle(offer(1))
    #expect(driver.answers.last == Client.publish5(offersTopic, "1", id: 1, properties: [0x0B, 0x80, 1]))
    driver.handle(.bytes(Client.subscribe5([(offersTopic, 0)], properties: [0x0B, 5])))
    driver.handle(offer(2))
    #expect(driver.answers.last == Client.publish5(offersTopic, "2", qos: 0, properties: [0x0B, 5]))
    driver.handle(.bytes(Client.subscribe5([(offersTopic, 1)])))
    driver.handle(offer(3))
    #expect(driver.answers.last == Client.publish5(offersTopic, "3", id: 2))
  }

  @Test(
    "No local, retain as published and retain handling are taken; nothing of ours is retained",
    arguments: [
      0x01, 0x05, 0x09, 0x11, 0x21, 0x2D,
    ] as [UInt8])
  func options(options: UInt8) {
    var driver = staff(options: options)
    driver.handle(offer(1))
    #expect(driver.answers == [[0x90, 4, 0, 7, 0, 1], Client.publish5(offersTopic, "1", id: 1)])
  }

  @Test("The client's receive maximum is kept, and ours when it is smaller", arguments: [(2, 16, 2), (65_535, 3, 3)])
  func receiveMaximum(theirs: Int, ours: Int, sent: Int) {
    let limits = MQTTLimits(maximumDownlinksInFlight: ours)
    var driver = staff(connect: [0x21] + Client.number(theirs), limits: limits)
    for number in 1...sent + 2 { driver.handle(offer(number)) }
    #expect(driver.answers.count == 1 + sent)
    driver.handle(.bytes(Client.packet(0x40, [0, 1, 0, 0])))
    #expect(driver.answers.count == 2 + sent)
    driver.handle(.bytes(Client.packet(0x40, [0, 2, 0x97])))
    #expect(driver.answers.count == 3 + sent)
    #expect(driver.reports == [report(1, true), report(2, false)])
  }

  @Test("A message over the client's maximum packet size is not sent and reported; the next one is", arguments: [0, 1])
  func packetSize(qos: UInt8) {
    let size = Client.publish5(offersTopic, "12345678", qos: qos).count
    var driver = staff(connect: [0x27, 0, 0, 0, UInt8(size)], options: qos)
    driver.handle(offer(1, payload: "123456789"))
    #expect(driver.answers.count == 1)
    #expect(driver.reports == [report(1, false)])
    driver.handle(offer(2, payload: "12345678"))
    #expect(driver.answers.last == Client.publish5(offersTopic, "12345678", qos: qos, id: 2))
    #expect(driver.closed == nil)
  }

  @Test("An answer over the client's maximum packet size ends the connection", arguments: [(15, nil), (16, 0x95)])
  func answerSize(filters: Int, code: UInt8?) {
    var driver = Peer.connected(connect: Client.connect5(properties: [0x27, 0, 0, 0, 20]))
    driver.handle(.bytes(Client.subscribe5((0..<filters).map { ("a\($0)", 0) })))
    #expect(driver.goodbyes == (code.map { [$0] } ?? []))
    let next = Client.unsubscribe5((0..<16).map { "a\($0)" })
    driver.handle(.bytes(next))
    #expect(driver.goodbyes == [0x95])
    #expect(driver.closed == .tooLarge)
  }

  @Test("Acknowledgements of the wrong kind end the connection", arguments: [0x50, 0x70] as [UInt8])
  func wrongKind(first: UInt8) {
    var driver = staff()
    driver.handle(offer(1))
    driver.handle(.bytes(Client.acknowledgement(first, 1)))
    #expect(driver.goodbyes == [0x82])
    #expect(driver.reports == [report(1, false)])
  }
}
