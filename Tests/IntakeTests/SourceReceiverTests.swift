import CareModel
import EngineHost
import FeedSession
import HL7
import Intake
import Logging
import MQTT
import NIOCore
import NIOEmbedded
import Testing

@Suite("limits at a receiver")
struct SourceReceiverTests {
  /// A receiver without a network, whose time the test moves.
  private final class World {
    let receiver: TCPReceiver<MQTTSession>
    private let time = SharedTime()
    private var channels: [EmbeddedChannel] = []

    init(_ limits: SourceLimits = SourceLimits(), unproven: Int = 100) throws {
      let time = time
      receiver = TCPReceiver(
        settings: ReceiverSettings(name: "test", host: "127.0.0.1", port: 0, maximumUnproven: unproven),
        engine: NotedEngine(), clock: WallClock { time.now }, logger: Logger(label: "test"),
        sources: SourceGuard(limits: limits), makeSession: { _, _ in MQTTSession() })
    }

    func connect(from address: String = "192.0.2.1") throws -> EmbeddedChannel {
      let channel = EmbeddedChannel()
      let address = try SocketAddress(ipAddress: address, port: 1000)
      channel.remoteAddress = address
      try receiver.initialize(channel).wait()
      try channel.connect(to: address).wait()
      channels.append(channel)
      return channel
    }

    func pass(_ span: TimeSpan) {
      time.pass(span)
      for channel in channels { channel.embeddedEventLoop.advanceTime(by: .microseconds(span.microseconds)) }
    }

    func close(_ channel: EmbeddedChannel) throws {
      try channel.close().wait()
      channel.embeddedEventLoop.run()
    }

    /// Signs in, and gives back what was answered so far.
    func signIn(_ channel: EmbeddedChannel, _ password: String) throws -> [UInt8] {
      try channel.writeInbound(ByteBuffer(bytes: MQTTWords.connect("A1", clientID: "", password: password)))
      return try answer(channel)
    }

    func answer(_ channel: EmbeddedChannel) throws -> [UInt8] {
      channel.embeddedEventLoop.run()
      return try channel.readOutbound(as: ByteBuffer.self).map { Array($0.readableBytesView) } ?? []
    }
  }

  private static let refusal: [UInt8] = [0x20, 2, 0, 4]
  private static let rules = SourceLimits.FailedSignIns(
    delayAfter: 1, closeAfter: 2, window: .seconds(60), delay: .seconds(2), closedFor: .seconds(30))

  @Test("the answer to a failed sign-in is held back after too many, that to a right one never is")
  func delays() throws {
    let world = try World(SourceLimits(failedSignIns: Self.rules))
    #expect(try world.signIn(world.connect(), "wrong") == Self.refusal)
    let late = try world.connect()
    #expect(try world.signIn(late, "wrong") == [])
    #expect(try world.signIn(world.connect(), LateEngine.password) == MQTTWords.connack)
    #expect(try world.signIn(world.connect(from: "192.0.2.2"), "wrong") == Self.refusal)
    world.pass(.milliseconds(1_999))
    #expect(try world.answer(late) == [] && late.isActive)
    world.pass(.milliseconds(1))
    #expect(try world.answer(late) == Self.refusal)
    #expect(world.receiver.counters.delayed == [.failedSignIn: 1])
    #expect(world.receiver.counters.closed == [.notAuthenticated: 3])
  }

  @Test("a source that fails on is closed for a while; its open connections and others go on")
  func closes() throws {
    let world = try World(SourceLimits(failedSignIns: Self.rules))
    let open = try world.connect()
    #expect(try world.signIn(open, LateEngine.password) == MQTTWords.connack)
    for _ in 0..<3 { _ = try world.signIn(world.connect(), "wrong") }
    #expect(throws: (any Error).self) { _ = try world.connect() }
    #expect(world.receiver.counters.refused == [.failedSignIns: 1])
    try open.writeInbound(ByteBuffer(bytes: MQTTWords.pingreq))
    #expect(try world.answer(open) == MQTTWords.pingresp)
    #expect(try world.signIn(world.connect(from: "192.0.2.2"), LateEngine.password) == MQTTWords.connack)
    world.pass(.seconds(30))
    #expect(try world.signIn(world.connect(), LateEngine.password) == MQTTWords.connack)
  }

