import CareModel
import FeedConformance
import FeedSession
import JT808
import Testing

@Suite("JT/T 808 bounds")
struct BoundTests {
  @Test("the largest frame is taken, one byte more closes at once")
  func frameSize() {
    let frame = Terminal.frame(0x0200, Terminal.location(alarm: 1, items: Array(repeating: 0, count: 100)))
    for spare in [0, -1] {
      let configuration = JT808Configuration(maximumFrameBytes: frame.count - 2 + spare)
      var driver = SessionDriver.terminal(nil, configuration)
      driver.send(frame)
      #expect(driver.kinds == (spare == 0 ? [.panic] : []))
      #expect(driver.closed == (spare == 0 ? nil : .tooLarge))
      var dripped = SessionDriver.terminal(nil, configuration)
      for byte in frame { dripped.send([byte]) }
      #expect(dripped.delivered == driver.delivered && dripped.closed == driver.closed)
    }
  }

  @Test("what comes before the first mark is skipped and never held")
  func junk() {
    var driver = SessionDriver.terminal(nil, JT808Configuration(maximumFrameBytes: 100, maximumHeldBytes: 100))
    driver.send(Array(repeating: 0x41, count: 5000), Terminal.frame(0x0002))
    #expect(driver.kinds == [.heartbeat] && driver.closed == nil)
  }

  @Test("reading pauses at the bound of unsettled deliveries and resumes below it")
  func unsettled() {
    var driver = SessionDriver.terminal(nil, JT808Configuration(maximumUnsettled: 2))
    driver.send(Terminal.frame(0x0002, serial: 1))
    #expect(!driver.isPaused)
    driver.send(Terminal.frame(0x0002, serial: 2) + Terminal.frame(0x0200, Terminal.location(alarm: 1), serial: 3))
    #expect(driver.isPaused && driver.kinds.count == 2)
    driver.settle(driver.unsettled[0])
    #expect(driver.isPaused && driver.kinds == [.heartbeat, .heartbeat, .panic])
    driver.settle(driver.unsettled[0])
    #expect(!driver.isPaused)
    driver.settleAll()
    #expect(driver.answers == ["2 1 0", "2 2 0", "200 3 0"])
    let pauses = driver.actions.filter { $0 == .pauseReading }
    #expect(pauses.count == 1)
  }

  @Test("answers that wait behind an unsettled delivery are bounded too")
  func waitingAnswers() {
    var driver = SessionDriver.terminal(nil, JT808Configuration(maximumUnsettled: 3))
    driver.send(Terminal.frame(0x0002, serial: 1), Terminal.frame(0x0100, serial: 2))
    #expect(!driver.isPaused)
    driver.send(Terminal.frame(0x0100, serial: 3))
    #expect(driver.isPaused)
    driver.settleAll()
    #expect(!driver.isPaused && driver.answers.count == 3)
  }

  @Test("held bytes are bounded; one past the bound closes")
  func held() {
    var driver = SessionDriver.terminal(nil, JT808Configuration(maximumHeldBytes: 60, maximumUnsettled: 1))
    driver.send(Terminal.frame(0x0002), Array(repeating: 0x7E, count: 60))
    #expect(driver.closed == nil)
    driver.send([0x7E])
    #expect(driver.closed == .tooManyInFlight)
  }

  @Test("what the terminal sent before it left counts beyond the bound")
  func lastWords() {
    var driver = SessionDriver.terminal(nil, JT808Configuration(maximumUnsettled: 1))
    driver.send(
      Terminal.frame(0x0002, serial: 1) + Terminal.frame(0x0002, serial: 2)
        + Terminal.frame(0x0200, Terminal.location(alarm: 1), serial: 3))
    driver.handle(.peerClosed)
    #expect(driver.kinds == [.heartbeat, .heartbeat, .panic] && driver.closed == .peerClosed)
    #expect(driver.replied == [])
  }

  @Test("damaged frames in a row are bounded; a good one between them starts the count anew")
  func damaged() {
    let bad: [UInt8] = [0x7E, 1, 2, 3, 0x7E]
    let configuration = JT808Configuration(maximumDamagedFrames: 2)
    var driver = SessionDriver.terminal(nil, configuration)
    driver.send(bad, bad, Terminal.frame(0x0002), bad, bad)
    #expect(driver.closed == nil)
    driver.send(bad)
    #expect(driver.closed == .malformed)
  }

  @Test("a silent terminal is closed, junk keeps none alive, and one that waits for us is left alone")
  func idle() {
    var driver = SessionDriver.terminal(nil)
    let begin = driver.now
    #expect(driver.wakeAt == begin + .minutes(30))
    driver.now = begin + .minutes(29)
    driver.send([0x7E, 1, 2])
    #expect(driver.wakeAt == begin + .minutes(30))
    driver.send([0x7E] + Terminal.frame(0x0002))
    #expect(driver.wakeAt == nil)
    driver.now = begin + .minutes(100)
    driver.handle(.deadline)
    #expect(driver.closed == nil)
    driver.settleAll()
    #expect(driver.wakeAt == begin + .minutes(130))
    driver.now = begin + .minutes(130)
    driver.handle(.deadline)
    #expect(driver.closed == .idle)
  }
}
