import CareModel
import EngineHost
import FeedSession
import Intake
import Logging
import NIOCore
import NIOEmbedded
import NIOSSL
import Testing

@Suite("handshakes")
struct HandshakeTests {
  /// Connections without a network, whose time the test moves.
  private final class World {
    let receiver: TCPReceiver<WordSession>
    private let time = SharedTime()
    private let eventLoop = EmbeddedEventLoop()

    init(_ limits: HandshakeLimits, unproven: Int = 100) throws {
      let time = time
      receiver = TCPReceiver(
        settings: ReceiverSettings(
          name: "test", host: "127.0.0.1", port: 0, maximumUnproven: unproven, handshakes: limits),
        engine: NotedEngine(), clock: WallClock { time.now }, logger: Logger(label: "test"),
        security: try TLSFiles.contexts(), makeSession: { _, _ in WordSession() })
    }

    func connect() throws -> Connection { try Connection(receiver, eventLoop) }

    func pass(_ span: TimeSpan) {
      time.pass(span)
      eventLoop.advanceTime(by: .microseconds(span.microseconds))
    }
  }

  /// Both ends of a connection.
  private struct Connection {
    let server: EmbeddedChannel
    let client = EmbeddedChannel()

    private static let trusting = Result { try TLSFiles.client() }

    init(_ receiver: TCPReceiver<WordSession>, _ eventLoop: EmbeddedEventLoop) throws {
      server = EmbeddedChannel(loop: eventLoop)
      try receiver.initialize(server).wait()
      try server.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
      let security = try NIOSSLClientHandler(context: Self.trusting.get(), serverHostname: "localhost")
      try client.pipeline.syncOperations.addHandler(security)
      try client.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    /// Carries what the client has to send.
    func toServer() throws {
      while let bytes = try client.readOutbound(as: ByteBuffer.self) { try server.writeInbound(bytes) }
      server.embeddedEventLoop.run()
    }

    /// Carries what the server has to send; whether it was anything.
    func toClient() throws -> Bool {
      var isAnything = false
      while let bytes = try server.readOutbound(as: ByteBuffer.self) {
        isAnything = true
        try client.writeInbound(bytes)
      }
      return isAnything
    }

    /// Says a word to the session, once the handshake is over, and gives back its answer.
    func ask(_ word: String) throws -> String? {
      client.writeAndFlush(ByteBuffer(string: word), promise: nil)
      try toServer()
      server.embeddedEventLoop.run()
      _ = try toClient()
      return try client.readInbound(as: ByteBuffer.self).map { String(buffer: $0) }
    }

    func shakeHands() throws {
      try toServer()
      while try toClient() { try toServer() }
    }
  }

  @Test("the session begins once both have shaken hands, and not before")
  func session() throws {
    let world = try World(HandshakeLimits())
    let connection = try world.connect()
    try connection.toServer()
    #expect(world.receiver.counters.accepted == 0)
    try connection.shakeHands()
    #expect(world.receiver.counters.accepted == 1)
    #expect(try connection.ask("hello") == "heard hello")
    world.pass(.minutes(10))
    #expect(connection.server.isActive)
    #expect(world.receiver.counters.refused == [:])
  }

  @Test("a first record in single bytes is taken like any other")
  func byteByByte() throws {
    let world = try World(HandshakeLimits())
    let connection = try world.connect()
    while var bytes = try connection.client.readOutbound(as: ByteBuffer.self) {
      while let byte = bytes.readSlice(length: 1) { try connection.server.writeInbound(byte) }
    }
    try connection.shakeHands()
    #expect(try connection.ask("hello") == "heard hello")
  }

  @Test(
    "who says nothing, too little or only the beginning is closed at the time limit and not before", arguments: 0..<3)
  func timeLimit(saying: Int) throws {
    let world = try World(HandshakeLimits(timeLimit: .seconds(10)))
    let connection = try world.connect()
    if saying == 1 { try connection.server.writeInbound(ByteBuffer(bytes: [0x16, 3, 1, 1])) }
    if saying == 2 { try connection.toServer() }
    world.pass(.milliseconds(9_999))
    #expect(connection.server.isActive)
    world.pass(.milliseconds(1))
    #expect(!connection.server.isActive)
    #expect(world.receiver.counters.refused == [.handshakeTimeout: 1])
    #expect(world.receiver.counters.accepted == 0)
  }

