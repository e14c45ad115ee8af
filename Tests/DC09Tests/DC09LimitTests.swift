import CareModel
import FeedSession
import Testing

import DC09

@Suite("DC-09 limits")
struct DC09LimitTests {
  private let frame = Samples.contactID()

  @Test("at the bound of unsettled frames reading pauses, and goes on when one is settled")
  func unsettledLimit() {
    var conversation = Conversation(DC09Configuration(maximumUnsettled: 2))
    conversation.send(frame, settling: nil)
    #expect(!conversation.isPaused)
    conversation.send(frame + frame, settling: nil)
    #expect(conversation.isPaused && conversation.signals.count == 2)
    conversation.handle(.settled(conversation.unsettled.removeFirst(), .accepted))
    #expect(conversation.isPaused && conversation.signals.count == 3)
    conversation.settleAll()
    #expect(!conversation.isPaused && conversation.answers.count == 3)
  }

  @Test("held bytes are bounded; one past the bound closes")
  func heldLimit() {
    for extra in [0, 1] {
      var conversation = Conversation(DC09Configuration(maximumHeldBytes: frame.count, maximumUnsettled: 1))
      conversation.send(frame + frame + [UInt8](repeating: 0x41, count: extra), settling: nil)
      #expect(conversation.closed == (extra == 0 ? nil : .tooManyInFlight))
    }
  }

  @Test("a frame that is too large and a flood of junk close a stream")
  func floods() {
    for (bytes, limit, wanted) in [
      (frame, frame.count, CloseReason?.none), (frame, frame.count - 1, .tooLarge),
      ([UInt8](repeating: 0x41, count: 4096), 4096, nil), ([UInt8](repeating: 0x41, count: 4097), 4096, .malformed),
      ([0x0A] + [UInt8](repeating: 0x41, count: 5000), 4096, .malformed),
    ] {
      var conversation = Conversation(DC09Configuration(maximumFrameBytes: limit))
      conversation.send(bytes)
      #expect(conversation.closed == wanted)
      var datagrams = Conversation(DC09Configuration(maximumFrameBytes: limit), transport: .datagram)
      datagrams.send(bytes)
      #expect(datagrams.closed == nil)
    }
  }

  @Test("a datagram holds whole frames; what is left of it is dropped")
  func datagrams() {
    var conversation = Conversation(transport: .datagram)
    conversation.send(Array(frame.dropLast(3)))
    conversation.send(Array(frame.suffix(3)))
    #expect(conversation.signals.isEmpty)
    conversation.send(frame + [0, 0] + frame + frame.dropLast())
    #expect(conversation.answers.count == 2 && conversation.closed == nil)
  }

  @Test("datagrams beyond the bound are dropped without pausing")
  func datagramLimit() {
    var conversation = Conversation(DC09Configuration(maximumUnsettled: 1), transport: .datagram)
    conversation.send(frame, settling: nil)
    conversation.send(frame, settling: nil)
    #expect(conversation.signals.count == 1 && !conversation.isPaused)
    conversation.settleAll()
    #expect(conversation.signals.count == 1)
    conversation.send(frame)
    #expect(conversation.answers.count == 2)
  }

  @Test("a silent connection is closed, one that waits for us is not; junk keeps none alive")
  func idle() {
    var conversation = Conversation()
    #expect(conversation.wish == Samples.now + .hours(1))
    conversation.now = Samples.now + .minutes(30)
    conversation.send(Array("junk".utf8))
    #expect(conversation.wish == Samples.now + .hours(1))
    conversation.send(frame, settling: nil)
    #expect(conversation.wish == nil)
    conversation.now = Samples.now + .hours(2)
    conversation.handle(.deadline)
    conversation.settleAll()
    #expect(conversation.closed == nil && conversation.wish == Samples.now + .hours(3))
    conversation.now = Samples.now + .hours(3)
    conversation.handle(.deadline)
    #expect(conversation.closed == .idle)
  }

  @Test("what was read before the peer closed is delivered")
  func peerClosed() {
    var conversation = Conversation(DC09Configuration(maximumUnsettled: 1))
    conversation.send(frame + frame + frame, settling: nil)
    #expect(conversation.signals.count == 1)
    conversation.handle(.peerClosed)
    #expect(conversation.signals.count == 3 && conversation.closed == .peerClosed)
  }

  @Test("shutdown closes; a message for the peer is reported as not delivered")
  func otherEvents() {
    var session = DC09Session(transport: .stream)
    let token = DownlinkToken(number: 1)
    let downlink = Downlink(purpose: .deviceStatus(serial: "d"), payload: [], token: token)
    #expect(session.handle(.downlink(downlink), at: Samples.now).first == .downlinkReported(token, isDelivered: false))
    #expect(session.handle(.shutdown, at: Samples.now) == [.close(.shutdown)])
    #expect(session.handle(.bytes(frame), at: Samples.now) == [])
  }
}
