import CareModel
import FeedConformance
import FeedSession
import JT808
import Testing

@Suite("JT/T 808 sessions")
struct JT808SessionTests {
  private static let messageTable: [(Int, [UInt8], String, [String])] = [
    (0x0002, [], "heartbeat", ["2 7 0"]),
    (0x0200, Terminal.location(), "position", ["200 7 0"]),
    (0x0200, Terminal.location(alarm: 1), "panic", ["200 7 0"]),
    (0x0704, Terminal.batch([Terminal.location(), Terminal.location()]), "position position", ["704 7 0"]),
    (0x0001, Terminal.bytes(0, 5), "", []),
    (0x0003, [], "", ["3 7 0"]),
    (0x0900, [1, 2, 3], "unknown", ["900 7 3"]),
    (0x0200, [0, 0, 0], "unknown", ["200 7 0"]),
    (0x0704, [0, 1], "unknown", ["704 7 0"]),
  ]

  @Test("what is sent, what is delivered, what is answered once it is settled", arguments: Self.messageTable)
  func conversation(message: Int, body: [UInt8], kinds: String, answers: [String]) {
    for is2019 in [false, true] {
      var driver = SessionDriver.terminal(nil)
      driver.send(Terminal.frame(message, body, serial: 7, is2019: is2019))
      #expect(driver.kinds.map(\.rawValue).joined(separator: " ") == kinds)
      #expect(driver.answers == (kinds.isEmpty ? answers : []))
      driver.settleAll()
      #expect(driver.answers == answers && driver.closed == nil)
    }
  }

  @Test("a signal says who, when and what came")
  func signal() {
    let frame = Terminal.frame(
      0x0200, Terminal.location(alarm: 1, items: [0x30, 1, 20, 0xE4, 2, 0, 87]), serial: 0x7E7D)
    var driver = SessionDriver.terminal()
    driver.send(frame)
    let expected = Signal(
      source: SignalSource(feed: .jt808, sender: "13800138000", serial: "13800138000"), kind: .panic,
      repeatKey: .message(id: "32381:261123100000", window: .minutes(10)),
      occurredAt: Timestamp(rfc3339: "2026-11-23T10:00:00+08:00"), batteryPercent: 87, raw: frame)
    #expect(driver.signals == [expected])
  }

  @Test("an answer's bytes: number and version come back, 7E and 7D are escaped")
  func answerBytes() {
    var old = SessionDriver.terminal(nil, settlement: .atOnce)
    old.send(Terminal.frame(0x0002, serial: 0x7D7E), Terminal.frame(0x0002, serial: 2))
    let first: [UInt8] = Terminal.seal(
      [0x80, 0x01, 0, 5, 0x01, 0x38, 0x00, 0x13, 0x80, 0x00, 0, 0, 0x7D, 0x7E, 0, 2, 0])
    let second: [UInt8] = Terminal.seal([0x80, 0x01, 0, 5, 0x01, 0x38, 0x00, 0x13, 0x80, 0x00, 0, 1, 0, 2, 0, 2, 0])
    #expect(old.replied == first + second)
    var new = SessionDriver.terminal(nil, settlement: .atOnce)
    new.send(Terminal.frame(0x0002, serial: 3, is2019: true))
    let head: [UInt8] = [0x80, 0x01, 0x40, 5, 1, 0, 0, 0, 0, 0x01, 0x38, 0x00, 0x13, 0x80, 0x00]
    #expect(new.replied == Terminal.seal(head + [0, 0, 0, 3, 0, 2, 0]))
  }

  @Test(
    "the normal form of a phone number",
    arguments: [
      ("013800138000", "13800138000"), ("000000000000", "0"), ("4eb6fb4ad628", "4eb6fb4ad628"), ("00a0", "a0"),
    ])
  func phone(digits: String, normal: String) {
    for is2019 in [false, true] {
      var driver = SessionDriver.terminal(nil)
      driver.send(Terminal.frame(0x0002, phone: digits, is2019: is2019))
      #expect(driver.signals.map(\.source) == [SignalSource(feed: .jt808, sender: normal, serial: normal)])
    }
  }

