import CareModel
import FeedConformance
import FeedSession
import MQTT
import Testing

@Suite("MQTT 5.0: the end of a connection, and the will")
struct Version5EndTests {
  typealias Client = ClientPackets

  private let now = Timestamp(seconds: 1000)

  /// A session of an accepted client, before which the host keeps nothing back.
  private func session(
    expiry: UInt8 = 60, delay: UInt8 = 30, limits: MQTTLimits = MQTTLimits(maximumSessionExpirySeconds: 40)
  ) -> MQTTSession {
    var session = MQTTSession(limits: limits)
    let connect = Client.connect5(
      properties: [0x11, 0, 0, 0, expiry, 0x17, 0], will: (Peer.signalTopic, "gone"),
      willProperties: [0x18, 0, 0, 0, delay])
    _ = session.handle(.bytes(connect), at: now)
    _ = session.handle(.authenticated(AuthenticationToken(number: 1), Peer.device), at: now)
    return session
  }

  private func lost(_ number: UInt64 = 1) -> FeedAction {
    let source = SignalSource(feed: .mqtt, sender: "SN1", serial: "SN1")
    return .deliver(Signal(source: source, kind: .lineLost, raw: Array("gone".utf8)), DeliveryToken(number: number))
  }

  @Test(
    "Every end is told with its reason, and the will follows unless the end says nothing about the line",
    arguments: [
      ([0x00, 0], 0x81, .malformed, true), (Client.connect5(), 0x82, .protocolError, true),
      ([0x20, 2, 0, 0], 0x82, .protocolError, true), ([0xF0, 0], 0x82, .protocolError, true),
      ([0xF1, 0], 0x81, .malformed, true), (Client.connect(), 0x82, .protocolError, true),
      ([0x30, 0x80, 0x80, 0x04], 0x95, .tooLarge, true), ([0x30, 0xFF, 0xFF, 0xFF, 0xFF], 0x81, .malformed, true),
      (Client.publish5("a", "b", qos: 0), 0x87, .notAuthorized, true), (Client.disconnect, nil, .finished, false),
      (Client.disconnect5(0x00), nil, .finished, false), (Client.disconnect5(0x04), nil, .finished, true),
      (Client.disconnect5(0x97), nil, .finished, true), (Client.disconnect5(0x8B), 0x82, .protocolError, true),
      (Client.disconnect5(0x00, properties: [0x11, 0, 0, 0, 1]), 0x82, .protocolError, true),
      (Client.disconnect5(0x00, properties: [0x11, 0, 0, 0, 0]), nil, .finished, false),
    ] as [([UInt8], UInt8?, CloseReason, Bool)])
  func ends(bytes: [UInt8], code: UInt8?, reason: CloseReason, isLost: Bool) {
    var driver = Peer.connected(connect: Client.connect5(will: (Peer.heartbeatTopic, "gone")))
    driver.handle(.bytes(bytes))
    #expect(driver.goodbyes == (code.map { [$0] } ?? []))
    #expect(driver.closed == reason)
    #expect(driver.signals.map(\.kind) == (isLost ? [.lineLost] : []))
    #expect(driver.actions.last == .close(reason))
  }