  @Test(
    "what cannot be the beginning of TLS is closed at once",
    arguments: [
      [0x10], [0x17, 3, 1, 0, 1], [0x16, 3, 1, 0x40, 1], [0x16, 3, 1, 0, 0], [0x16, 3, 1, 0, 4, 9, 0, 0, 0],
    ])
  func garbage(bytes: [UInt8]) throws {
    let world = try World(HandshakeLimits())
    let connection = try world.connect()
    _ = try? connection.server.writeInbound(ByteBuffer(bytes: bytes))
    #expect(!connection.server.isActive)
    #expect(world.receiver.counters.refused == [.handshakeFailed: 1])
  }

  @Test("so many shake hands at once, so many wait, one more is closed; who is done makes room for who came first")
  func bound() throws {
    let world = try World(HandshakeLimits(maximumUnderWay: 2, maximumWaiting: 2))
    let silent = try world.connect()
    let connections = try (0..<5).map { _ in try world.connect() }
    for connection in connections { try connection.toServer() }
    #expect(world.receiver.counters.refused == [.handshakesFull: 1])
    #expect(!connections[4].server.isActive && silent.server.isActive)
    #expect(world.receiver.counters.delayed == [.handshake: 2])
    #expect(try !connections[2].toClient())
    try connections[1].shakeHands()
    #expect(try !connections[3].toClient())
    for connection in connections[..<4] { try connection.shakeHands() }
    for connection in connections[..<4] { #expect(try connection.ask("hello") == "heard hello") }
    try silent.shakeHands()
    #expect(world.receiver.counters.accepted == 5)
  }

  @Test("a handshake that stands still is closed once others wait, after some patience and not before")
  func stalled() throws {
    let world = try World(HandshakeLimits(maximumUnderWay: 1, patience: .seconds(2)))
    let stalled = try world.connect()
    try stalled.toServer()
    world.pass(.seconds(5))
    #expect(stalled.server.isActive)
    let next = try world.connect()
    try next.toServer()
    #expect(!stalled.server.isActive)
    #expect(world.receiver.counters.refused == [.handshakeStalled: 1])
    #expect(try next.toClient())
    let third = try world.connect()
    try third.toServer()
    world.pass(.milliseconds(1_999))
    #expect(next.server.isActive)
    world.pass(.milliseconds(1))
    #expect(!next.server.isActive)
    try third.shakeHands()
    #expect(try third.ask("hello") == "heard hello")
  }

  @Test("who leaves while it waits or shakes hands gives its place back")
  func leaving() throws {
    let world = try World(HandshakeLimits(maximumUnderWay: 1, maximumWaiting: 1))
    let connections = try (0..<3).map { _ in try world.connect() }
    for connection in connections[..<2] { try connection.toServer() }
    try connections[1].server.close().wait()
    world.pass(.milliseconds(1))
    try connections[2].toServer()
    #expect(try !connections[2].toClient())
    try connections[0].server.close().wait()
    world.pass(.milliseconds(1))
    try connections[2].shakeHands()
    #expect(try connections[2].ask("hello") == "heard hello")
    #expect(world.receiver.counters.refused == [.handshakeFailed: 2])
  }

  @Test("the oldest unproven connection goes, also while it shakes hands")
  func unproven() throws {
    let world = try World(HandshakeLimits(), unproven: 2)
    let oldest = try world.connect()
    try oldest.toServer()
    let other = try world.connect()
    #expect(oldest.server.isActive)
    _ = try world.connect()
    #expect(!oldest.server.isActive && other.server.isActive)
    #expect(world.receiver.counters.refused == [.unproven: 1])
  }

  @Test("a long queue of handshakes that fail is worked off one after the other")
  func longQueue() throws {
    let count = 2000
    let world = try World(HandshakeLimits(maximumUnderWay: 1, maximumWaiting: count), unproven: count + 1)
    let first = try world.connect()
    try first.toServer()
    let hopeless = ByteBuffer(bytes: [0x16, 3, 1, 0, 4, 9, 0, 0, 0])
    for _ in 0..<count { _ = try? world.connect().server.writeInbound(hopeless) }
    #expect(world.receiver.counters.refused == [:])
    try first.shakeHands()
    world.pass(.milliseconds(1))
    #expect(world.receiver.counters.refused == [.handshakeFailed: UInt64(count)])
    #expect(try first.ask("hello") == "heard hello")
  }

  @Test("records of random bytes trap nowhere and never reach a session")
  func randomRecords() throws {
    let world = try World(HandshakeLimits(maximumUnderWay: 2))
    var random = SplitMix(seed: 11)
    for _ in 0..<300 {
      let connection = try world.connect()
      let body = (0..<Int.random(in: 1...200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      let record = [0x16, 3, UInt8.random(in: 0...4, using: &random), 0, UInt8(body.count)] + body
      _ = try? connection.server.writeInbound(ByteBuffer(bytes: record))
    }
    #expect(world.receiver.counters.accepted == 0)
  }
}
