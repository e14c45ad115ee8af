import CareModel
import FeedConformance
import FeedSession
import Testing

import DC09

@Suite("DC-09 garbage")
struct DC09GarbageTests {
  private static let pieces = [
    "\"", "\"SIA-DCS\"", "\"*ADM-CID\"", "\"NULL\"", "0001", "R1", "L0", "#ABCD", "[", "]", "|", "#", "N", "Nri1/",
    "MA1",
    "1101 00 003", "_", "_08:30:00,03-01-2026", "^", "*", "/", "[H", "][", "A", "ri", "0", "\u{FF}", "\0", " ",
  ]

  @Test("no bytes trap, and only right frames are answered", arguments: [DC09Transport.stream, .datagram], 0..<8)
  func garbage(transport: DC09Transport, seed: UInt64) {
    var dice = SeededRandom(seed: seed)
    for _ in 0..<60 {
      var conversation = Conversation(
        DC09Configuration(keys: ["ABCD": Samples.key], maximumFrameBytes: 600, maximumUnsettled: 4, maximumEvents: 3),
        transport: transport)
      for _ in 0..<20 where conversation.closed == nil {
        let bytes = chunk(&dice)
        conversation.send(bytes, settling: Bool.random(using: &dice) ? .accepted : nil)
        #expect(conversation.unsettled.count <= 6)
      }
      conversation.settleAll()
      #expect(!conversation.answers.contains("broken"))
      #expect(conversation.signals.allSatisfy { $0.source.feed == .dc09 && $0.raw.first == 0x0A })
    }
  }

  private func chunk(_ dice: inout SeededRandom) -> [UInt8] {
    switch Int.random(in: 0..<5, using: &dice) {
    case 0: return (0..<Int.random(in: 0..<200, using: &dice)).map { _ in UInt8.random(in: 0...255, using: &dice) }
    case 1: return Samples.frame(words(&dice))
    case 2: return Samples.frame("\"SIA-DCS\"0001L0#ABCD[\(words(&dice))]")
    case 3: return Samples.encrypted("SIA-DCS", words(&dice), time: words(&dice))
    default:
      var bytes = Samples.encrypted()
      for _ in 0..<Int.random(in: 0..<4, using: &dice) {
        bytes[Int.random(in: 0..<bytes.count, using: &dice)] = UInt8.random(in: 0...255, using: &dice)
      }
      return bytes
    }
  }

  private func words(_ dice: inout SeededRandom) -> String {
    (0..<Int.random(in: 0..<25, using: &dice)).map { _ in Self.pieces.randomElement(using: &dice) ?? "" }.joined()
  }

  @Test(
    "large data of nothing but delimiters are read in time", arguments: ["^", "*", "/", "|", "ri", "MA", "]", "[a]"])
  func pathological(filler: String) {
    var conversation = Conversation()
    for _ in 0..<50 {
      let data = String(repeating: filler, count: 4000 / filler.utf8.count)
      conversation.send(Samples.frame("\"SIA-DCS\"0001L0#1[NMA1\(data)]"))
    }
    #expect(conversation.signals.first?.kind == .panic)
  }
}