  @Test("Our stop and a take-over have reasons of their own; the daemon's stop raises no will")
  func stops() {
    var stopped = session(delay: 0)
    #expect(stopped.handle(.shutdown, at: now) == [.reply([0xE0, 1, 0x8B]), .wakeAt(nil), .close(.shutdown)])
    var replaced = session(delay: 0)
    #expect(
      replaced.takenOver(at: now) == [.reply([0xE0, 1, 0x8E]), lost(), .wakeAt(nil), .close(.takenOver)])
    #expect(replaced.takenOver(at: now) == [])
    var waiting = MQTTSession()
    #expect(waiting.takenOver(at: now) == [.wakeAt(nil), .close(.takenOver)])
    var old = Peer.oldSession(at: now)
    #expect(old.takenOver(at: now) == [.wakeAt(nil), .close(.takenOver)])
  }

  @Test("What was sent ahead of a host that does not stop reading ends the connection")
  func sentAhead() {
    let limits = MQTTLimits(maximumUnsettled: 1, maximumHeldBytes: 100)
    var driver = Peer.connected(limits: limits, connect: Client.connect5())
    driver.handle(.bytes(Client.publish5(Peer.signalTopic, Peer.panic)))
    driver.handle(.bytes(Array(repeating: 0xC0, count: 100)))
    #expect(driver.closed == nil)
    driver.handle(.bytes([0xC0]))
    #expect(driver.goodbyes == [0x97])
  }

  @Test("Without a session after the connection a will goes at once, whatever its delay")
  func atOnce() {
    let limited = MQTTLimits(maximumSessionExpirySeconds: 40)
    for (expiry, limits) in [(60, .standard), (0, limited)] as [(UInt8, MQTTLimits)] {
      var session = session(expiry: expiry, limits: limits)
      #expect(session.handle(.peerClosed, at: now) == [lost(), .close(.peerClosed)])
    }
  }

  @Test(
    "With one, a will waits for its delay or the end of the session, whichever is first",
    arguments: [(60, 30, 30), (20, 30, 20), (60, 50, 40), (60, 1, 1)] as [(UInt8, UInt8, Int)])
  func delayed(expiry: UInt8, delay: UInt8, wait: Int) {
    var session = session(expiry: expiry, delay: delay)
    let due = now + .seconds(wait)
    #expect(session.handle(.peerClosed, at: now) == [.wakeAt(due), .close(.peerClosed)])
    #expect(session.handle(.peerClosed, at: now) == [])
    #expect(session.handle(.bytes(Client.pingreq), at: now) == [])
    #expect(session.handle(.deadline, at: due - .milliseconds(1)) == [.wakeAt(due)])
    #expect(session.handle(.deadline, at: due) == [lost()])
    #expect(session.handle(.settled(DeliveryToken(number: 1), .accepted), at: due) == [])
    #expect(session.handle(.deadline, at: due) == [])
  }

  @Test("A will that waits is taken back by the client's return and goes out before we stop")
  func delayedEnds() {
    let due = now + .seconds(30)
    var back = session()
    #expect(back.handle(.bytes([0x00]), at: now) == [.reply([0xE0, 1, 0x81]), .wakeAt(due), .close(.malformed)])
    #expect(back.takenOver(at: now) == [.wakeAt(nil)])
    #expect(back.handle(.deadline, at: due) == [])
    var stopped = session()
    _ = stopped.handle(.peerClosed, at: now)
    #expect(stopped.handle(.shutdown, at: now) == [lost(), .wakeAt(nil)])
    #expect(stopped.handle(.deadline, at: due) == [])
    var replaced = session()
    #expect(replaced.takenOver(at: now) == [.reply([0xE0, 1, 0x8E]), .wakeAt(nil), .close(.takenOver)])
  }

  @Test(
    "A DISCONNECT may change the session expiry, and with it how long the will waits",
    arguments: [(5, 5), (0, nil), (200, 30)] as [(UInt8, Int?)])
  func changedExpiry(seconds: UInt8, wait: Int?) {
    var session = session()
    let actions = session.handle(.bytes(Client.disconnect5(0x04, properties: [0x11, 0, 0, 0, seconds])), at: now)
    let before: [FeedAction] = wait.map { [.wakeAt(now + .seconds($0))] } ?? [lost(), .wakeAt(nil)]
    #expect(actions == before + [.close(.finished)])
  }

  @Test("A message to a client whose will waits is reported as not delivered")
  func downlink() {
    var session = session()
    _ = session.handle(.peerClosed, at: now)
    let token = DownlinkToken(number: 3)
    let message = Downlink(purpose: .deviceStatus(serial: "SN1"), payload: [], token: token)
    #expect(session.handle(.downlink(message), at: now) == [.downlinkReported(token, isDelivered: false)])
  }
}

extension Peer {
  /// An accepted client of 3.1.1.
  static func oldSession(at now: Timestamp) -> MQTTSession {
    var session = MQTTSession()
    _ = session.handle(.bytes(ClientPackets.connect()), at: now)
    _ = session.handle(.authenticated(AuthenticationToken(number: 1), device), at: now)
    return session
  }
}
