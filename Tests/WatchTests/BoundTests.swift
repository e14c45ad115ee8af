import CareModel
import FeedConformance
import FeedSession
import Testing
import Watch

@Suite("Watch bounds")
struct BoundTests {
  @Test("the largest content is taken, one byte more closes at its head")
  func contentSize() {
    let content = Watcher.report("AL", "00010000")
    for spare in [0, -1] {
      var driver = SessionDriver.watch(WatchConfiguration(maximumContentBytes: content.utf8.count + spare))
      driver.send(Array(Watcher.frame(content).prefix(60)))
      #expect(driver.closed == (spare == 0 ? nil : .tooLarge))
      driver.send(Array(Watcher.frame(content).dropFirst(60)))
      #expect(driver.kinds == (spare == 0 ? [.panic] : []))
    }
  }

  @Test("a content with a wrong length that never ends is bounded too")
  func endless() {
    for extra in [0, 1] {
      var driver = SessionDriver.watch(WatchConfiguration(maximumContentBytes: 100))
      driver.send(Array("[3G*1*0002*".utf8) + Array(repeating: 0x41, count: 100 + extra))
      #expect(driver.closed == (extra == 0 ? nil : .tooLarge))
    }
  }

  @Test("what comes before the first head is skipped and never held")
  func junk() {
    var driver = SessionDriver.watch(WatchConfiguration(maximumHeldBytes: 100))
    driver.send(Array(repeating: 0x41, count: 5000), Watcher.frame("LK"))
    #expect(driver.kinds == [.heartbeat] && driver.closed == nil)
  }

  @Test("reading pauses at the bound of unsettled deliveries and resumes below it")
  func unsettled() {
    var driver = SessionDriver.watch(WatchConfiguration(maximumUnsettled: 2))
    driver.send(Watcher.frame("LK"))
    #expect(!driver.isPaused)
    driver.send(Watcher.frame("LK") + Watcher.frame(Watcher.report("AL", "00010000")))
    #expect(driver.isPaused && driver.kinds.count == 2)
    driver.settle(driver.unsettled[0])
    #expect(driver.isPaused && driver.kinds == [.heartbeat, .heartbeat, .panic])
    driver.settle(driver.unsettled[0])
    #expect(!driver.isPaused)
    driver.settleAll()
    #expect(driver.answers.map { $0.suffix(4) } == ["*LK]", "*LK]", "*AL]"])
    let pauses = driver.actions.filter { $0 == .pauseReading }
    #expect(pauses.count == 1)
  }

  @Test("answers that wait behind an unsettled delivery are bounded too")
  func waitingAnswers() {
    var driver = SessionDriver.watch(WatchConfiguration(maximumUnsettled: 3))
    driver.send(Watcher.frame("LK"), Watcher.frame("TKQ"))
    #expect(!driver.isPaused)
    driver.send(Watcher.frame("TKQ"))
    #expect(driver.isPaused)
    driver.settleAll()
    #expect(!driver.isPaused && driver.answers.count == 3)
  }

  @Test("held bytes are bounded; one past the bound closes")
  func held() {
    var driver = SessionDriver.watch(WatchConfiguration(maximumHeldBytes: 60, maximumUnsettled: 1))
    driver.send(Watcher.frame("LK"), Array(repeating: 0x41, count: 60))
    #expect(driver.closed == nil)
    driver.send([0x41])
    #expect(driver.closed == .tooManyInFlight)
  }

  @Test("what the watch sent before it left counts beyond the bound")
  func lastWords() {
    var driver = SessionDriver.watch(WatchConfiguration(maximumUnsettled: 1))
    driver.send(Watcher.frame("LK") + Watcher.frame("LK") + Watcher.frame(Watcher.report("AL", "00010000")))
    driver.handle(.peerClosed)
    #expect(driver.kinds == [.heartbeat, .heartbeat, .panic] && driver.closed == .peerClosed)
    #expect(driver.replied == [])
  }

  @Test("a silent watch is closed, junk keeps none alive, and one that waits for us is left alone")
  func idle() {
    var driver = SessionDriver.watch()
    let begin = driver.now
    #expect(driver.wakeAt == begin + .minutes(30))
    driver.now = begin + .minutes(29)
    driver.send(Array("junk [3G*".utf8))
    #expect(driver.wakeAt == begin + .minutes(30))
    driver.send(Watcher.frame("LK"))
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
