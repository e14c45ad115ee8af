import CareModel
import FeedConformance
import FeedSession
import Testing

import DC09

@Suite("DC-09 sessions")
struct DC09SessionTests {
  private let first = Samples.contactID(sequence: "0001")
  private let second = Samples.contactID("1111 00 004", sequence: "0002")

  @Test("a frame is delivered with all it says")
  func delivery() {
    var conversation = Conversation()
    let frame = Samples.frame(
      "\"SIA-DCS\"0044R1L2# aa01 [#aa01|Nri0/QA007][H08:29:58,03-01-2026][LBedroom]" + Samples.time)
    conversation.send(frame)
    let wanted = Signal(
      source: SignalSource(feed: .dc09, sender: "AA01", serial: "AA01"), kind: .panic,
      repeatKey: conversation.signals.first?.repeatKey, occurredAt: Samples.now - .seconds(2), zone: "007", raw: frame)
    #expect(conversation.signals == [wanted])
    #expect(conversation.answers == ["\"ACK\"0044R1L2# aa01 []"])
  }

  @Test("what a frame brings", arguments: frames)
  func outcome(body: String, wanted: String) {
    var conversation = Conversation()
    conversation.send(Samples.frame(body))
    let signals = conversation.signals.map { signal in
      ([signal.source.sender, signal.kind.rawValue] + signal.oddities.map(\.rawValue)).joined(separator: " ")
    }
    #expect((signals + conversation.answers).joined(separator: "; ") == wanted)
  }

  static let frames = [
    ("\"NULL\"0000L0#1234[]", "1234 heartbeat; \"ACK\"0000L0#1234[]"),
    ("\"NULL\"0070R1LA#1234[#1234|x]", "1234 heartbeat; \"ACK\"0070R1LA#1234[]"),
    ("\"XNM\"0070L0#1234[][M0026b9e4268b]", "1234 heartbeat; \"ACK\"0070L0#1234[]"),
    ("\"NULL\"0000L0#1234[]_17:01:26,07-26-2024", "1234 heartbeat wrongClock; \"ACK\"0000L0#1234[]"),
    ("\"NULL\"0000L0#ABCD[]", "ABCD heartbeat anonymousSender; \"ACK\"0000L0#ABCD[]"),
    ("\"ADM-CID\"0001L0#ABCD[#ABCD|1101 00 003]", "ABCD panic anonymousSender; \"ACK\"0001L0#ABCD[]"),
    ("\"ADM-CID\"0001#0123[#0123|1101 00 003]", "0123 panic; \"ACK\"0001L0#0123[]"),
    ("\"ADM-CID\"0001L0[#0123|1101 00 003]", "0123 panic; \"ACK\"0001L0#0123[]"),
    ("\"ADM-CID\"0001L0[1101 00 003]", "unknown panic missingField; \"ACK\"0001L0[]"),
    ("\"ADM-CID\"0001L0#1[1101 00 003]_08:30:00,03-01-2020", "1 panic wrongClock; \"ACK\"0001L0#1[]"),
    ("\"ADM-CID\"0001L0#1[1101 00 003]_99:30:00,03-01-2020", "1 panic wrongClock; \"ACK\"0001L0#1[]"),
    ("\"ADM-CID\"0001L0#1[1888 00 003]", "1 unknown unknownKind; \"ACK\"0001L0#1[]"),
    ("\"SIA-DCS\"0084L0#AAA[#AAA|Nri1/XC12]", "AAA unknown unknownKind; \"ACK\"0084L0#AAA[]"),
    ("\"SIA-DCS\"0266L0#alarm1[#alarm1|Nri1OP0001]", "ALARM1 measurement; \"ACK\"0266L0#alarm1[]"),
    ("\"SIA-DCS\"0001L0#1[Nri1/MA1/FA2]", "1 panic; 1 smoke; \"ACK\"0001L0#1[]"),
    // Kept, shown and given up by the sender.
    ("\"SIA-DCS\"0001L0#1234[]", "1234 unknown missingField; \"DUH\"0001L0#1234[]"),
    ("\"ADM-CID\"0005L0#1234[#1234|101 00 003]", "1234 unknown missingField; \"DUH\"0005L0#1234[]"),
    ("\"SIA-DCS\"0007L0#1234[#1234|NQA003|Abed ] room]", "1234 panic missingField; \"DUH\"0007L0#1234[]"),
    ("\"FOO-BAR\"0001L0#1234[x]", "1234 unknown unknownKind; \"DUH\"0001L0#1234[]"),
    ("\"SCN-S8\"0051L0#1234[#1234|1234 1 5]", "1234 unknown unsupportedEvent; \"DUH\"0051L0#1234[]"),
    ("\"ADM-CID\"xxxxL0#1234[]", "unknown unknown missingField; \"DUH\"0000L0[]"),
    // Answers are not answered.
    ("\"NAK\"0000R0L0A0[]_16:20:01,09-24-2025", ""), ("\"ACK\"0001L0#1[]", ""), ("\"DUH\"0001L0#1[]", ""),
    ("\"RSP\"0001L0#1[x]", ""),
  ]

