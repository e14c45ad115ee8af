import Testing

import CareModel
import FeedConformance
import FeedSession
import HL7

@Suite("MLLP sessions")
struct MLLPSessionTests {
  private let first = Samples.frame(Samples.message(id: "1"))
  private let second = Samples.frame(Samples.message(id: "2", event: "ADT^A08"))

  @Test("nothing is answered before it is settled, and answers keep the order of receipt")
  func order() throws {
    var conversation = Conversation()
    conversation.send(first + second, settling: nil)
    #expect(conversation.signals.count == 2 && conversation.replies.isEmpty)
    conversation.handle(.settled(conversation.unsettled[1], .accepted))
    #expect(conversation.replies.isEmpty)
    conversation.handle(.settled(conversation.unsettled[0], .accepted))
    #expect(conversation.answers == ["AA 1", "AA 2"])
    conversation.handle(.settled(conversation.unsettled[0], .accepted))
    #expect(conversation.replies.count == 2)
  }

  @Test("what cannot be made durable closes without an answer")
  func unavailable() {
    var conversation = Conversation()
    conversation.send(first + second, settling: nil)
    conversation.handle(.settled(conversation.unsettled[1], .unavailable))
    #expect(conversation.closed == nil)
    conversation.handle(.settled(conversation.unsettled[0], .accepted))
    #expect(conversation.answers == ["AA 1"] && conversation.closed == .unavailable)
    #expect(conversation.session.handle(.bytes(first), at: conversation.now) == [])
  }

  @Test("a refusal too waits for its store")
  func refusalWaits() {
    var conversation = Conversation()
    conversation.send(Samples.frame(Array("PID|1\r".utf8)), settling: nil)
    #expect(conversation.replies.isEmpty && conversation.signals.first?.kind == .unknown)
    conversation.settleAll(.unavailable)
    #expect(conversation.replies.isEmpty && conversation.closed == .unavailable)
  }

  @Test("bytes cut anywhere mean the same")
  func cuttings() {
    let first = Samples.frame(Samples.short(id: "1"))
    let second = Samples.frame(Samples.short(id: "2"))
    let stream = Array("GET /\r\n".utf8) + first + [0x0B, 0x4D] + second.dropLast() + Samples.frame([]) + first
    var whole = Conversation()
    whole.send(stream)
    #expect(whole.answers == ["AA 1", "AA 2", "AA 1"])
    for cut in 1..<stream.count {
      var conversation = Conversation()
      conversation.send(Array(stream[..<cut]))
      conversation.send(Array(stream[cut...]))
      #expect(conversation.replies == whole.replies && conversation.signals == whole.signals, "cut at \(cut)")
    }
    var bytewise = Conversation()
    for byte in stream { bytewise.send([byte]) }
    #expect(bytewise.replies == whole.replies && bytewise.signals == whole.signals)
  }

  @Test("the rules of every feed are kept")
  func feedRules() {
    let blocks = [Samples.short(id: "1"), Samples.short(id: "2")]
    let configuration = MLLPConfiguration(maximumMessageBytes: 200)
    let rules = FeedConformance(
      FeedConversation(
        makeSession: { MLLPSession(configuration: configuration) }, principal: nil,
        stream: blocks.flatMap(Samples.frame),
        expected: blocks.compactMap { Samples.signal($0, configuration).map(Delivered.signal) },
        expectedAcknowledgements: 2,
        countAcknowledgements: { String(decoding: $0, as: UTF8.self).split(separator: "\rMSA|AA|").count - 1 },
        oversized: [0x0B] + [UInt8](repeating: 0x41, count: 201)))
    #expect(rules.findings() == [])
  }

  @Test("a partial message is never answered, a restarted one drops it")
  func partial() {
    var conversation = Conversation()
    conversation.send(Array(first.dropLast(2)))
    #expect(conversation.signals.isEmpty && conversation.replies.isEmpty)
    conversation.send(second)
    #expect(conversation.answers == ["AA 2"])
    conversation.send(Array(first.dropLast(2)))
    conversation.handle(.peerClosed)
    #expect(conversation.signals.count == 1 && conversation.closed == .peerClosed)
  }

  @Test("the largest message is taken, one byte more closes after the answers before it")
  func sizeLimit() {
    let block = Samples.message()
    for extra in [0, 1] {
      var conversation = Conversation(MLLPConfiguration(maximumMessageBytes: block.count))
      let large = block + [UInt8](repeating: 0x0D, count: extra)
      conversation.send(Samples.frame(block) + Samples.frame(large), settling: nil)
      #expect(conversation.signals.count == 2 - extra && conversation.closed == nil)
      conversation.settleAll()
      #expect(conversation.answers == Array(repeating: "AA C1", count: 2 - extra))
      #expect(conversation.closed == (extra == 0 ? nil : .tooLarge))
    }
  }

