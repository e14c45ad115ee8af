import EngineHost
import FeedSession
import Intake
import Logging
import MQTT
import ServiceLifecycle
import Testing

@Suite("the bounds of a receiver", .timeLimit(.minutes(1)))
struct ReceiverBoundTests {
  @Test("the last connection within the bound is served, one past it is closed, and room made is used again")
  func connections() async throws {
    try await RunningReceiver.mqtt(LateEngine(), { $0.maximumConnections = 2 }) { running in
      let first = try await running.device("A1")
      var second = try await running.device("A2")
      var third = try await SocketClient(port: running.port)
      #expect(await third.readToEnd() == [])
      #expect(running.receiver.counters.refused == [.full: 1])
      #expect(running.receiver.counters.open == 2)
      try await second.send(MQTTWords.pingreq)
      #expect(await second.read(2) == MQTTWords.pingresp)
      try await first.close()
      // The server notices the end a little later; until then it refuses.
      var answer: [UInt8] = []
      while answer != MQTTWords.connack {
        var next = try await SocketClient(port: running.port)
        try? await next.send(MQTTWords.connect("A3", clientID: "c"))
        answer = await next.read(4)
      }
      #expect(running.receiver.counters.accepted == 3)
    }
  }

  @Test("a peer that never reads is closed, and others are not disturbed")
  func slowReader() async throws {
    let engine = LateEngine()
    try await RunningReceiver.mqtt(engine, { $0.maximumUnreadBytes = 65_536 }) { running in
      var reader = try await running.device("B2")
      let silent = try await running.device("A1", isReading: false)
      try await silent.send(MQTTWords.subscribe("A1", qos: 0) + MQTTWords.panic("A1", id: 1))
      var deliveries = engine.deliveries.makeAsyncIterator()
      // Its subscription came before its signal.
      _ = await deliveries.next()
      for _ in 0..<400 { engine.send([UInt8](repeating: 0x20, count: 60_000), toDevice: "A1") }
      var departures = engine.departures.makeAsyncIterator()
      #expect(await departures.next() == PeerID(number: 2))
      #expect(running.receiver.counters.slowReaders == 1)
      #expect(running.receiver.counters.closed == [.peerClosed: 1])
      try await reader.send(MQTTWords.pingreq)
      #expect(await reader.read(2) == MQTTWords.pingresp)
    }
  }

  @Test("a message after the end is reported as not delivered")
  func lateDownlink() async throws {
    let engine = LateEngine()
    try await RunningReceiver.mqtt(engine) { running in
      let client = try await running.device("A1")
      try await client.close()
      var departures = engine.departures.makeAsyncIterator()
      _ = await departures.next()
      engine.send([], toDevice: "A1", token: DownlinkToken(number: 1))
      var reports = engine.reports.makeAsyncIterator()
      #expect(await reports.next() == false)
    }
  }

  @Test("a graceful shutdown closes every connection, accepts no other and ends the run")
  func shutdown() async throws {
    try await RunningReceiver.mqtt(LateEngine()) { running in
      var first = try await running.device("A1")
      var second = try await SocketClient(port: running.port)
      while running.receiver.counters.accepted < 2 { await Task.yield() }
      await running.services.triggerGracefulShutdown()
      #expect(await first.readToEnd() == [])
      #expect(await second.readToEnd() == [])
      #expect(running.receiver.counters.closed == [.shutdown: 2])
      await #expect(throws: (any Error).self) { _ = try await SocketClient(port: running.port) }
    }
  }

  @Test("a port in use is an error of the run")
  func portInUse() async throws {
    try await RunningReceiver.mqtt(LateEngine()) { running in
      let second = TCPReceiver(
        settings: ReceiverSettings(name: "second", host: "127.0.0.1", port: running.port), engine: LateEngine(),
        logger: Logger(label: "test"), makeSession: { _, _ in MQTTSession() })
      await #expect(throws: (any Error).self) { try await second.run() }
    }
  }
}
