import CareModel
import FeedConformance
import FeedSession
import JT808
import Testing

@Suite("JT/T 808 keeps the rules of every feed")
struct FeedRulesTests {
  private static let batch = Terminal.batch([
    Terminal.location(alarm: 0x100, time: "261123100500"), Terminal.location(time: "261123100600"),
  ])
  private static let stream: [UInt8] =
    Terminal.frame(0x0100, [0, 44], serial: 1) + Terminal.frame(0x0102, Array("code".utf8), serial: 2)
    + Terminal.frame(0x0002, serial: 0x7E) + Terminal.frame(0x0200, Terminal.location(alarm: 1), serial: 4)
    + Terminal.frame(0x0704, Array(batch.prefix(20)), serial: 5, part: (2, 1))
    + Terminal.frame(0x0704, Array(batch.dropFirst(20)), serial: 6, part: (2, 2))
    + Terminal.frame(0x0900, [1], serial: 7) + Terminal.frame(0x0003, serial: 8)

  /// Answers that say that a signal is safe: those to 0002, 0200, 0704 and unknown ids.
  private static func acknowledgements(_ replied: [UInt8]) -> Int {
    Terminal.answers(replied).filter { answer in
      ["2 ", "200 ", "704 ", "900 "].contains { answer.hasPrefix($0) }
    }.count
  }

  @Test("a terminal's conversation")
  func conversation() {
    var whole = SessionDriver(JT808Session(), principal: Terminal.principal)
    whole.send(Self.stream)
    #expect(whole.kinds == [.heartbeat, .panic, .mainsLost, .position, .unknown])
    #expect(whole.signals.map(\.oddities) == [[], [], [], [], [.unknownKind]])
    let rules = FeedConformance(
      FeedConversation(
        makeSession: { JT808Session() }, principal: Terminal.principal, stream: Self.stream,
        expected: whole.delivered, expectedAcknowledgements: 5, countAcknowledgements: Self.acknowledgements,
        oversized: [0x7E] + Array(repeating: 0x41, count: 4097)))
    #expect(rules.findings() == [])
  }

  @Test("10,000 seeded streams of garbage and damaged frames trap nothing and acknowledge nothing unsettled")
  func garbage() {
    var random = SeededRandom(seed: 2026)
    let good = [
      Terminal.frame(0x0002), Terminal.frame(0x0200, Terminal.location(alarm: 1, items: [0xEB, 3, 0, 9, 1])),
      Terminal.frame(0x0704, Self.batch), Terminal.frame(0x0704, Self.batch, part: (2, 1)), Terminal.frame(0x0100),
      Terminal.frame(0x0102, [9, 9], is2019: true), Terminal.frame(0x0003), Terminal.frame(0xFFFF, [1]),
    ]
    let configuration = JT808Configuration(maximumUnsettled: 4, maximumAssemblies: 1)
    var closed = 0
    var delivered = 0
    for round in 0..<10_000 {
      var stream = [UInt8](repeating: 0, count: round % 5)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        stream += good[Int.random(in: 0..<good.count, using: &random)]
      }
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        stream[Int.random(in: 0..<stream.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if round % 2 == 0 { stream = resealed(stream) }
      var driver = SessionDriver(
        JT808Session(configuration: configuration), principal: Terminal.principal, settlement: .byCaller)
      let cut = Int.random(in: 0...stream.count, using: &random)
      driver.send(Array(stream[..<cut]), Array(stream[cut...]))
      #expect(Self.acknowledgements(driver.replied) == 0 && driver.unsettled.count < 4 + 12)
      driver.now = driver.now + .seconds(20)
      driver.handle(.deadline)
      driver.handle(.peerClosed)
      if driver.closed != nil { closed += 1 }
      delivered += driver.delivered.count
    }
    #expect(closed == 10_000 && delivered > 10_000)
  }

  /// Right check bytes over whatever the frames hold now, so that the damage gets past them.
  private func resealed(_ stream: [UInt8]) -> [UInt8] {
    stream.split(separator: 0x7E).flatMap { Terminal.seal(Array($0.dropLast())) }
  }
}
