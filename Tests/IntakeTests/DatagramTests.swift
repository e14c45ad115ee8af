import CareModel
import EngineHost
import FeedSession
import Intake
import Logging
import NIOCore
import NIOEmbedded
import Testing

@Suite("datagrams")
struct DatagramTests {
  /// A listener without a network, whose time the test moves.
  private final class World {
    let channel = EmbeddedChannel()
    let engine = NotedEngine()
    let receiver: DatagramReceiver<WordSession>
    private let time = SharedTime()

    init(peers: Int = 100, limits: DatagramLimits = DatagramLimits(), sources: SourceLimits = SourceLimits()) throws {
      let time = time
      receiver = DatagramReceiver(
        settings: ReceiverSettings(name: "test", host: "127.0.0.1", port: 0, maximumConnections: peers),
        limits: limits, engine: engine, clock: WallClock { time.now }, logger: Logger(label: "test"),
        sources: SourceGuard(limits: sources), makeSession: { _, _ in WordSession() })
      try receiver.initialize(channel).wait()
      try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    func pass(_ span: TimeSpan) {
      time.pass(span)
      channel.embeddedEventLoop.advanceTime(by: .microseconds(span.microseconds))
    }

    func send(_ word: String, from port: Int, host: String = "192.0.2.1") throws {
      let address = try SocketAddress(ipAddress: host, port: port)
      try channel.writeInbound(AddressedEnvelope(remoteAddress: address, data: ByteBuffer(string: word)))
    }

    /// What was sent since the last look, with the port it went to.
    func sent() throws -> [String] {
      channel.embeddedEventLoop.run()
      var found: [String] = []
      while let datagram = try channel.readOutbound(as: AddressedEnvelope<ByteBuffer>.self) {
        found.append("\(datagram.remoteAddress.port ?? 0) \(String(buffer: datagram.data))")
      }
      return found
    }
  }

  @Test("every address has a session of its own, and a reply is one datagram back")
  func sessions() throws {
    let world = try World()
    try world.send("deliver", from: 1001)
    try world.send("deliver", from: 1002)
    try world.send("deliver", from: 1001)
    #expect(try world.sent() == [])
    for _ in 0..<3 { world.engine.settle() }
    #expect(try world.sent() == ["1001 ok 1", "1002 ok 1", "1001 ok 2"])
    #expect(world.receiver.counters.accepted == 2)
    #expect(world.receiver.counters.deliveries == 3)
  }

  @Test("a session that closes is forgotten; the next datagram begins a new one")
  func close() throws {
    let world = try World()
    try world.send("deliver", from: 1001)
    try world.send("close", from: 1001)
    world.engine.settle()
    try world.send("deliver", from: 1001)
    world.engine.settle()
    #expect(try world.sent() == ["1001 closed", "1001 ok 1"])
    #expect(world.receiver.counters.closed == [.finished: 1])
    #expect(world.receiver.counters.accepted == 2)
  }

  @Test("what cannot be made durable is not answered")
  func unavailable() throws {
    let world = try World()
    try world.send("deliver", from: 1001)
    world.engine.settle(.unavailable)
    #expect(try world.sent() == [])
    #expect(world.receiver.counters.closed == [.unavailable: 1])
    #expect(world.receiver.counters.unavailable == 1)
  }

  @Test("a session is woken when it asked to be")
  func deadline() throws {
    let world = try World()
    try world.send("wake", from: 1001)
    world.pass(.milliseconds(4_999))
    #expect(try world.sent() == [])
    world.pass(.milliseconds(1))
    #expect(try world.sent() == ["1001 woken"])
  }

  @Test("the longest datagram is taken, one byte more is dropped and counted")
  func size() throws {
    let world = try World(limits: DatagramLimits(maximumBytes: 10))
    try world.send(String(repeating: "x", count: 10), from: 1001)
    try world.send(String(repeating: "x", count: 11), from: 1001)
    try world.send("", from: 1003)
    #expect(try world.sent() == ["1001 heard xxxxxxxxxx"])
    #expect(world.receiver.counters.refused == [.datagramTooLarge: 1])
    #expect(world.receiver.counters.accepted == 1)
  }

  @Test("what comes while a session takes nothing more is dropped and counted; others are not disturbed")
  func paused() throws {
    let world = try World()
    try world.send("pause", from: 1001)
    try world.send("a", from: 1001)
    try world.send("b", from: 1002)
    #expect(try world.sent() == ["1002 heard b"])
    #expect(world.receiver.counters.refused == [.peerBusy: 1])
    world.pass(.seconds(5))
    try world.send("c", from: 1001)
    #expect(try world.sent() == ["1001 woken", "1001 heard c"])
  }

