import CareModel
import FeedConformance
import FeedSession
import JT808
import Testing

@Suite("JT/T 808 messages in parts")
struct SubpackageTests {
  private let reports = [
    Terminal.location(alarm: 1, time: "261123100100"), Terminal.location(alarm: 0, time: "261123100200"),
  ]

  private func parts(_ count: Int, serial: Int = 20, message: Int = 0x0704) -> [[UInt8]] {
    let body = Terminal.batch(reports)
    let size = (body.count + count - 1) / count
    return (0..<count).map { index in
      let piece = Array(body[min(index * size, body.count)..<min((index + 1) * size, body.count)])
      return Terminal.frame(message, piece, serial: serial + index, part: (count, index + 1))
    }
  }

  @Test("parts in any order, also twice, are one message; every part is answered once it is settled")
  func whole() {
    let parts = parts(3)
    for order in [[0, 1, 2], [2, 0, 1], [1, 1, 2, 0], [2, 1, 0]] {
      var driver = SessionDriver.terminal()
      for index in order {
        #expect(driver.delivered.isEmpty)
        driver.send(parts[index])
      }
      #expect(driver.kinds == [.panic, .position] && driver.repeatIDs[0] == "20.0:261123100100")
      #expect(driver.answers == ["102 0 0"])
      driver.settleAll()
      #expect(driver.answers == ["102 0 0", "704 20 0", "704 21 0", "704 22 0"])
    }
  }

  @Test("a message of one part is whole; a serial that wraps is followed")
  func corners() {
    var driver = SessionDriver.terminal(settlement: .atOnce)
    driver.send(parts(1)[0])
    for part in parts(3, serial: 65_535) { driver.send(part) }
    #expect(driver.kinds == [.panic, .position, .panic, .position])
    #expect(driver.answers.suffix(3) == ["704 65535 0", "704 0 0", "704 1 0"])
  }

  @Test("heartbeats between the parts are answered")
  func between() {
    var driver = SessionDriver.terminal(settlement: .atOnce)
    driver.send(parts(2)[0], Terminal.frame(0x0002, serial: 1), parts(2)[1])
    #expect(driver.answers == ["102 0 0", "2 1 0", "704 20 0", "704 21 0"])
  }

  @Test("a message that stays unfinished is delivered part by part, in time and when the line breaks")
  func unfinished() {
    for isBroken in [false, true] {
      var driver = SessionDriver.terminal()
      driver.send(parts(3)[0])
      driver.now = driver.now + .seconds(9)
      driver.send(parts(3)[2])
      driver.handle(.deadline)
      #expect(driver.delivered.isEmpty && driver.wakeAt == driver.now + .seconds(10))
      if !isBroken { driver.now = driver.now + .seconds(10) }
      driver.handle(isBroken ? .peerClosed : .deadline)
      #expect(driver.kinds == [.unknown, .unknown] && driver.signals.map(\.raw) == [parts(3)[0], parts(3)[2]])
      #expect(driver.signals[0].oddities == [.missingField])
      if !isBroken { driver.settleAll() }
      #expect(driver.answers == ["102 0 0"] + (isBroken ? [] : ["704 20 0", "704 22 0"]))
    }
  }

  @Test("parts that make no sense are delivered by themselves", arguments: [(0, 0), (3, 0), (3, 4), (65, 1)])
  func senseless(total: Int, index: Int) {
    var driver = SessionDriver.terminal()
    driver.send(Terminal.frame(0x0704, [1], part: (total, index)))
    #expect(driver.kinds == [.unknown])
  }

  @Test("messages, parts and bytes that wait are bounded; what is beyond is delivered by itself")
  func bounds() {
    var driver = SessionDriver.terminal(nil, JT808Configuration(maximumAssemblies: 2))
    for message in 0..<2 { driver.send(parts(2, message: 0x0801 + message)[0]) }
    #expect(driver.kinds == [])
    driver.send(parts(2, message: 0x0900)[0])
    #expect(driver.kinds == [.unknown])
    let last = parts(2)[1].count
    for spare in [0, -1] {
      let configuration = JT808Configuration(maximumAssemblyBytes: parts(2)[0].count + last + spare)
      var driver = SessionDriver.terminal(nil, configuration)
      driver.send(parts(2)[0], parts(2)[1])
      #expect(driver.kinds == (spare == 0 ? [.panic, .position] : [.unknown]))
      // What became whole makes room again.
      driver.send(parts(2, serial: 30)[0], parts(2, serial: 30)[1])
      #expect(driver.kinds.suffix(1) == (spare == 0 ? [.position] : [.unknown]))
      #expect(driver.kinds.contains(.unknown) == (spare != 0))
    }
    for most in [3, 2] {
      var driver = SessionDriver.terminal(nil, JT808Configuration(maximumParts: most))
      driver.send(parts(3)[0])
      #expect(driver.kinds == (most == 3 ? [] : [.unknown]))
    }
  }
}
