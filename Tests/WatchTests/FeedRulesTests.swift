import CareModel
import FeedConformance
import FeedSession
import Testing
import Watch

@Suite("Watch keeps the rules of every feed")
struct FeedRulesTests {
  private static let alarm = Watcher.report("AL_LTE", "00010001", more: ",2,a]b,c*d")
  private static let stream: [UInt8] =
    Watcher.frame("LK,1,2,90") + Watcher.frame(Watcher.report("UD", "00000000"), length: 40)
    + Watcher.frame("TKQ") + Watcher.frame(alarm, vendor: "ZJ", index: "0001") + Array("\r\n".utf8)
    + Watcher.frame(Array("TK,".utf8) + (0...255).map { $0 }) + Watcher.frame("bphrt,120,80,71")
    + Watcher.frame("WAD,CH")

  /// Answers that say that a signal is safe: LK and AL.
  private static func acknowledgements(_ replied: [UInt8]) -> Int {
    String(decoding: replied, as: UTF8.self).split(separator: "]").filter {
      $0.hasSuffix("*LK") || $0.hasSuffix("*AL")
    }.count
  }

  @Test("a watch's conversation")
  func conversation() {
    var whole = SessionDriver(WatchSession(), principal: nil)
    whole.send(Self.stream)
    #expect(
      whole.kinds == [
        .heartbeat, .position, .panic, .batteryLow, .measurement, .measurement, .measurement, .unknown,
      ])
    #expect(whole.answers.map { $0.split(separator: "*").last ?? "" } == ["LK]", "TKQ]", "AL]", "TK,0]"])
    let rules = FeedConformance(
      FeedConversation(
        makeSession: { WatchSession() }, principal: nil, stream: Self.stream, expected: whole.delivered,
        expectedAcknowledgements: 2, countAcknowledgements: Self.acknowledgements,
        oversized: Array("[3G*8800000015*2001*AL,".utf8)))
    #expect(rules.findings() == [])
  }

  @Test("10,000 seeded streams of garbage and damaged frames trap nothing and acknowledge nothing unsettled")
  func garbage() {
    var random = SeededRandom(seed: 2026)
    let good = [
      Watcher.frame("LK"), Watcher.frame(Self.alarm), Watcher.frame(Watcher.report("UD", "FFFFFFFF")),
      Watcher.frame("TKQ"), Watcher.frame(Array("TK,".utf8) + [0, 0x5D, 0x5B, 0xFF, 9, 9, 9]), Watcher.frame("heart,1"),
      Watcher.frame("INIT,", vendor: "ZJ", index: "FFFF"), Watcher.frame("AL", length: 9),
      Watcher.frame("BLOOD,,,", length: 0),
    ]
    let configuration = WatchConfiguration(maximumUnsettled: 4)
    var closed = 0
    var delivered = 0
    for round in 0..<10_000 {
      var stream = [UInt8](repeating: 0x5B, count: round % 5)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        stream += good[Int.random(in: 0..<good.count, using: &random)]
      }
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        let pool: [UInt8] = [0x5B, 0x5D, 0x2A, 0x2C, 0x30, 0x46, UInt8.random(in: 0...255, using: &random)]
        stream[Int.random(in: 0..<stream.count, using: &random)] = pool[Int.random(in: 0..<7, using: &random)]
      }
      var driver = SessionDriver(
        WatchSession(configuration: configuration), principal: nil, settlement: .byCaller)
      let cut = Int.random(in: 0...stream.count, using: &random)
      driver.send(Array(stream[..<cut]), Array(stream[cut...]))
      #expect(Self.acknowledgements(driver.replied) == 0 && driver.unsettled.count < 4 + 5)
      driver.now = driver.now + .seconds(3)
      driver.handle(.deadline)
      driver.handle(.peerClosed)
      if driver.closed != nil { closed += 1 }
      delivered += driver.delivered.count
    }
    #expect(closed == 10_000 && delivered > 10_000)
  }
}
