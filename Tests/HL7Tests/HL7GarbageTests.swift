import Testing

import CareModel
import FeedSession
import HL7
import TextCodecs

@Suite("HL7 garbage")
struct HL7GarbageTests {
  /// SplitMix64 with a fixed seed: the same garbage on every run.
  private struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      return fixedMix(state)
    }
  }

  private static let pieces: [[UInt8]] = [
    [0x0B], [0x1C], [0x0D], [0x0A], [0x1C, 0x0D], Array("MSH|^~\\&|".utf8), Array("MSH".utf8), Array("|||||".utf8),
    Array("ADT^A01".utf8), Array("\\X4".utf8), Array("\\".utf8), Array("~&^".utf8), [0x8F, 0x7C], [0x81, 0x39, 0xEF],
    Array("|GB 18030-2000".utf8), Array("PID|1||".utf8), Array("PV1|".utf8), Array("20261332+9999".utf8), [0], [0xFF],
    Array("MSH||||||||||||||||||||\r".utf8), Array("MSH|||||||||ADT|||\rPID\r".utf8),
  ]

  @Test("no bytes trap, and only whole messages are answered", arguments: 0..<8)
  func garbage(seed: UInt64) {
    var dice = Dice(state: seed)
    for _ in 0..<60 {
      var conversation = Conversation(
        MLLPConfiguration(fallbackCodecs: [.utf8, .gb18030], maximumMessageBytes: 2000, maximumInFlight: 4))
      for _ in 0..<12 where conversation.closed == nil {
        conversation.send(chunk(&dice), settling: Bool.random(using: &dice) ? .accepted : nil)
        #expect(conversation.unsettled.count <= 4)
      }
      conversation.settleAll()
      #expect(conversation.replies.count <= 2 * conversation.signals.count)
      #expect(conversation.answers.allSatisfy { !$0.hasPrefix("not") && !$0.hasPrefix("AE") })
    }
  }

  private func chunk(_ dice: inout Dice) -> [UInt8] {
    var bytes: [UInt8] = []
    switch Int.random(in: 0..<3, using: &dice) {
    case 0:
      for _ in 0..<Int.random(in: 0..<60, using: &dice) { bytes += Self.pieces.randomElement(using: &dice) ?? [] }
    case 1:
      for _ in 0..<Int.random(in: 0..<200, using: &dice) { bytes.append(UInt8.random(in: 0...255, using: &dice)) }
    default:
      bytes = Samples.frame(Samples.message())
      for _ in 0..<Int.random(in: 0..<8, using: &dice) {
        bytes[Int.random(in: 0..<bytes.count, using: &dice)] = UInt8.random(in: 0...255, using: &dice)
      }
    }
    return bytes
  }

  @Test("a large message of nothing but delimiters or escapes is read in time", arguments: ["|", "~", "\\", "^", "\r"])
  func pathological(filler: String) {
    var block = Samples.message(body: ["PID|1||"])
    block += [UInt8](repeating: filler.utf8.first ?? 0, count: 200_000)
    #expect(Samples.signal(block)?.kind == .admit)
  }
}