  @Test("the size limit holds while the message arrives, and a restart counts anew")
  func sizeLimitWhileReading() {
    var conversation = Conversation(MLLPConfiguration(maximumMessageBytes: 10))
    conversation.send([0x0B] + [UInt8](repeating: 0x41, count: 10))
    #expect(conversation.closed == nil)
    conversation.send([0x0B] + [UInt8](repeating: 0x41, count: 10))
    #expect(conversation.closed == nil)
    conversation.send([0x41])
    #expect(conversation.closed == .tooLarge && conversation.signals.isEmpty)
  }

  @Test("at the bound of messages in flight reading pauses, and goes on when one is settled")
  func inFlightLimit() {
    var conversation = Conversation(MLLPConfiguration(maximumInFlight: 2))
    conversation.send(first, settling: nil)
    #expect(!conversation.isPaused)
    conversation.send(second + first, settling: nil)
    #expect(conversation.isPaused && conversation.signals.count == 2)
    conversation.handle(.settled(conversation.unsettled.removeFirst(), .accepted))
    #expect(conversation.isPaused && conversation.signals.count == 3)
    conversation.handle(.settled(conversation.unsettled.removeFirst(), .accepted))
    #expect(!conversation.isPaused)
    conversation.settleAll()
    #expect(conversation.answers == ["AA 1", "AA 2", "AA 1"])
  }

  @Test("waiting messages are bounded; one past the bound closes after the others are answered")
  func waitingLimit() {
    let block = Samples.message()
    let settings = MLLPConfiguration(maximumInFlight: 1, maximumWaitingBytes: 2 * block.count)
    for count in [3, 4] {
      var conversation = Conversation(settings)
      for _ in 0..<count { conversation.send(Samples.frame(block), settling: nil) }
      #expect(conversation.closed == nil && conversation.isPaused)
      conversation.settleAll()
      #expect(conversation.replies.count == 3)
      #expect(conversation.closed == (count == 3 ? nil : .tooManyInFlight))
    }
  }

  @Test("a silent connection is closed, one that waits for us is not")
  func idle() {
    var conversation = Conversation()
    conversation.handle(.bytes([]))
    #expect(conversation.wish == Samples.now + .hours(1))
    conversation.now = Samples.now + .minutes(30)
    conversation.send(first, settling: nil)
    #expect(conversation.wish == nil)
    conversation.now = Samples.now + .minutes(120)
    conversation.handle(.deadline)
    #expect(conversation.closed == nil)
    conversation.settleAll()
    #expect(conversation.wish == Samples.now + .minutes(180))
    conversation.now = Samples.now + .minutes(180)
    conversation.handle(.deadline)
    #expect(conversation.closed == .idle)
  }

  @Test("junk keeps no connection alive, and a message that never ends is given up")
  func slowSender() throws {
    var conversation = Conversation()
    conversation.handle(.bytes([]))
    conversation.now = Samples.now + .minutes(59)
    conversation.send(Array("junk".utf8))
    #expect(conversation.wish == Samples.now + .hours(1))
    conversation.send([0x0B])
    #expect(conversation.wish == conversation.now + .seconds(60))
    let wish = try #require(conversation.wish)
    conversation.now = conversation.now + .seconds(59)
    conversation.send([0x41])
    #expect(conversation.wish == wish)
    conversation.handle(.deadline)
    #expect(conversation.closed == nil && conversation.wish == wish)
    conversation.now = wish
    conversation.handle(.deadline)
    #expect(conversation.closed == .idle && conversation.replies.isEmpty)
  }

  @Test("shutdown closes without an answer; a message for the peer is reported as not delivered")
  func otherEvents() {
    var session = MLLPSession(configuration: MLLPConfiguration())
    let token = DownlinkToken(number: 1)
    let downlink = Downlink(purpose: .deviceStatus(serial: "d"), payload: [], token: token)
    #expect(session.handle(.downlink(downlink), at: Samples.now).first == .downlinkReported(token, isDelivered: false))
    #expect(session.handle(.shutdown, at: Samples.now) == [.close(.shutdown)])
    #expect(session.handle(.shutdown, at: Samples.now) == [])
  }
}