  @Test("a check of two raw bytes is answered with one")
  func binaryCheck() {
    var conversation = Conversation()
    conversation.send(Samples.frame("\"NULL\"0000L0#1234[]", isCheckBinary: true))
    #expect(conversation.replies.first?.dropFirst(7).first == quotationMark)
    #expect(conversation.answers == ["\"ACK\"0000L0#1234[]"])
  }

  @Test("the clock of an encrypted frame", arguments: [(-41, false), (-40, true), (0, true), (20, true), (21, false)])
  func window(seconds: Int, isAccepted: Bool) {
    var conversation = Conversation()
    conversation.now = Samples.now + .milliseconds(900)
    conversation.send(Samples.encrypted(time: Samples.time(seconds)))
    #expect(conversation.signals.map(\.kind) == [.panic])
    #expect(conversation.signals.map(\.oddities) == [isAccepted ? [] : [.wrongClock]])
    let accepted = "\"*ACK\"0076L0#ABCD[]" + Samples.time
    let refused = "\"NAK\"0000R0L0A0[]" + Samples.time
    #expect(conversation.answers == [isAccepted ? accepted : refused])
  }

  @Test("the resend of a frame that was refused for its clock is a repeat and accepted")
  func refusedTwice() {
    var conversation = Conversation()
    for seconds in [-60, -59, -58] { conversation.send(Samples.encrypted(time: Samples.time(seconds))) }
    #expect(Set(conversation.signals.map(\.repeatKey)).count == 1)
    #expect(conversation.answers.map { $0.prefix(6) } == ["\"NAK\"0", "\"*ACK\"", "\"*ACK\""])
    // Another event, and the same one after its time.
    conversation.send(Samples.encrypted(time: Samples.time(-60), sequence: "0077"))
    conversation.now = Samples.now + DC09Configuration.repeatWindow
    conversation.send(Samples.encrypted(time: Samples.time(-60)))
    #expect(conversation.answers.suffix(2).map { $0.prefix(6) } == ["\"NAK\"0", "\"NAK\"0"])
  }

  @Test("a refusal that was never sent is not remembered")
  func refusalNotSent() {
    var conversation = Conversation(transport: .datagram)
    conversation.send(Samples.encrypted(time: Samples.time(-60)), settling: .unavailable)
    conversation.send(Samples.encrypted(time: Samples.time(-60)))
    #expect(conversation.answers.map { $0.prefix(4) } == ["\"NAK"])
  }

  @Test("a clock that was never set costs no alarm")
  func unsetClock() {
    var conversation = Conversation()
    conversation.send(Samples.encrypted(time: "_00:00:00,00-00-0000"))
    conversation.send(Samples.encrypted(time: "_00:00:00,01-01-1970", sequence: "0077"))
    #expect(conversation.signals.map(\.kind) == [.panic, .panic])
    #expect(conversation.signals.allSatisfy { $0.oddities == [.wrongClock] && $0.occurredAt == nil })
  }