  @Test("answers wait for those before them, and nothing is answered twice")
  func order() {
    var driver = SessionDriver.terminal(nil)
    driver.send(
      Terminal.frame(0x0200, Terminal.location(alarm: 0x81), serial: 1), Terminal.frame(0x0100, serial: 2),
      Terminal.frame(0x0002, serial: 3))
    #expect(driver.kinds == [.panic, .batteryLow, .heartbeat])
    let tokens = driver.unsettled
    driver.settle(tokens[2])
    driver.settle(tokens[1])
    driver.settle(tokens[1])
    #expect(driver.answers == [])
    driver.settle(tokens[0])
    #expect(driver.answers.map { $0.prefix(6) } == ["200 1 ", "8100 2", "2 3 0"])
    driver.settle(tokens[0], .unavailable)
    #expect(driver.closed == nil)
  }

  @Test("what cannot be made durable closes without an answer")
  func unavailable() {
    var driver = SessionDriver.terminal(nil)
    driver.send(Terminal.frame(0x0002, serial: 1), Terminal.frame(0x0200, Terminal.location(alarm: 1), serial: 2))
    driver.settle(driver.unsettled[1], .unavailable)
    #expect(driver.answers == [] && driver.closed == .unavailable)
    let count = driver.actions.count
    driver.settleAll()
    driver.send(Terminal.frame(0x0002, serial: 3))
    #expect(driver.actions.count == count)
  }

  @Test("registration is granted with a code that depends on the number only")
  func registration() {
    var driver = SessionDriver.terminal(nil)
    driver.send(Terminal.frame(0x0100, [0, 44], serial: 5))
    driver.send(Terminal.frame(0x0100, serial: 6, phone: "1"))
    let codes = driver.answers.map { $0.split(separator: " ") }
    #expect(codes.map { $0.prefix(3) } == [["8100", "5", "0"], ["8100", "6", "0"]])
    #expect(codes[0][3].hasPrefix("SB") && codes[0][3] != codes[1][3] && driver.delivered.isEmpty)
    var other = SessionDriver.terminal(nil)
    other.send(Terminal.frame(0x0100, serial: 5))
    #expect(other.answers == [driver.answers[0]])
  }

  private static let principalTable: [(Principal?, Bool)] = [
    (.device(serial: Terminal.phone), true), (nil, false), (.anonymous, false),
    (.device(serial: "another"), false),
  ]

  @Test(
    "the code of 0102 goes to the host; whether it believes or not, the terminal goes on",
    arguments: Self.principalTable)
  func authentication(principal: Principal?, isBelieved: Bool) {
    let code = Array("s3cret".utf8)
    for (is2019, body) in [(false, code), (true, [6] + code + [UInt8](repeating: 0x31, count: 35))] {
      var driver = SessionDriver(JT808Session(), principal: principal)
      driver.send(
        Terminal.frame(0x0102, body, serial: 1, is2019: is2019) + Terminal.frame(0x0002, serial: 2, is2019: is2019))
      let credentials = Credentials(userName: Terminal.phone, secret: code, clientID: Terminal.phone)
      #expect(driver.actions.contains(.authenticate(credentials, AuthenticationToken(number: 1))))
      #expect(driver.actions.contains(.online(.device(serial: Terminal.phone))) == isBelieved)
      #expect(driver.answers == ["102 1 0", "2 2 0"] && driver.closed == nil && !driver.isPaused)
      #expect(driver.signals.map(\.oddities) == [isBelieved ? [] : [.anonymousSender]])
    }
  }

  @Test("another number on the same connection, and a logout, end the belief")
  func beliefEnds() {
    var driver = SessionDriver.terminal(settlement: .atOnce)
    driver.send(
      Terminal.frame(0x0002), Terminal.frame(0x0002, phone: "77"), Terminal.frame(0x0003), Terminal.frame(0x0002))
    #expect(driver.signals.map(\.oddities) == [[], [.anonymousSender], [.anonymousSender]])
    #expect(driver.signals.map(\.source.sender) == [Terminal.phone, "77", Terminal.phone])
  }

