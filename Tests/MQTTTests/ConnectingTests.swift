import CareModel
import FeedConformance
import FeedSession
import MQTT
import Testing

@Suite("MQTT: from the first byte to the CONNACK")
struct ConnectingTests {
  typealias Client = ClientPackets

  @Test("A CONNECT asks who it is; the answer brings CONNACK 0 and the keep-alive timer")
  func accepted() {
    var session = MQTTSession()
    let now = Timestamp(seconds: 1000)
    #expect(session.handle(.deadline, at: now) == [.wakeAt(now + .seconds(10))])
    let token = AuthenticationToken(number: 1)
    let credentials = Credentials(userName: "SN1", secret: [0x73], clientID: "c1")
    #expect(
      session.handle(.bytes(Client.connect(user: "SN1", password: "s")), at: now)
        == [.authenticate(credentials, token)])
    #expect(
      session.handle(.authenticated(token, Peer.device), at: now)
        == [.reply([0x20, 2, 0, 0]), .online(Peer.device), .wakeAt(now + .seconds(90))])
  }

  @Test(
    "Refusals are said in the form of the client's version",
    arguments: [
      (Client.connect(level: 6), [0x20, 3, 0, 0x84, 0], CloseReason.protocolError),
      (Client.connect(level: 3), [0x20, 2, 0, 1], .protocolError),
      (Client.connect(clientID: "", clean: false), [0x20, 2, 0, 2], .protocolError),
      (Client.connect(clientID: "", name: "MQIsdp", level: 3), [0x20, 2, 0, 2], .protocolError),
      (Client.connect(clientID: String(repeating: "a", count: 257)), [0x20, 2, 0, 2], .protocolError),
      (Client.connect(user: "SN1", password: "wrong"), [0x20, 2, 0, 4], .notAuthenticated),
      (Client.connect(), [0x20, 2, 0, 5], .notAuthenticated), (Client.connect(name: "HTTP"), [], .malformed),
      (Client.pingreq, [], .protocolError), (Client.publish("a", "b"), [], .protocolError),
      (Client.publish("MQTT", "\u{5}", qos: 0), [], .protocolError),
      (Array("GET / HTTP/1.1\r\n".utf8), [], .malformed), ([0x30, 0x7F], [], .protocolError),
    ] as [([UInt8], [UInt8], CloseReason)])
  func refused(bytes: [UInt8], reply: [UInt8], reason: CloseReason) {
    var driver = SessionDriver(MQTTSession(), principal: nil)
    driver.handle(.bytes(bytes + Client.publish(Peer.signalTopic, Peer.panic)))
    #expect(driver.replied == reply)
    #expect(driver.closed == reason)
    #expect(driver.delivered.isEmpty)
    #expect(driver.wakeAt == nil)
  }

  @Test(
    "Client ids at the bounds are taken",
    arguments: [
      Client.connect(clientID: ""), Client.connect(clientID: "a", clean: false),
      Client.connect(clientID: String(repeating: "a", count: 256)),
      Client.connect(clientID: "a", name: "MQIsdp", level: 3),
    ])
  func clientIDs(bytes: [UInt8]) {
    var driver = SessionDriver(MQTTSession(), principal: Peer.device)
    driver.handle(.bytes(bytes))
    #expect(driver.replied == [0x20, 2, 0, 0])
  }

  @Test("A hospital has no business here")
  func hospital() {
    let driver = Peer.connected(.hospital(code: "H"))
    #expect(driver.replied == [0x20, 2, 0, 5])
    #expect(driver.closed == .notAuthorized)
  }

  @Test("What comes before the credentials are judged waits, and is worked on afterwards")
  func early() {
    var session = MQTTSession()
    let now = Timestamp(seconds: 1000)
    let early = Client.connect(user: "SN1", password: "s") + Client.publish(Peer.signalTopic, Peer.panic)
    #expect(session.handle(.bytes(early), at: now).count == 2)
    #expect(session.handle(.bytes(Client.pingreq), at: now) == [])
    let actions = session.handle(.authenticated(AuthenticationToken(number: 1), Peer.device), at: now)
    #expect(actions.contains { if case .deliver(let signal, _) = $0 { signal.kind == .panic } else { false } })
    #expect(actions.last == .reply([0xD0, 0]))
  }

  @Test("An answer to another question is no answer")
  func otherToken() {
    var session = MQTTSession()
    let now = Timestamp(seconds: 1000)
    _ = session.handle(.bytes(Client.connect()), at: now)
    #expect(session.handle(.authenticated(AuthenticationToken(number: 9), Peer.device), at: now) == [])
  }

  @Test("Bytes held before the judgement are bounded: reading stops past a quarter, the connection ends past all")
  func held() {
    let limits = MQTTLimits(maximumHeldBytes: 400)
    let now = Timestamp(seconds: 1000)
    var session = MQTTSession(limits: limits)
    _ = session.handle(.bytes(Client.connect()), at: now)
    #expect(session.handle(.bytes(Array(repeating: 0xC0, count: 100)), at: now) == [])
    #expect(session.handle(.bytes([0xC0]), at: now) == [.pauseReading])
    #expect(session.handle(.bytes(Array(repeating: 0xC0, count: 299)), at: now) == [])
    #expect(session.handle(.bytes([0xC0]), at: now) == [.wakeAt(nil), .close(.tooManyInFlight)])
  }

  @Test("Reading resumes once the peer is accepted")
  func resumes() {
    var session = MQTTSession(limits: MQTTLimits(maximumHeldBytes: 40))
    let now = Timestamp(seconds: 1000)
    let pings = Array(repeating: Client.pingreq, count: 10).flatMap { $0 }
    let actions = session.handle(.bytes(Client.connect() + pings), at: now)
    #expect(actions.last == .pauseReading)
    let accepted = session.handle(.authenticated(AuthenticationToken(number: 1), Peer.device), at: now)
    #expect(accepted.last == .resumeReading)
  }

  @Test("A device that sends and leaves before it is judged is still heard")
  func leavesEarly() {
    var session = MQTTSession()
    let now = Timestamp(seconds: 1000)
    let stream =
      Client.connect(will: (Peer.signalTopic, "gone")) + Client.publish(Peer.signalTopic, Peer.panic, qos: 0)
    _ = session.handle(.bytes(stream), at: now)
    #expect(session.handle(.peerClosed, at: now) == [])
    let actions = session.handle(.authenticated(AuthenticationToken(number: 1), Peer.device), at: now)
    let kinds = actions.compactMap { if case .deliver(let signal, _) = $0 { signal.kind } else { nil } }
    #expect(kinds == [.panic, .lineLost])
    #expect(actions.count == 3)
    #expect(actions.last == .close(.peerClosed))
  }

  @Test("Whoever sends no CONNECT within 10 s is disconnected, not a moment earlier")
  func connectTimer() {
    var driver = SessionDriver(MQTTSession(), principal: Peer.device)
    let begin = driver.now
    driver.handle(.bytes([0x10]))
    driver.now = begin + .milliseconds(9999)
    driver.handle(.deadline)
    #expect(driver.closed == nil)
    #expect(driver.wakeAt == begin + .seconds(10))
    driver.now = begin + .seconds(10)
    driver.handle(.deadline)
    #expect(driver.closed == .idle)
    #expect(driver.replied.isEmpty)
  }

  @Test("Without a judgement within the connect timer the client is told to come again")
  func noJudgement() {
    var session = MQTTSession()
    let now = Timestamp(seconds: 1000)
    _ = session.handle(.bytes(Client.connect()), at: now)
    #expect(session.handle(.deadline, at: now + .seconds(9)) == [.wakeAt(now + .seconds(10))])
    #expect(
      session.handle(.deadline, at: now + .seconds(10))
        == [.reply([0x20, 2, 0, 3]), .wakeAt(nil), .close(.unavailable)])
  }

  @Test("A closed session does nothing any more")
  func closed() {
    var driver = Peer.connected()
    driver.handle(.bytes(Client.disconnect))
    #expect(driver.closed == .finished)
    let before = driver.actions.count
    driver.handle(.bytes(Client.connect()))
    driver.handle(.deadline)
    driver.handle(.peerClosed)
    driver.handle(.shutdown)
    driver.handle(.settled(DeliveryToken(number: 1), .accepted))
    driver.handle(.authenticated(AuthenticationToken(number: 1), Peer.device))
    #expect(driver.actions.count == before)
  }

  @Test("The daemon's stop closes in every state")
  func shutdown() {
    var fresh = SessionDriver(MQTTSession(), principal: Peer.device)
    fresh.handle(.shutdown)
    #expect(fresh.closed == .shutdown)
    var session = MQTTSession()
    let now = Timestamp(seconds: 1000)
    _ = session.handle(.bytes(Client.connect()), at: now)
    #expect(
      session.handle(.shutdown, at: now) == [.reply([0x20, 2, 0, 3]), .wakeAt(nil), .close(.shutdown)])
    var driver = Peer.connected(connect: Client.connect(will: (Peer.signalTopic, "gone")))
    driver.handle(.shutdown)
    #expect(driver.closed == .shutdown)
    #expect(driver.delivered.isEmpty)
  }
}
