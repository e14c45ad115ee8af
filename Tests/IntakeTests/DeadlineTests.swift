import CareModel
import EngineHost
import FeedSession
import Intake
import Logging
import MQTT
import NIOCore
import NIOEmbedded
import Testing

@Suite("deadlines of sessions")
struct DeadlineTests {
  /// A connection without a network, whose time the test moves.
  private final class World {
    let channel = EmbeddedChannel()
    let receiver: TCPReceiver<MQTTSession>
    private let time: SharedTime

    init() throws {
      let time = SharedTime()
      self.time = time
      receiver = TCPReceiver(
        settings: ReceiverSettings(name: "test", host: "127.0.0.1", port: 0), engine: LateEngine(),
        clock: WallClock { time.now }, logger: Logger(label: "test"), makeSession: { _, _ in MQTTSession() })
      try receiver.initialize(channel).wait()
      try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    func pass(_ span: TimeSpan) {
      time.pass(span)
      channel.embeddedEventLoop.advanceTime(by: .microseconds(span.microseconds))
    }

    /// The time of day is set, while no time passes.
    func setClock(by span: TimeSpan) { time.pass(span) }

    func send(_ bytes: [UInt8]) throws { try channel.writeInbound(ByteBuffer(bytes: bytes)) }
  }

  @Test("a peer that says nothing is closed at the connect timeout and not before")
  func connectTimeout() throws {
    let world = try World()
    world.pass(.milliseconds(9_999))
    #expect(world.channel.isActive)
    world.pass(.milliseconds(1))
    #expect(!world.channel.isActive)
    #expect(world.receiver.counters.closed == [.idle: 1])
  }

  @Test("a peer that falls silent is closed after one and a half keep-alives, longer than one timer runs")
  func silence() throws {
    let world = try World()
    try world.send(MQTTWords.connect("A1", clientID: "c"))
    world.pass(.seconds(30))
    try world.send(MQTTWords.pingreq)
    world.pass(.milliseconds(89_999))
    #expect(world.channel.isActive)
    world.pass(.milliseconds(1))
    #expect(!world.channel.isActive)
    #expect(world.receiver.counters.closed == [.idle: 1])
  }

  @Test("a time of day that is set back delays a deadline and never loses it")
  func clockSetBack() throws {
    let world = try World()
    world.setClock(by: .seconds(-20))
    world.pass(.seconds(29))
    #expect(world.channel.isActive)
    world.pass(.seconds(1))
    #expect(!world.channel.isActive)
  }

  @Test("replies to one read leave in one write")
  func oneWrite() throws {
    let world = try World()
    try world.send(MQTTWords.connect("A1", clientID: "c") + MQTTWords.pingreq + MQTTWords.pingreq)
    let written = try world.channel.readOutbound(as: ByteBuffer.self)
    #expect(written.map { Array($0.readableBytesView) } == MQTTWords.connack + MQTTWords.pingresp + MQTTWords.pingresp)
    #expect(try world.channel.readOutbound(as: ByteBuffer.self) == nil)
  }
}
