import CareModel
import FeedSession
import Intake
import MQTT
import Testing

@Suite("MQTT over a real socket", .timeLimit(.minutes(1)))
struct MQTTReceiverTests {
  @Test("a PUBACK leaves only after its signal is settled, and in order of receipt")
  func pubackAfterSettlement() async throws {
    let engine = LateEngine()
    try await RunningReceiver.mqtt(engine) { running in
      var client = try await running.device("A1")
      try await client.send(MQTTWords.panic("A1", id: 1) + MQTTWords.panic("A1", id: 2) + MQTTWords.pingreq)
      var deliveries = engine.deliveries.makeAsyncIterator()
      let first = try #require(await deliveries.next())
      let second = try #require(await deliveries.next())
      #expect(await client.read(2) == MQTTWords.pingresp)
      second.settle(.accepted)
      try await client.send(MQTTWords.pingreq)
      #expect(await client.read(2) == MQTTWords.pingresp)
      first.settle(.accepted)
      #expect(await client.read(8) == MQTTWords.puback(1) + MQTTWords.puback(2))
      #expect(running.receiver.counters.deliveries == 2)
    }
  }

  @Test("what cannot be made durable closes the connection without an acknowledgement")
  func unavailable() async throws {
    try await RunningReceiver.mqtt(LateEngine(.onItsOwn(.unavailable))) { running in
      var client = try await running.device("A1")
      try await client.send(MQTTWords.panic("A1", id: 1))
      #expect(await client.readToEnd() == [])
      #expect(running.receiver.counters.closed == [.unavailable: 1])
      #expect(running.receiver.counters.unavailable == 1)
    }
  }

  @Test("packets that arrive byte by byte are taken like any other")
  func byteByByte() async throws {
    try await RunningReceiver.mqtt(LateEngine(.onItsOwn(.accepted))) { running in
      var client = try await SocketClient(port: running.port)
      for byte in MQTTWords.connect("A1", clientID: "c") + MQTTWords.panic("A1", id: 7) {
        try await client.send([byte])
      }
      #expect(await client.read(8) == MQTTWords.connack + MQTTWords.puback(7))
    }
  }

  @Test("everything in one packet of the network is taken, and acknowledged in order")
  func manyInOne() async throws {
    try await RunningReceiver.mqtt(LateEngine(.onItsOwn(.accepted))) { running in
      var client = try await SocketClient(port: running.port)
      try await client.send(
        MQTTWords.connect("A1", clientID: "c") + MQTTWords.panic("A1", id: 1) + MQTTWords.panic("A1", id: 2))
      let expected = MQTTWords.connack + MQTTWords.puback(1) + MQTTWords.puback(2)
      #expect(await client.read(expected.count) == expected)
    }
  }

  @Test(
    "what is not MQTT ends the connection and is counted",
    arguments: [
      ([0x10, 0x80, 0x80, 0x80, 0x80, 0x01], CloseReason.malformed),
      ([0x10, 0xFF, 0xFF, 0xFF, 0x7F], .tooLarge),
      ([0xC0, 0x00], .protocolError),
    ] as [([UInt8], CloseReason)])
  func garbage(bytes: [UInt8], reason: CloseReason) async throws {
    try await RunningReceiver.mqtt(LateEngine()) { running in
      var client = try await SocketClient(port: running.port)
      try await client.send(bytes)
      #expect(await client.readToEnd() == [])
      #expect(running.receiver.counters.closed == [reason: 1])
    }
  }

  @Test("a wrong password is answered before the connection closes")
  func wrongPassword() async throws {
    try await RunningReceiver.mqtt(LateEngine()) { running in
      var client = try await SocketClient(port: running.port)
      try await client.send(MQTTWords.connect("A1", clientID: "c", password: "wrong"))
      #expect(await client.readToEnd() == [0x20, 2, 0, 4])
      #expect(running.receiver.counters.closed == [.notAuthenticated: 1])
    }
  }

  @Test("beyond the bound on unsettled deliveries nothing is read, and nothing is lost")
  func backPressure() async throws {
    let engine = LateEngine()
    try await RunningReceiver.mqtt(engine, limits: MQTTLimits(maximumUnsettled: 2)) { running in
      var client = try await running.device("A1")
      var deliveries = engine.deliveries.makeAsyncIterator()
      for id in 1...9 as ClosedRange<UInt8> { try await client.send(MQTTWords.panic("A1", id: id)) }
      for id in 1...9 as ClosedRange<UInt8> {
        try #require(await deliveries.next()).settle(.accepted)
        #expect(await client.read(4) == MQTTWords.puback(id))
      }
    }
  }

  @Test("a message reaches the peer it is for, and its acknowledgement comes back")
  func downlink() async throws {
    let engine = LateEngine()
    try await RunningReceiver.mqtt(engine) { running in
      var first = try await running.device("A1")
      var second = try await running.device("B2")
      for (client, serial) in [(first, "A1"), (second, "B2")] {
        try await client.send(MQTTWords.subscribe(serial, qos: 1))
      }
      #expect(await first.read(5) == MQTTWords.suback(qos: 1))
      #expect(await second.read(5) == MQTTWords.suback(qos: 1))
      engine.send(Array("{}".utf8), toDevice: "B2", token: DownlinkToken(number: 1))
      let publish = await second.read(28)
      #expect(publish.first == 0x32 && publish.suffix(2).elementsEqual("{}".utf8))
      try await second.send(MQTTWords.puback(publish[25]))
      var reports = engine.reports.makeAsyncIterator()
      #expect(await reports.next() == true)
      try await first.send(MQTTWords.pingreq)
      #expect(await first.read(2) == MQTTWords.pingresp)
    }
  }

  @Test("a client that connects again under its name takes its older connection over; another name does not")
  func takeOver() async throws {
    let engine = LateEngine()
    try await RunningReceiver.mqtt(engine) { running in
      var older = try await running.device("A1", clientID: "phone")
      var other = try await running.device("A1", clientID: "tablet")
      var stranger = try await running.device("B2", clientID: "phone")
      var newer = try await running.device("A1", clientID: "phone")
      #expect(await older.readToEnd() == [])
      #expect(running.receiver.counters.closed == [.takenOver: 1])
      for client in [other, stranger, newer] { try await client.send(MQTTWords.pingreq) }
      #expect(await other.read(2) == MQTTWords.pingresp)
      #expect(await stranger.read(2) == MQTTWords.pingresp)
      #expect(await newer.read(2) == MQTTWords.pingresp)
    }
  }

  @Test("a signal of a peer that left at once still counts")
  func leftAtOnce() async throws {
    let engine = LateEngine()
    try await RunningReceiver.mqtt(engine) { running in
      let client = try await running.device("A1")
      try await client.send(MQTTWords.panic("A1", id: 1))
      try await client.close()
      var departures = engine.departures.makeAsyncIterator()
      _ = await departures.next()
      var deliveries = engine.deliveries.makeAsyncIterator()
      let delivery = try #require(await deliveries.next())
      #expect(delivery.signal?.kind == .panic)
      delivery.settle(.accepted)
    }
  }
}
