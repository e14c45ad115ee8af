import CareModel
import FeedConformance
import FeedSession
import MQTT
import Testing

@Suite("MQTT: messages to the client")
struct DownlinkTests {
  typealias Client = ClientPackets

  private let offersTopic = "silverbell/staff/\(Peer.staffID)/offers"

  private func offer(_ number: Int) -> FeedEvent {
    .downlink(
      Downlink(
        purpose: .staffOffer(Peer.staffID), payload: Array("\(number)".utf8),
        token: DownlinkToken(number: UInt64(number))))
  }

  private func status(_ number: Int) -> FeedEvent {
    .downlink(
      Downlink(
        purpose: .deviceStatus(serial: "SN1"), payload: Array("\(number)".utf8),
        token: DownlinkToken(number: UInt64(number))))
  }

  private func report(_ number: Int, _ isDelivered: Bool) -> FeedAction {
    .downlinkReported(DownlinkToken(number: UInt64(number)), isDelivered: isDelivered)
  }

  private func staff(_ limits: MQTTLimits = .standard, qos: UInt8? = 1) -> SessionDriver {
    var driver = Peer.connected(.staff(Peer.staffID), limits: limits)
    if let qos { driver.handle(.bytes(Client.subscribe([(offersTopic, qos)]))) }
    return driver
  }

  @Test(
    "Only the own downlink topic may be subscribed to, at quality 1 at most",
    arguments: [
      (Peer.statusTopic, 0, 0), (Peer.statusTopic, 1, 1), (Peer.statusTopic, 2, 1), ("silverbell/SN2/status", 1, 0x80),
      ("#", 1, 0x80), ("silverbell/+/status", 1, 0x80), (Peer.signalTopic, 1, 0x80), ("$SYS/#", 0, 0x80),
    ] as [(String, UInt8, UInt8)])
  func subscribe(filter: String, wanted: UInt8, code: UInt8) {
    var driver = Peer.connected()
    driver.handle(.bytes(Client.subscribe([(filter, wanted)])))
    #expect(driver.answers == [[0x90, 3, 0, 7, code]])
    #expect(driver.closed == nil)
  }

  @Test("A SUBACK answers every filter in its order; UNSUBSCRIBE is always answered")
  func several() {
    var driver = Peer.connected()
    driver.handle(.bytes(Client.subscribe([("a", 1), (Peer.statusTopic, 1), ("b", 0)], id: 258)))
    driver.handle(.bytes(Client.unsubscribe(["a"], id: 9)))
    #expect(driver.answers == [[0x90, 5, 1, 2, 0x80, 1, 0x80], [0xB0, 2, 0, 9]])
  }

  @Test("A message of quality 1 carries a packet id and is reported once acknowledged")
  func acknowledged() {
    var driver = staff()
    driver.handle(offer(41))
    driver.handle(offer(42))
    let sent = [Client.publish(offersTopic, "41", id: 1), Client.publish(offersTopic, "42", id: 2)]
    #expect(Array(driver.answers.dropFirst()) == sent)
    #expect(driver.reports.isEmpty)
    driver.handle(.bytes(Client.acknowledgement(0x40, 2)))
    driver.handle(.bytes(Client.acknowledgement(0x40, 2)))
    driver.handle(.bytes(Client.acknowledgement(0x40, 1)))
    #expect(driver.reports == [report(42, true), report(41, true)])
  }

  @Test("Under quality 0 a message is sent and reported as not delivered: nobody will ever say that it was")
  func qualityZero() {
    var driver = staff(qos: 0)
    driver.handle(offer(41))
    #expect(driver.answers.last == Client.publish(offersTopic, "41", qos: 0))
    #expect(driver.reports == [report(41, false)])
  }

  @Test("Messages wait for the subscription, and again after it is taken back")
  func waiting() {
    var driver = staff(qos: nil)
    driver.handle(offer(1))
    #expect(driver.answers.isEmpty)
    driver.handle(.bytes(Client.subscribe([(offersTopic, 1)])))
    #expect(driver.answers == [[0x90, 3, 0, 7, 1], Client.publish(offersTopic, "1", id: 1)])
    driver.handle(.bytes(Client.unsubscribe([offersTopic])))
    driver.handle(offer(2))
    #expect(driver.answers.count == 3)
  }

  @Test("In flight and waiting are bounded; what is over is reported, never dropped silently")
  func bounds() {
    var driver = staff(MQTTLimits(maximumDownlinksInFlight: 2, maximumDownlinksWaiting: 3))
    for number in 1...5 { driver.handle(offer(number)) }
    #expect(driver.answers.count == 3)
    #expect(driver.reports.isEmpty)
    driver.handle(offer(6))
    #expect(driver.reports == [report(6, false)])
    driver.handle(.bytes(Client.acknowledgement(0x40, 1)))
    #expect(driver.answers.last == Client.publish(offersTopic, "3", id: 3))
    driver.handle(.peerClosed)
    #expect(
      driver.reports
        == [report(6, false), report(1, true), report(2, false), report(3, false), report(4, false), report(5, false)])
  }

  @Test("A newer status replaces the one that waits; the older is reported as not delivered")
  func newerStatus() {
    var driver = Peer.connected()
    driver.handle(status(1))
    driver.handle(status(2))
    #expect(driver.reports == [report(1, false)])
    driver.handle(.bytes(Client.subscribe([(Peer.statusTopic, 1)])))
    #expect(driver.answers.last == Client.publish(Peer.statusTopic, "2", id: 1))
    #expect(driver.answers.count == 2)
  }

  @Test("A message for somebody else, before acceptance or after the end is reported as not delivered")
  func undeliverable() {
    var driver = Peer.connected()
    driver.handle(offer(1))
    #expect(driver.reports == [report(1, false)])
    driver.handle(.bytes(Client.disconnect))
    driver.handle(status(2))
    #expect(driver.reports == [report(1, false), report(2, false)])
    var fresh = SessionDriver(MQTTSession(), principal: Peer.device)
    fresh.handle(status(3))
    #expect(fresh.reports == [report(3, false)])
    #expect(fresh.closed == nil)
  }

  @Test("Ids in use are passed over when they go round")
  func idsGoRound() {
    var driver = staff()
    driver.handle(offer(1))
    for number in 2...65_535 {
      driver.handle(offer(number))
      driver.handle(.bytes(Client.acknowledgement(0x40, number)))
    }
    driver.handle(offer(70_000))
    #expect(driver.answers.last == Client.publish(offersTopic, "70000", id: 2))
  }

  @Test(
    "Unsolicited acknowledgements are harmless, those of the wrong kind are not",
    arguments: [
      (0x40, 9, nil, nil), (0x50, 9, [0x62, 2, 0, 9], nil), (0x70, 9, nil, nil), (0x50, 1, nil, .protocolError),
      (0x70, 1, nil, .protocolError),
    ] as [(UInt8, Int, [UInt8]?, CloseReason?)])
  func unsolicited(first: UInt8, id: Int, reply: [UInt8]?, reason: CloseReason?) {
    var driver = staff()
    driver.handle(offer(1))
    let before = driver.answers.count
    driver.handle(.bytes(Client.acknowledgement(first, id)))
    #expect(driver.answers.dropFirst(before).first == reply)
    #expect(driver.closed == reason)
  }
}