  @Test("open connections of a source are counted until they close")
  func connections() throws {
    let world = try World(SourceLimits(maximumConnections: 1))
    let first = try world.connect()
    #expect(throws: (any Error).self) { _ = try world.connect() }
    _ = try world.connect(from: "192.0.2.2")
    try world.close(first)
    _ = try world.connect()
    #expect(world.receiver.counters.refused == [.sourceConnections: 1])
    #expect(world.receiver.counters.accepted == 3)
  }

  @Test("at the bound of unproven connections the oldest goes, and none that has signed in")
  func unproven() throws {
    let world = try World(unproven: 2)
    let proven = try world.connect()
    #expect(try world.signIn(proven, LateEngine.password) == MQTTWords.connack)
    let silent = try (0..<3).map { _ in try world.connect() }
    #expect(silent.map(\.isActive) == [false, true, true])
    #expect(world.receiver.counters.refused == [.unproven: 1])
    try world.close(silent[1])
    _ = try world.connect()
    #expect(silent[2].isActive && proven.isActive)
    _ = try world.connect()
    #expect(!silent[2].isActive && proven.isActive)
  }

  @Test("a message proves a connection where nobody signs in")
  func provenByMessage() throws {
    let receiver = TCPReceiver(
      settings: ReceiverSettings(name: "test", host: "127.0.0.1", port: 0, maximumUnproven: 1),
      engine: NotedEngine(), logger: Logger(label: "test"),
      makeSession: { _, _ in MLLPSession(configuration: MLLPConfiguration()) })
    let channels = try (0..<3).map { number in
      let channel = EmbeddedChannel()
      try receiver.initialize(channel).wait()
      try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
      if number == 0 { try channel.writeInbound(ByteBuffer(bytes: MLLPReceiverTests.message("C1"))) }
      return channel
    }
    #expect(channels.map(\.isActive) == [true, false, true])
  }
}

@Suite("limits over a real socket", .timeLimit(.minutes(1)))
struct SourceSocketTests {
  @Test("too many bytes in too short a time are read later, and none is lost")
  func bytes() async throws {
    try await RunningReceiver.mqtt(LateEngine(), { $0.bytesPerSecond = 65_536 }) { running in
      var client = try await running.device("A1")
      // What one turn of reading takes (64 KiB) comes on top of what is allowed at once.
      let count = 80_000
      try await client.send(Array(repeatElement(MQTTWords.pingreq, count: count).joined()))
      #expect(await client.read(2 * count).count == 2 * count)
      #expect(running.receiver.counters.delayed.keys.elementsEqual([.bytes]))
    }
  }

  @Test("connections of one source beyond its limit are closed and counted")
  func source() async throws {
    let sources = SourceGuard(limits: SourceLimits(maximumConnections: 1))
    try await RunningReceiver.mqtt(LateEngine(), sources: sources) { running in
      var first = try await running.device("A1")
      var second = try await SocketClient(port: running.port)
      #expect(await second.readToEnd() == [])
      #expect(running.receiver.counters.refused == [.sourceConnections: 1])
      try await first.send(MQTTWords.pingreq)
      #expect(await first.read(2) == MQTTWords.pingresp)
    }
  }

  @Test("in the clear, a receiver that is kept to this machine listens nowhere else")
  func loopbackOnly() async throws {
    let receiver = TCPReceiver(
      settings: ReceiverSettings(name: "test", host: "0.0.0.0", port: 0, loopbackOnly: true), engine: LateEngine(),
      logger: Logger(label: "test"), makeSession: { _, _ in MQTTSession() })
    await #expect(throws: ListenerProblem(name: "test", host: "0.0.0.0")) { try await receiver.run() }
  }
}
