import CareModel
import FeedConformance
import FeedSession
import Testing
import Watch

@Suite("Watch frames")
struct FramingTests {
  private let alarm = Watcher.report("AL", "00010000")

  @Test("a content ends where its length says, brackets and stars in it or not")
  func brackets() {
    let content = alarm + ",2,My]*[3G*Net,aa:bb:cc:dd:ee:ff,-60"
    var driver = SessionDriver.watch()
    driver.send(Watcher.frame(content) + Watcher.frame("LK"))
    #expect(driver.kinds == [.panic, .heartbeat] && driver.signals[0].raw == Watcher.frame(content))
  }

  @Test("a length that is too small: the content ends at the first bracket", arguments: [1, 2, 15, 60])
  func tooSmall(missing: Int) {
    let frame = Watcher.frame(alarm, length: alarm.utf8.count - missing)
    for stream in [frame, frame + Watcher.frame("LK")] {
      var driver = SessionDriver.watch()
      for byte in stream { driver.send([byte]) }
      #expect(driver.kinds.first == .panic && driver.signals.first?.raw == frame)
      #expect(driver.kinds.count == (stream.count == frame.count ? 1 : 2))
    }
  }

  @Test("a length that is too large: taken when another frame shows it, after two seconds, or when the line breaks")
  func tooLarge() {
    let frame = Watcher.frame(alarm, length: alarm.utf8.count + 8)
    var followed = SessionDriver.watch()
    followed.send(frame, Watcher.frame("LK"))
    #expect(followed.kinds == [.panic, .heartbeat] && followed.signals[0].raw == frame)
    var alone = SessionDriver.watch()
    alone.send(frame)
    #expect(alone.kinds == [] && alone.wakeAt == alone.now + .seconds(2))
    alone.now = alone.now + .seconds(1)
    alone.handle(.deadline)
    #expect(alone.kinds == [])
    alone.now = alone.now + .seconds(1)
    alone.handle(.deadline)
    #expect(alone.kinds == [.panic] && alone.signals[0].raw == frame)
    alone.settleAll()
    #expect(alone.answers == ["[3G*8800000015*0002*AL]"])
    var broken = SessionDriver.watch()
    broken.send(Watcher.frame(alarm, length: 4000) + Watcher.frame("LK", length: 900))
    broken.handle(.peerClosed)
    #expect(broken.kinds == [.panic, .heartbeat] && broken.closed == .peerClosed)
  }

  @Test(
    "what is no frame is skipped",
    arguments: [
      "[", "[[[", "[3G*", "[3G*88*", "[3*88*0002*", "[3G*88*02*LK]", "[3G**0002*LK]", "[3G*88*000G*LK]", "]]**\r\n",
      "[3G*123456789012345678901*0002*LK]", "[3G*88*00001*LK]", "GET / HTTP/1.1\r\n\r\n", "[3G-88*0002*LK]",
    ])
  func noFrame(junk: String) {
    for stream in [
      Array(junk.utf8) + Watcher.frame("LK"), Watcher.frame("TKQ") + Array(junk.utf8) + Watcher.frame("LK"),
    ] {
      var whole = SessionDriver.watch()
      whole.send(stream)
      var dripped = SessionDriver.watch()
      for byte in stream { dripped.send([byte]) }
      #expect(whole.kinds == [.heartbeat] && dripped.kinds == [.heartbeat])
    }
  }

  @Test(
    "heads: vendor, id, index and length",
    arguments: [
      ("[3G*8800000015*0002*LK]", "3G 8800000015 - 2"),
      ("[ZJ*014111001350304*0033*0064*UD", "ZJ 014111001350304 0033 100"),
      ("[3G*6907919734*003e*AL_LTE", "3G 6907919734 - 62"),
      ("[3G*12345678901234567890*FFFF*x", "3G 12345678901234567890 - 65535"),
      ("[3G*1*ABCD*EF01*x", "3G 1 ABCD 61185"), ("[3G*1*ABCD*EF01", "unfinished"), ("[3G*1*ABCD*EF0]", "3G 1 - 43981"),
      ("[3G*1*ABC", "unfinished"), ("[", "unfinished"), ("[3", "unfinished"), ("[3GG", "none"),
      ("[3G*1*ABCDE*", "none"),
    ])
  func heads(text: String, expected: String) {
    let got: String =
      switch WatchHeader.read(Array(text.utf8)[...]) {
      case .header(let header): "\(header.vendor) \(header.id) \(header.index ?? "-") \(header.length)"
      case .unfinished: "unfinished"
      case .noHeader: "none"
      }
    #expect(got == expected)
  }

  @Test("voice is skipped by its length, however large, answered as not taken, and carries no signal")
  func voice() {
    let noise = Array("TK,#!AMR\n".utf8) + (0..<60_000).map { UInt8(truncatingIfNeeded: $0) }
    let stream = Watcher.frame(noise) + Watcher.frame(alarm)
    for size in [1, 1460, stream.count] {
      var driver = SessionDriver.watch(WatchConfiguration(maximumHeldBytes: 70_000))
      for start in stride(from: 0, to: stream.count, by: size) {
        driver.send(Array(stream[start..<min(start + size, stream.count)]))
      }
      #expect(driver.kinds == [.panic] && driver.answers == ["[3G*8800000015*0004*TK,0]"])
    }
    var picture = SessionDriver.watch()
    picture.send(Watcher.frame(Array("IMG,5,".utf8) + noise) + Watcher.frame("LK"))
    #expect(picture.kinds == [.heartbeat] && picture.replied == [])
  }
}