  @Test("at the bound the peer goes that was inactive longest, and never one with something unsettled")
  func bound() throws {
    let world = try World(peers: 3)
    try world.send("deliver", from: 1001)
    for port in [1002, 1003, 1002] {
      world.pass(.seconds(1))
      try world.send("a", from: port)
    }
    #expect(world.receiver.counters.closed == [:])
    try world.send("deliver", from: 1004)
    #expect(world.receiver.counters.closed == [.idle: 1])
    #expect(world.receiver.counters.open == 3)
    // 1003 has gone and comes again in place of 1002; the others wait for their deliveries.
    try world.send("deliver", from: 1003)
    #expect(world.receiver.counters.accepted == 5)
    #expect(world.receiver.counters.closed == [.idle: 2])
    try world.send("a", from: 1002)
    #expect(world.receiver.counters.refused == [.full: 1])
    for _ in 0..<3 { world.engine.settle() }
    #expect(try world.sent().suffix(3) == ["1001 ok 1", "1004 ok 1", "1003 ok 1"])
    try world.send("a", from: 1002)
    #expect(try world.sent() == ["1002 heard a"])
  }

  @Test("a peer is forgotten at the idle limit after its last datagram or settlement, and not before")
  func idle() throws {
    let world = try World(limits: DatagramLimits(idleLimit: .seconds(10)))
    try world.send("a", from: 1001)
    try world.send("deliver", from: 1002)
    world.pass(.milliseconds(9_999))
    #expect(world.receiver.counters.closed == [:])
    world.pass(.milliseconds(1))
    #expect(world.receiver.counters.closed == [.idle: 1])
    world.pass(.seconds(60))
    #expect(world.receiver.counters.open == 1)
    world.engine.settle()
    world.pass(.milliseconds(9_999))
    #expect(world.receiver.counters.open == 1)
    world.pass(.milliseconds(1))
    #expect(world.receiver.counters.closed == [.idle: 2])
  }

  @Test("an answer that the network does not take is dropped and counted, and the next one leaves")
  func answerNotSent() throws {
    let world = try World()
    world.channel.isWritable = false
    try world.send("a", from: 1001)
    world.channel.isWritable = true
    try world.send("b", from: 1001)
    #expect(try world.sent() == ["1001 heard b"])
    #expect(world.receiver.counters.refused == [.answerNotSent: 1])
  }

  @Test("peers of one source are limited, those of another are not")
  func sources() throws {
    let world = try World(sources: SourceLimits(maximumConnections: 2))
    for port in [1001, 1002, 1003, 1001] { try world.send("a", from: port) }
    try world.send("b", from: 1003, host: "192.0.2.2")
    #expect(try world.sent() == ["1001 heard a", "1002 heard a", "1001 heard a", "1003 heard b"])
    #expect(world.receiver.counters.refused == [.sourceConnections: 1])
    try world.send("close", from: 1001)
    try world.send("c", from: 1003)
    #expect(try world.sent() == ["1001 closed", "1003 heard c"])
  }

  @Test("garbage from many addresses traps nowhere and is bounded")
  func garbage() throws {
    let world = try World(peers: 50)
    var random = SplitMix(seed: 7)
    for _ in 0..<5000 {
      let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      let address = try SocketAddress(ipAddress: "192.0.2.9", port: Int.random(in: 1...200, using: &random))
      try world.channel.writeInbound(AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: bytes)))
      if Bool.random(using: &random) { world.engine.settle() }
    }
    #expect(world.receiver.counters.open <= 50)
  }
}

@Suite("datagrams over a real socket", .timeLimit(.minutes(1)))
struct DatagramSocketTests {
  @Test("a datagram is answered where it came from, and a shutdown says goodbye")
  func roundTrip() async throws {
    let engine = LateEngine(.onItsOwn(.accepted))
    let (ports, listening) = AsyncStream<Int>.makeStream()
    let receiver = DatagramReceiver(
      settings: ReceiverSettings(name: "test", host: "127.0.0.1", port: 0), limits: DatagramLimits(maximumBytes: 100),
      engine: engine, logger: Logger(label: "test"), didListen: { listening.yield($0) },
      makeSession: { _, _ in WordSession() })
    let running = Task { try await receiver.run() }
    var iterator = ports.makeAsyncIterator()
    let port = try #require(await iterator.next())
    var client = try await DatagramClient(port: port)
    try await client.send("deliver")
    #expect(await client.read() == "ok 1")
    try await client.send(String(repeating: "x", count: 101))
    try await client.send(String(repeating: "x", count: 60_000))
    try await client.send(String(repeating: "y", count: 100))
    #expect(await client.read() == "heard " + String(repeating: "y", count: 100))
    #expect(receiver.counters.refused == [.datagramTooLarge: 2])
    running.cancel()
    #expect(await client.read() == "goodbye")
    try await running.value
    #expect(receiver.counters.closed == [.shutdown: 1])
  }
}
