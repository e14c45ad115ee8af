import CareModel
import FeedConformance
import FeedSession
import MQTT
import Testing

@Suite("MQTT 5.0: from the first byte to the CONNACK")
struct Version5ConnectingTests {
  typealias Client = ClientPackets

  /// What every accepted client is told: receive maximum, packet size, aliases, no wildcards, nothing shared.
  private static let terms: [UInt8] = [
    0x21, 0, 100, 0x27, 0, 1, 0, 0, 0x22, 0, 10, 0x28, 0, 0x2A, 0,
  ]

  private static func connack(_ more: [UInt8] = []) -> [UInt8] {
    Client.packet(0x20, [0, 0] + Client.properties(terms + more))
  }

  @Test("A CONNECT asks who it is; the answer brings CONNACK with our terms and the keep-alive timer")
  func accepted() {
    var session = MQTTSession()
    let now = Timestamp(seconds: 1000)
    let token = AuthenticationToken(number: 1)
    let actions = session.handle(.bytes(Client.connect5(user: "SN1", password: "s")), at: now)
    #expect(
      actions == [
        .wakeAt(now + .seconds(10)),
        .authenticate(Credentials(userName: "SN1", secret: [0x73], clientID: "c1"), token),
      ])
    #expect(
      session.handle(.authenticated(token, Peer.device), at: now)
        == [.reply(Self.connack()), .online(Peer.device), .wakeAt(now + .seconds(90))])
  }

  @Test(
    "What holds instead of the client's wish is told",
    arguments: [
      (Client.connect5(keepAlive: 0), [0x13, 0x0E, 0x10]), (Client.connect5(keepAlive: 3600), []),
      (Client.connect5(keepAlive: 3601), [0x13, 0x0E, 0x10]),
      (Client.connect5(properties: [0x11, 0, 0, 0, 5]), [0x11, 0, 0, 0, 0]),
      (Client.connect5(properties: [0x11, 0, 0, 0, 0]), []),
      (Client.connect5(clientID: ""), [0x12] + Client.text("auto00000000000000ff")),
      (Client.connect5(clientID: "", clean: false), [0x12] + Client.text("auto00000000000000ff")),
    ] as [([UInt8], [UInt8])])
  func overridden(connect: [UInt8], more: [UInt8]) {
    var driver = SessionDriver(MQTTSession(connectionNumber: 255), principal: Peer.device)
    driver.handle(.bytes(connect))
    #expect(driver.replied == Self.connack(more))
  }

  @Test(
    "The limits are what is told",
    arguments: [(10, [0x11, 0, 0, 0, 10]), (20, []), (.max, [])] as [(UInt32, [UInt8])]
  )
  func limits(expiry: UInt32, more: [UInt8]) {
    let limits = MQTTLimits(
      maximumPacketBytes: 512, receiveMaximum: 20, maximumTopicAliases: 0, maximumKeepAliveSeconds: 60,
      maximumSessionExpirySeconds: expiry)
    var driver = SessionDriver(MQTTSession(limits: limits), principal: Peer.device)
    driver.handle(.bytes(Client.connect5(properties: [0x11, 0, 0, 0, 20])))
    let terms: [UInt8] = [0x21, 0, 20, 0x27, 0, 0, 2, 0, 0x22, 0, 0, 0x28, 0, 0x2A, 0]
    #expect(driver.replied == Client.packet(0x20, [0, 0] + Client.properties(terms + more)))
  }

  @Test("The given client id is the one that is asked with, and known to the host until the end")
  func assignedID() {
    var session = MQTTSession(connectionNumber: .max)
    let now = Timestamp(seconds: 1000)
    #expect(session.clientID == "")
    let actions = session.handle(.bytes(Client.connect5(clientID: "")), at: now)
    #expect(session.clientID == "autoffffffffffffffff")
    let given = session.clientID
    #expect(actions.contains { if case .authenticate(let who, _) = $0 { who.clientID == given } else { false } })
    _ = session.handle(.authenticated(AuthenticationToken(number: 1), Peer.device), at: now)
    #expect(session.clientID == "autoffffffffffffffff")
    _ = session.handle(.peerClosed, at: now)
    #expect(session.clientID == "")
  }

  @Test(
    "Refusals carry a reason code, and words where they are welcome",
    arguments: [
      (Client.connect5(user: "SN1", password: "wrong"), 0x86, .notAuthenticated),
      (Client.connect5(), 0x87, .notAuthenticated),
      (Client.connect5(properties: [0x15] + Client.text("SCRAM")), 0x8C, .notAuthenticated),
      (Client.connect5(clientID: String(repeating: "a", count: 257)), 0x85, .protocolError),
      (Client.connect5(clientID: "a\u{7F}"), 0x85, .protocolError),
      (Client.connect5(properties: [0x21, 0, 0]), 0x82, .protocolError),
      (Client.connect5(properties: [0x21, 0]), 0x81, .malformed),
      (Client.connect5(user: "\u{1}"), 0x81, .malformed),
    ] as [([UInt8], UInt8, CloseReason)])
  func refused(connect: [UInt8], code: UInt8, reason: CloseReason) {
    var driver = SessionDriver(MQTTSession(), principal: nil)
    driver.handle(.bytes(connect + Client.publish5(Peer.signalTopic, Peer.panic)))
    #expect(Client.split(driver.replied).map { Client.essence($0, version: 5) } == [[0x20, 0, code]])
    #expect(driver.closed == reason)
    #expect(driver.delivered.isEmpty)
  }

  @Test(
    "Words are left out when they are not welcome or do not fit; a CONNACK that does not fit refuses the client",
    arguments: [
      ([], nil, [0x87], 24), ([0x17, 0], nil, [0x87], 5), ([0x27, 0, 0, 0, 24], nil, [0x87], 24),
      ([0x27, 0, 0, 0, 23], nil, [0x87], 5), ([0x27, 0, 0, 0, 5], nil, [0x87], 5),
      ([0x27, 0, 0, 0, 4], nil, [], 0), ([0x27, 0, 0, 0, 20], Peer.device, [0], 20),
      ([0x27, 0, 0, 0, 19], Peer.device, [0x95], 5),
    ] as [([UInt8], Principal?, [UInt8], Int)])
  func sizes(properties: [UInt8], principal: Principal?, codes: [UInt8], size: Int) {
    var driver = SessionDriver(MQTTSession(), principal: principal)
    driver.handle(.bytes(Client.connect5(properties: properties)))
    #expect(Client.split(driver.replied).map { $0[3] } == codes)
    #expect(driver.replied.count == size)
    #expect((driver.closed == nil) == (codes == [0]))
  }

  @Test(
    "Silence ends the connection after one and a half of the keep-alive that holds", arguments: [(0, 90), (40, 60)])
  func keepAlive(wanted: Int, silence: Int) {
    let limits = MQTTLimits(maximumKeepAliveSeconds: 60)
    var driver = Peer.connected(limits: limits, connect: Client.connect5(keepAlive: wanted))
    driver.now = driver.now + .milliseconds(silence * 1000 - 1)
    driver.handle(.deadline)
    #expect(driver.closed == nil)
    driver.now = driver.now + .milliseconds(1)
    driver.handle(.deadline)
    #expect(driver.closed == .idle)
    #expect(driver.goodbyes == [0x8D])
  }

  @Test("Without a judgement in time, and when we stop, the client is told that we are not there")
  func unavailable() {
    let now = Timestamp(seconds: 1000)
    for event in [FeedEvent.deadline, .shutdown] {
      var session = MQTTSession()
      _ = session.handle(.bytes(Client.connect5(properties: [0x17, 0])), at: now)
      #expect(session.handle(event, at: now + .seconds(10)).first == .reply([0x20, 3, 0, 0x88, 0]))
    }
  }

  @Test(
    "A client with a certificate is asked nothing; a user name must be the same",
    arguments: [
      (Peer.device, nil, true), (Peer.device, "SN1", true), (Peer.device, "SN2", false), (Peer.device, "", false),
      (.staff(Peer.staffID), nil, true), (.staff(Peer.staffID), "staff:\(Peer.staffID)", true),
      (.staff(Peer.staffID), "\(Peer.staffID)", false), (.staff(Peer.staffID), "SN1", false),
      (.hospital(code: "H"), nil, false), (.anonymous, "", false),
    ] as [(Principal, String?, Bool)])
  func certified(principal: Principal, user: String?, isAccepted: Bool) {
    for version in [4, 5] {
      let connect = version == 5 ? Client.connect5(user: user) : Client.connect(user: user)
      let publish =
        version == 5 ? Client.publish5(Peer.signalTopic, Peer.panic) : Client.publish(Peer.signalTopic, Peer.panic)
      var driver = SessionDriver(MQTTSession(certified: principal), principal: nil)
      driver.handle(.bytes(connect + publish))
      #expect(driver.actions.contains(.online(principal)) == isAccepted)
      #expect(!driver.actions.contains { if case .authenticate = $0 { true } else { false } })
      #expect(driver.signals.count == (isAccepted && principal == Peer.device ? 1 : 0))
      guard !isAccepted else { continue }
      #expect(driver.closed == .notAuthorized)
      #expect(driver.replied[3] == (version == 5 ? 0x87 : 5))
    }
  }
}

extension SessionDriver {
  /// The reason codes of the DISCONNECTs that were sent.
  var goodbyes: [UInt8] {
    ClientPackets.split(replied).filter { $0[0] == 0xE0 }.compactMap { $0.dropFirst(2).first }
  }

  /// What matters in the replies after the CONNACK of a connection of 5.0.
  var essences: [[UInt8]] { answers.map { ClientPackets.essence($0, version: 5) } }
}
