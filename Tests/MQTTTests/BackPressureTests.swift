import CareModel
import FeedConformance
import FeedSession
import MQTT
import Testing

@Suite("MQTT: back-pressure and silence")
struct BackPressureTests {
  typealias Client = ClientPackets

  private func publishes(_ ids: ClosedRange<Int>) -> [UInt8] {
    ids.flatMap { Client.publish(Peer.signalTopic, #"{"kind":"panic"}"#, id: $0) }
  }

  @Test("Reading stops when the bound of unsettled deliveries is reached, and resumes below half of it")
  func unsettled() {
    var driver = Peer.connected(limits: MQTTLimits(maximumUnsettled: 10))
    driver.handle(.bytes(publishes(1...9)))
    #expect(!driver.isPaused)
    driver.handle(.bytes(publishes(10...11)))
    #expect(driver.isPaused)
    #expect(driver.signals.count == 10)
    for token in driver.unsettled.prefix(5) { driver.settle(token) }
    #expect(driver.isPaused)
    #expect(driver.signals.count == 10)
    driver.settle(driver.unsettled[0])
    #expect(!driver.isPaused)
    #expect(driver.signals.count == 11)
    for token in driver.unsettled { driver.settle(token) }
    #expect(driver.answers == (1...11).map { [0x40, 2, 0, UInt8($0)] })
  }

  @Test("What was held may fill the bound again; then reading stays stopped")
  func refill() {
    var driver = Peer.connected(limits: MQTTLimits(maximumUnsettled: 4))
    driver.handle(.bytes(publishes(1...12)))
    for token in driver.unsettled.prefix(3) { driver.settle(token) }
    #expect(driver.isPaused)
    #expect(driver.signals.count == 7)
    let pauses = driver.actions.filter { $0 == .pauseReading }.count
    #expect(pauses == 1)
    while let token = driver.unsettled.first { driver.settle(token) }
    #expect(driver.signals.count == 12)
    #expect(!driver.isPaused)
    #expect(driver.closed == nil)
  }

  @Test("A host that goes on reading is stopped at the bound of held bytes, one past it")
  func held() {
    var driver = Peer.connected(limits: MQTTLimits(maximumUnsettled: 1, maximumHeldBytes: 100))
    driver.handle(.bytes(publishes(1...1)))
    driver.handle(.bytes(Array(repeating: 0xC0, count: 100)))
    #expect(driver.closed == nil)
    driver.handle(.bytes([0xC0]))
    #expect(driver.closed == .tooManyInFlight)
  }

  @Test("What the peer sent before it left counts, beyond the bound, and so does its goodbye")
  func lastWords() {
    let connect = Client.connect(will: (Peer.signalTopic, "gone"))
    var driver = Peer.connected(limits: MQTTLimits(maximumUnsettled: 2), connect: connect)
    driver.handle(.bytes(publishes(1...4) + Client.disconnect))
    #expect(driver.signals.count == 2)
    driver.handle(.peerClosed)
    #expect(driver.signals.map(\.kind) == [.panic, .panic, .panic, .panic])
    #expect(driver.closed == .finished)
  }

  @Test(
    "Silence ends the connection after one and a half keep-alives, counted from the last bytes",
    arguments: [(60, 90_000), (1, 1500), (65_535, 98_302_500), (0, 5_400_000)])
  func keepAlive(seconds: Int, milliseconds: Int) {
    var driver = Peer.connected(connect: Client.connect(keepAlive: seconds))
    driver.now = driver.now + .milliseconds(milliseconds - 1)
    driver.handle(.deadline)
    #expect(driver.closed == nil)
    driver.handle(.bytes([0xC0]))
    let heard = driver.now
    driver.now = heard + .milliseconds(milliseconds - 1)
    driver.handle(.deadline)
    #expect(driver.closed == nil)
    #expect(driver.wakeAt == heard + .milliseconds(milliseconds))
    driver.now = heard + .milliseconds(milliseconds)
    driver.handle(.deadline)
    #expect(driver.closed == .idle)
    #expect(driver.wakeAt == nil)
  }

  @Test("What we send is no sign of life")
  func writesDoNotCount() {
    var driver = Peer.connected()
    driver.handle(.bytes(Client.subscribe([(Peer.statusTopic, 0)])))
    let heard = driver.now
    driver.now = heard + .seconds(80)
    driver.handle(.downlink(Downlink(purpose: .deviceStatus(serial: "SN1"), payload: [])))
    driver.now = heard + .seconds(90)
    driver.handle(.deadline)
    #expect(driver.closed == .idle)
  }

  @Test("While we do not read, silence says nothing")
  func silenceWhilePaused() {
    var driver = Peer.connected(limits: MQTTLimits(maximumUnsettled: 2))
    driver.handle(.bytes(publishes(1...2)))
    driver.now = driver.now + .seconds(500)
    driver.handle(.deadline)
    #expect(driver.closed == nil)
    driver.settle(driver.unsettled[0])
    driver.settle(driver.unsettled[0])
    #expect(!driver.isPaused)
    driver.now = driver.now + .seconds(89)
    driver.handle(.deadline)
    #expect(driver.closed == nil)
    driver.now = driver.now + .seconds(1)
    driver.handle(.deadline)
    #expect(driver.closed == .idle)
  }

  @Test(
    "The will becomes a lost line when the end is abnormal, and nothing when it is not",
    arguments: [
      ("peer gone", true), ("silence", true), ("malformed", true), ("second CONNECT", true), ("too large", true),
      ("foreign topic", true), ("goodbye", false), ("our stop", false),
    ])
  func wills(end: String, isLost: Bool) {
    for topic in [Peer.signalTopic, Peer.heartbeatTopic] {
      var driver = Peer.connected(connect: Client.connect(will: (topic, "gone")))
      switch end {
      case "peer gone": driver.handle(.peerClosed)
      case "silence":
        driver.now = driver.now + .seconds(90)
        driver.handle(.deadline)
      case "malformed": driver.handle(.bytes([0x00]))
      case "second CONNECT": driver.handle(.bytes(Client.connect()))
      case "too large": driver.handle(.bytes([0x30, 0x80, 0x80, 0x04]))
      case "foreign topic": driver.handle(.bytes(Client.publish("a", "b")))
      case "goodbye": driver.handle(.bytes(Client.disconnect))
      default: driver.handle(.shutdown)
      }
      let source = SignalSource(feed: .mqtt, sender: "SN1", serial: "SN1")
      let lost = Signal(source: source, kind: .lineLost, raw: Array("gone".utf8))
      #expect(driver.signals == (isLost ? [lost] : []))
      #expect(driver.closed != nil)
      if let token = driver.unsettled.first { driver.settle(token) }
      #expect(driver.answers.isEmpty)
    }
  }

  @Test("A will on a foreign topic is nothing; an anonymous one is marked", arguments: ["silverbell/SN2/signal", "x"])
  func foreignWill(topic: String) {
    var driver = Peer.connected(connect: Client.connect(will: (topic, "gone")))
    driver.handle(.peerClosed)
    #expect(driver.signals.isEmpty)
    var anonymous = Peer.connected(.anonymous, connect: Client.connect(will: ("silverbell/SN2/signal", "gone")))
    anonymous.handle(.peerClosed)
    #expect(anonymous.signals.map(\.oddities) == [[.anonymousSender]])
  }
}