  @Test("a key that fits is enough: without a time the frame is understood, and refused once")
  func noTime() {
    var conversation = Conversation()
    for _ in 0..<2 { conversation.send(Samples.encrypted(time: "")) }
    conversation.send(Samples.encrypted("SIA-DCS", "|#ABCD|NQA003|Abed ] room]", sequence: "0077"))
    #expect(conversation.signals.map(\.kind) == [.panic, .panic, .panic])
    #expect(conversation.signals.map(\.oddities) == [[.wrongClock], [.wrongClock], [.wrongClock, .missingField]])
    #expect(conversation.answers.map { $0.prefix(4) } == ["\"NAK", "\"*AC", "\"NAK"])
  }

  @Test("refusals are remembered up to the bound, then the oldest is refused again")
  func refusalBound() {
    for count in [2, 3] {
      var conversation = Conversation(DC09Configuration(keys: ["ABCD": Samples.key], maximumRemembered: 2))
      for number in 1...count {
        conversation.send(Samples.encrypted(time: Samples.time(-60), sequence: "000\(number)"))
      }
      conversation.send(Samples.encrypted(time: Samples.time(-60), sequence: "0001"))
      #expect(conversation.answers.last?.hasPrefix(count == 2 ? "\"*ACK" : "\"NAK") == true)
    }
  }

  @Test("what a key does not open is refused, and shown")
  func mismatch() {
    let wrong = [UInt8](repeating: 7, count: 16)
    var conversation = Conversation()
    for sequence in ["0001", "0001", "0002"] {
      conversation.send(Samples.encrypted(time: Samples.time(0), sequence: sequence, key: wrong))
    }
    for _ in 0..<3 { conversation.send(Samples.encrypted("NULL", "]", sequence: "0000", key: wrong)) }
    conversation.send(Samples.encrypted("NULL", "]", account: "EEEE"))
    conversation.send(Samples.frame("\"*ADM-CID\"0003L0#ABCD[zz"))
    #expect(conversation.signals.map(\.kind) == [.unknown, .unknown, .unknown, .deviceFault, .deviceFault, .unknown])
    #expect(Set(conversation.signals.map(\.repeatKey)).count == 4)
    #expect(conversation.signals.allSatisfy { $0.oddities == [.notText, .anonymousSender] })
    #expect(conversation.answers == Array(repeating: "\"NAK\"0000R0L0A0[]" + Samples.time, count: 8))
    #expect(conversation.closed == nil)
  }

  @Test("accounts with an unusable key are remembered up to the bound")
  func mismatchBound() {
    for count in [2, 3] {
      var conversation = Conversation(DC09Configuration(maximumRemembered: 2))
      for number in Array(1...count) + [1] { conversation.send(Samples.encrypted("NULL", "]", account: "A\(number)")) }
      #expect(conversation.signals.count == (count == 2 ? 2 : 4))
    }
  }