  @Test("nothing behind 0102 is looked at before the host has answered; without an answer it goes on unbelieved")
  func authenticationLimit() {
    var session = JT808Session()
    let now = Timestamp(seconds: 1_800_000_000)
    let frames = Terminal.frame(0x0102, serial: 1) + Terminal.frame(0x0200, Terminal.location(alarm: 1), serial: 2)
    let asked = session.handle(.bytes(frames), at: now)
    #expect(asked.count == 3 && asked.contains(.pauseReading) && asked.contains(.wakeAt(now + .seconds(10))))
    #expect(session.handle(.authenticated(AuthenticationToken(number: 9), Terminal.principal), at: now) == [])
    #expect(session.handle(.deadline, at: now + .seconds(9)) == [])
    let after = session.handle(.deadline, at: now + .seconds(10))
    #expect(
      after.contains { if case .deliver(let signal, _) = $0 { signal.oddities == [.anonymousSender] } else { false } })
    #expect(after.contains(.resumeReading))
    #expect(session.handle(.authenticated(AuthenticationToken(number: 1), Terminal.principal), at: now) == [])
  }

  @Test("a call for help sent just before the line broke counts, also behind an open question")
  func lastWords() {
    var session = JT808Session()
    let now = Timestamp(seconds: 1_800_000_000)
    let token = AuthenticationToken(number: 1)
    _ = session.handle(
      .bytes(Terminal.frame(0x0102) + Terminal.frame(0x0200, Terminal.location(alarm: 1))), at: now)
    #expect(session.handle(.peerClosed, at: now).allSatisfy { $0 != .close(.peerClosed) })
    let after = session.handle(.authenticated(token, Terminal.principal), at: now)
    #expect(after.count == 2 && after.last == .close(.peerClosed))
    if case .deliver(let signal, _) = after.first { #expect(signal.kind == .panic && signal.oddities == []) }
  }

  @Test("an encrypted body is kept and shown, and its sender told that it is not understood")
  func encrypted() {
    var driver = SessionDriver.terminal()
    driver.send(Terminal.frame(0x0200, Terminal.location(alarm: 1), serial: 4, flags: 1 << 10))
    driver.settleAll()
    #expect(driver.signals.map(\.oddities) == [[.notText]] && driver.kinds == [.unknown])
    #expect(driver.answers == ["102 0 0", "200 4 3"])
  }

  @Test("a wrong check byte is shown and not answered; a wrong length is an oddity only")
  func damaged() {
    var frame = Terminal.frame(0x0200, Terminal.location(alarm: 1), serial: 4)
    frame[14] ^= 0x10
    var driver = SessionDriver.terminal(nil)
    driver.send(frame)
    driver.settleAll()
    #expect(driver.kinds == [.unknown] && driver.signals[0].oddities == [.missingField, .anonymousSender])
    #expect(driver.replied == [] && driver.signals[0].raw == frame)
    driver.send(Terminal.seal([2, 0, 0, 3] + Terminal.bcd(Terminal.phone, 6) + [0, 6] + Terminal.location(alarm: 1)))
    #expect(driver.kinds == [.unknown, .panic])
    #expect(driver.signals[1].oddities.contains(.missingField))
  }

  @Test("a mark that was not escaped costs nothing; a frame without its end costs no other")
  func unescapedMarks() {
    let frame = Terminal.frame(0x0200, Terminal.location(alarm: 1, items: [0xFE, 1, 0x7E, 0x30, 1, 0x7E]), serial: 4)
    let unescaped: [UInt8] =
      [0x7E]
      + frame.split(separator: 0x7D).enumerated().flatMap { index, piece in
        index == 0 ? Array(piece) : [0x7E] + piece.dropFirst()
      }.dropFirst()
    let heartbeat = Terminal.frame(0x0002, serial: 9)
    for (stream, kinds) in [
      (unescaped, [.panic]), (unescaped + heartbeat, [.panic, .heartbeat]),
      (frame.prefix(30) + heartbeat + unescaped, [.unknown, .heartbeat, .panic]),
      (frame.prefix(30) + [0x0D, 0x0A] + heartbeat.dropFirst(), []),
      (unescaped.prefix(46) + frame, [.unknown, .panic]), (unescaped.prefix(46) + [0x7E], []),
    ] as [([UInt8], [SignalKind])] {
      var driver = SessionDriver.terminal(nil)
      for byte in stream { driver.send([byte]) }
      #expect(driver.kinds == kinds)
    }
    var driver = SessionDriver.terminal(nil)
    driver.send(frame.prefix(30) + [0x7E])
    driver.handle(.peerClosed)
    #expect(driver.kinds == [.unknown] && driver.closed == .peerClosed)
  }

  @Test("a message for the terminal is reported as not delivered; a stop closes")
  func otherEvents() {
    var driver = SessionDriver.terminal()
    let token = DownlinkToken(number: 1)
    driver.handle(.downlink(Downlink(purpose: .deviceStatus(serial: "d"), payload: [], token: token)))
    #expect(driver.reports == [.downlinkReported(token, isDelivered: false)])
    driver.handle(.shutdown)
    #expect(driver.closed == .shutdown)
  }
}
