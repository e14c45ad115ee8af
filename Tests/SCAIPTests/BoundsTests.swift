import CareModel
import FeedConformance
import FeedSession
import Testing

import SCAIP

@Suite("SCAIP bounds")
struct BoundsTests {
  private func request(_ number: Int, lines: [String] = []) -> [UInt8] {
    Samples.request(branch: "z9hG4bK\(number)", lines: lines, body: Samples.document(ref: "A\(number)"))
  }

  private func headBytes(_ request: [UInt8]) -> Int { request.count - Samples.document(ref: "A1").utf8.count }

  @Test("the largest head is taken; one byte more closes a stream and is passed over as a datagram", arguments: [0, 1])
  func head(excess: Int) {
    let request = request(1)
    let configuration = SCAIPConfiguration(maximumHeadBytes: headBytes(request) - excess)
    for transport in SCAIPTransport.allCases {
      var driver = Samples.driver(transport, configuration)
      driver.handle(.bytes(request))
      #expect(driver.signals.count == 1 - excess)
      #expect(driver.closed == (excess == 1 && transport.isStream ? .tooLarge : nil))
      if excess == 1 { #expect(driver.replied.isEmpty) }
    }
  }

  @Test("the most headers are taken, one more is not", arguments: [0, 1])
  func headers(excess: Int) {
    let request = request(1, lines: (0..<54).map { "X-\($0): x" })
    for transport in SCAIPTransport.allCases {
      var driver = Samples.driver(transport, SCAIPConfiguration(maximumHeaders: 63 - excess))
      driver.handle(.bytes(request))
      #expect(driver.signals.count == 1 - excess)
      #expect(driver.closed == (excess == 1 && transport.isStream ? .tooLarge : nil))
    }
  }

  @Test(
    "the largest body is taken; one byte more is refused with 413, delivered, and ends the stream", arguments: [0, 1])
  func body(excess: Int) {
    let configuration = SCAIPConfiguration(maximumBodyBytes: Samples.document(ref: "A1").utf8.count - excess)
    var driver = Samples.driver(.tcp, configuration)
    driver.handle(.bytes(request(1)))
    #expect(driver.words == (excess == 0 ? ["200", "MESSAGE"] : ["413"]))
    #expect(driver.closed == (excess == 0 ? nil : .tooLarge))
    #expect(driver.signals.map(\.oddities) == (excess == 0 ? [[]] : [[.tooLarge]]))
    driver = Samples.driver(.udp, configuration)
    let text = String(decoding: request(2), as: UTF8.self)
    for bytes in [request(1), Array(text.replacing("Content-Length", with: "X").utf8)] { driver.handle(.bytes(bytes)) }
    #expect(driver.signals.map(\.kind) == (excess == 0 ? [.panic, .panic] : [.unknown, .unknown]))
    #expect(driver.statusNumbers == (excess == 0 ? ["0", "0"] : []))
  }

  @Test("bytes behind what cannot be followed do not count as waiting: what came before is answered")
  func heldBehindTheEnd() {
    var driver = Samples.driver(.tcp, SCAIPConfiguration(maximumHeldBytes: 10), settlement: .byCaller)
    driver.handle(.bytes(request(1) + Array("GET / HTTP/1.1\r\n\r\n".utf8) + [UInt8](repeating: 0x41, count: 100)))
    #expect(driver.closed == nil)
    driver.settle(driver.unsettled[0])
    #expect(driver.statusNumbers == ["0"] && driver.closed == .malformed)
  }

  @Test("a document of 64 KiB is read; one byte more is too long", arguments: [0, 1])
  func document(excess: Int) {
    let frame = Samples.document("<lte></lte>").utf8.count
    let filler = String(repeating: "x", count: XMLScanner.maximumBytes - frame + excess)
    var driver = Samples.driver(.tcp)
    driver.handle(.bytes(Samples.request(body: Samples.document("<lte>\(filler)</lte>"))))
    #expect(driver.statusNumbers == (excess == 0 ? ["0"] : ["1"]))
    #expect(driver.sent.last?.element("ref") == "A1")
    #expect(driver.signals.first?.kind == (excess == 0 ? .panic : .unknown))
    if excess == 0 { #expect(driver.signals.first?.zone?.utf8.count == Signal.maximumTextBytes) }
  }

  @Test("at the bound of unsettled requests a stream is not read on, and goes on when one is settled")
  func unsettledStream() {
    var driver = Samples.driver(.tcp, SCAIPConfiguration(maximumUnsettled: 2), settlement: .byCaller)
    driver.handle(.bytes(request(1)))
    #expect(!driver.isPaused)
    driver.handle(.bytes(request(2) + request(3)))
    #expect(driver.isPaused && driver.signals.count == 2 && driver.words == ["200", "200"])
    driver.settle(driver.unsettled[0])
    #expect(driver.isPaused && driver.signals.count == 3)
    driver.settle(driver.unsettled[0])
    #expect(!driver.isPaused)
  }

  @Test("at the bound of unsettled requests a datagram is passed over in silence, and its copy is taken later")
  func unsettledDatagrams() {
    var driver = Samples.driver(.udp, SCAIPConfiguration(maximumUnsettled: 2), settlement: .byCaller)
    for number in 1...3 { driver.handle(.bytes(request(number))) }
    #expect(driver.signals.count == 2 && driver.words == ["200", "200"] && !driver.isPaused)
    driver.settle(driver.unsettled[0])
    driver.handle(.bytes(request(3)))
    #expect(driver.signals.count == 3)
  }

  @Test("bytes that wait are bounded; one past it closes", arguments: [0, 1])
  func held(excess: Int) {
    let configuration = SCAIPConfiguration(maximumHeldBytes: request(2).count - excess, maximumUnsettled: 1)
    var driver = Samples.driver(.tcp, configuration, settlement: .byCaller)
    driver.handle(.bytes(request(1)))
    driver.handle(.bytes(request(2)))
    #expect(driver.closed == (excess == 0 ? nil : .tooManyInFlight))
  }

  @Test("the oldest transaction is forgotten past the bound", arguments: [2, 3])
  func transactions(maximum: Int) {
    var driver = Samples.driver(.udp, SCAIPConfiguration(maximumUnsettled: 1, maximumTransactions: maximum))
    for number in 1...3 { driver.handle(.bytes(request(number))) }
    driver.handle(.bytes(request(1)))
    #expect(driver.signals.count == (maximum == 3 ? 3 : 4))
  }

  @Test("a transaction that waits for the store is not forgotten")
  func waitingTransaction() throws {
    let keys = try (1...3).map { number in
      RecentTransactions.Key(
        try #require(SIPMessage(datagram: request(number), configuration: SCAIPConfiguration())))
    }
    var recent = RecentTransactions(maximum: 2)
    recent.note(keys[0], .waiting, at: Samples.now)
    recent.note(keys[1], .answered([1]), at: Samples.now)
    recent.note(keys[2], .waiting, at: Samples.now)
    let states = keys.map { recent.state(of: $0, at: Samples.now + .hours(1)) }
    #expect(states == [.waiting, nil, .waiting])
  }

  @Test("the oldest of our messages is not repeated past the bound", arguments: [2, 3])
  func ownMessages(maximum: Int) {
    var driver = Samples.driver(.udp, SCAIPConfiguration(maximumOwnMessages: maximum))
    for number in 1...3 { driver.handle(.bytes(request(number))) }
    driver.now = driver.now + .milliseconds(500)
    driver.handle(.deadline)
    #expect(driver.statusNumbers.count == 3 + maximum)
  }

  @Test("a silent connection is closed, one that waits for us is not", arguments: SCAIPTransport.allCases)
  func idle(transport: SCAIPTransport) {
    let limit: TimeSpan = transport.isStream ? .hours(1) : .minutes(2)
    var driver = Samples.driver(transport, Samples.bodyProfile, settlement: .byCaller)
    #expect(driver.wakeAt == Samples.now + limit)
    driver.now = driver.now + .minutes(1)
    driver.handle(.bytes(request(1)))
    #expect(driver.wakeAt == nil)
    driver.now = driver.now + .hours(3)
    driver.handle(.deadline)
    driver.settle(driver.unsettled[0])
    #expect(driver.closed == nil && driver.wakeAt == driver.now + limit)
    driver.now = driver.now + limit - .zero
    driver.handle(.deadline)
    #expect(driver.closed == .idle)
  }

  @Test("a keep-alive counts as a sign of life, junk inside a message does not, and the message is given up")
  func slowSender() {
    var driver = Samples.driver(.tcp)
    driver.now = driver.now + .minutes(59)
    driver.handle(.bytes(Array("\r\n\r\n".utf8)))
    #expect(driver.wakeAt == driver.now + .hours(1))
    driver.handle(.bytes([0x4D]))
    let overdue = driver.now + .seconds(60)
    #expect(driver.wakeAt == overdue)
    driver.now = driver.now + .seconds(59)
    driver.handle(.bytes([0x45]))
    #expect(driver.wakeAt == overdue)
    driver.now = overdue
    driver.handle(.deadline)
    #expect(driver.closed == .idle && driver.replied == Array("\r\n".utf8))
  }
}