  @Test("the repeat key: same number and content is the same, whatever the time")
  func repeatKeys() {
    func key(_ body: String) -> RepeatKey? {
      var conversation = Conversation()
      conversation.send(Samples.frame(body))
      return conversation.signals.first?.repeatKey
    }
    let event = "\"ADM-CID\"0076L0#1234[#1234|1101 00 003]"
    #expect(key(event) == key(event + Samples.time) && key(event) == key(event + Samples.time(-20)))
    #expect(key(event) != key(event.replacing("0076", with: "0077")))
    #expect(key(event) != key(event.replacing("003", with: "004")))
    #expect(key(event) != key(event + "[H08:29:58,03-01-2026]"))
    #expect(key("\"NULL\"0076L0#1234[]") == nil)
    #expect(key("\"ADM-CID\"0076L0#1234[#1234|1602 00 000]") == nil)
    #expect(key("\"SIA-DCS\"0076L0#1234[#1234|NRP]") == nil)
    guard case .message(let id, let window)? = key(event) else { return #expect(Bool(false), "no message key") }
    #expect(id.hasPrefix("0076:") && window == .minutes(10))
    guard case .whileUnacknowledged? = key(event.replacing("0076", with: "0000")) else {
      return #expect(Bool(false), "0000 numbers nothing")
    }
    var conversation = Conversation()
    conversation.send(Samples.frame("\"SIA-DCS\"0001L0#1[NMA1/MA1]"))
    #expect(Set(conversation.signals.map(\.repeatKey)).count == 2)
  }

  @Test("the events of a frame are bounded; what is beyond is one unknown")
  func eventBound() {
    for (count, wanted) in [(2, [SignalKind.panic, .panic]), (3, [.panic, .unknown])] {
      var conversation = Conversation(DC09Configuration(maximumEvents: 2))
      let codes = (1...count).map { "MA\($0)" }.joined(separator: "/")
      conversation.send(Samples.frame("\"SIA-DCS\"0001L0#1[N\(codes)]"))
      #expect(conversation.signals.map(\.kind) == wanted)
      #expect(conversation.signals.last?.oddities == (count == 2 ? [] : [.tooLarge]))
      #expect(conversation.answers.count == 1)
    }
  }

  @Test("nothing is answered before it is settled, and answers keep the order of receipt")
  func order() {
    var conversation = Conversation()
    conversation.send(first + Samples.frame("\"SIA-DCS\"0002L0#1[NMA1/FA2]"), settling: nil)
    #expect(conversation.signals.count == 3 && conversation.replies.isEmpty)
    let tokens = conversation.unsettled
    conversation.handle(.settled(tokens[2], .accepted))
    conversation.handle(.settled(tokens[0], .accepted))
    #expect(conversation.answers == ["\"ACK\"0001L0#1234[]"])
    conversation.handle(.settled(tokens[0], .accepted))
    #expect(conversation.replies.count == 1)
    conversation.handle(.settled(tokens[1], .accepted))
    #expect(conversation.answers == ["\"ACK\"0001L0#1234[]", "\"ACK\"0002L0#1[]"])
  }

  @Test("a frame that brings no delivery is answered in its turn")
  func orderWithoutDelivery() {
    var conversation = Conversation(DC09Configuration())
    let test = Samples.encrypted("NULL", "]", sequence: "0000")
    conversation.send(test)
    conversation.send(first + test, settling: nil)
    #expect(conversation.replies.count == 1)
    conversation.settleAll()
    #expect(conversation.answers.suffix(2).map { $0.prefix(4) } == ["\"ACK", "\"NAK"])
  }

  @Test("where nothing can be made durable a stream closes without an answer, a datagram is not answered")
  func unavailable() {
    var stream = Conversation()
    stream.send(first + second, settling: .unavailable)
    #expect(stream.replies.isEmpty && stream.closed == .unavailable)
    var datagrams = Conversation(transport: .datagram)
    datagrams.send(first, settling: .unavailable)
    #expect(datagrams.replies.isEmpty && datagrams.closed == nil)
    datagrams.send(first)
    #expect(datagrams.answers == ["\"ACK\"0001L0#1234[]"])
  }

  @Test("the rules of every feed are kept")
  func feedRules() {
    let stream = first + Samples.frame("\"NULL\"0000L0#1234[]") + Samples.encrypted() + second
    var conversation = Conversation()
    conversation.send(stream)
    let rules = FeedConformance(
      FeedConversation(
        makeSession: { DC09Session(configuration: Samples.configuration, transport: .stream) }, principal: nil,
        stream: stream,
        expected: conversation.signals.map { signal in
          // The conversation plays at another time, by which the encrypted frame is late.
          var signal = signal
          if signal.source.serial == "ABCD" { signal.note(.wrongClock) }
          return .signal(signal)
        }, expectedAcknowledgements: 3,
        countAcknowledgements: { String(decoding: $0, as: UTF8.self).split(separator: "ACK\"").count - 1 },
        oversized: Array("\n00000FFF\"NULL\"".utf8) + [UInt8](repeating: 0x41, count: 4096)))
    #expect(conversation.signals.count == 4)
    #expect(rules.findings() == [])
  }
}
