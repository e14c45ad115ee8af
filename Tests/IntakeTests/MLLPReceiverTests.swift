import FeedSession
import HL7
import Intake
import Testing

@Suite("MLLP over a real socket", .timeLimit(.minutes(1)))
struct MLLPReceiverTests {
  static func message(_ id: String) -> [UInt8] {
    [0x0B] + Array("MSH|^~\\&|A|B|||20260301||ADT^A01|\(id)|P|2.4\rPID|1||9\rPV1|1|I\r".utf8) + [0x1C, 0x0D]
  }

  /// The MSA segments in what the server sent.
  static func acknowledgements(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\r").filter { $0.hasPrefix("MSA") }.map(String.init)
  }

  static func readAcknowledgement(_ client: inout SocketClient) async -> [String] {
    var bytes: [UInt8] = []
    while bytes.last != 0x0D || bytes.dropLast().last != 0x1C {
      let next = await client.read(1)
      if next.isEmpty { break }
      bytes += next
    }
    return acknowledgements(bytes)
  }

  @Test("messages are acknowledged after they are settled, in order of receipt")
  func order() async throws {
    let engine = LateEngine()
    try await RunningReceiver.mllp(engine) { running in
      var client = try await SocketClient(port: running.port)
      for byte in Self.message("C1") { try await client.send([byte]) }
      try await client.send(Self.message("C2"))
      var deliveries = engine.deliveries.makeAsyncIterator()
      let first = try #require(await deliveries.next())
      let second = try #require(await deliveries.next())
      second.settle(.accepted)
      first.settle(.accepted)
      #expect(await Self.readAcknowledgement(&client) == ["MSA|AA|C1"])
      #expect(await Self.readAcknowledgement(&client) == ["MSA|AA|C2"])
    }
  }

  @Test("what cannot be made durable closes the connection without an answer")
  func unavailable() async throws {
    try await RunningReceiver.mllp(LateEngine(.onItsOwn(.unavailable))) { running in
      var client = try await SocketClient(port: running.port)
      try await client.send(Self.message("C1"))
      #expect(await client.readToEnd() == [])
      #expect(running.receiver.counters.closed == [.unavailable: 1])
    }
  }

  @Test("the largest message is answered, one byte more closes the connection")
  func oversized() async throws {
    let message = Self.message("C1")
    for (bound, isAnswered) in [(message.count - 3, true), (message.count - 4, false)] {
      let configuration = MLLPConfiguration(maximumMessageBytes: bound)
      try await RunningReceiver.mllp(LateEngine(.onItsOwn(.accepted)), configuration) { running in
        var client = try await SocketClient(port: running.port)
        try await client.send(message)
        let answers = await Self.readAcknowledgement(&client)
        #expect(answers == (isAnswered ? ["MSA|AA|C1"] : []))
        #expect(running.receiver.counters.closed == (isAnswered ? [:] : [.tooLarge: 1]))
      }
    }
  }
}
