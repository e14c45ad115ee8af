import Testing

import CareModel
import HL7
import TextCodecs

@Suite("HL7 acknowledgements")
struct AcknowledgementTests {
  private func answers(_ block: [UInt8]) -> [String] {
    var conversation = Conversation()
    conversation.send(Samples.frame(block))
    return conversation.answers
  }

  private func text(_ block: [UInt8]) throws -> String {
    var conversation = Conversation()
    conversation.send(Samples.frame(block))
    return String(decoding: try #require(conversation.replies.first).dropFirst().dropLast(2), as: UTF8.self)
  }

  @Test("the answer turns the sender round and says what it answers")
  func wholeAnswer() throws {
    let lines = try text(Samples.message()).split(separator: "\r").map(String.init)
    let fields = lines[0].split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    let turned = ["MSH", "^~\\&", "TELECARE", "ARC", "HIS", "HOSP1", "20260225141320+0800", "", "ACK^A01^ACK"]
    #expect(fields[...8] == turned[...])
    #expect(fields[10...] == ["P", "2.4", "", "", "", "", "", "UNICODE UTF-8"])
    #expect(fields[9].hasPrefix("SB") && fields[9].utf8.count <= 20)
    #expect(lines[1...] == ["MSA|AA|C1"])
  }

  @Test("the sender's own delimiters are used")
  func delimiters() throws {
    let answer = try text(Array("MSH*:;?!*HIS*H1***20260301**ADT:A01*7?F?*P*2.6\r".utf8))
    #expect(answer.hasPrefix("MSH*:;?!***HIS*H1*"))
    #expect(answer.contains("*ACK:A01:ACK*") && answer.contains("\rMSA*AA*7?F?\r"))
  }

  @Test("the answer comes in the sender's character set")
  func characterSet() throws {
    let block = try TextCodec.gb18030.encode(
      "MSH|^~\\&|弢|医院|||20260301||ADT^A01|张1|P|2.4||||||GB 18030-2000\rPID|1||9\rPV1|1|I\r")
    var conversation = Conversation()
    conversation.send(Samples.frame(block))
    let answer = try TextCodec.gb18030.decode(try #require(conversation.replies.first))
    #expect(answer.contains("|弢|医院|") && answer.contains("MSA|AA|张1\r") && answer.contains("|GB 18030-2000\r"))
  }

  @Test("bytes that are no text come back unchanged")
  func notText() throws {
    var block = Samples.message(id: "C9")
    block += [0xFF, 0xFE, 0x0D]
    var conversation = Conversation()
    conversation.send(Samples.frame(block))
    #expect(conversation.answers == ["AA C9"])
    #expect(conversation.signals.map(\.kind) == [.unknown])
    #expect(conversation.signals.first?.oddities == [.notText] && conversation.signals.first?.raw == block)
  }

  struct Mode: Sendable, CustomTestStringConvertible {
    let accept: String
    let application: String
    let good: [String]
    let refused: [String]
    var testDescription: String { "MSH-15 '\(accept)', MSH-16 '\(application)'" }
  }

  @Test(
    "who wants which answer",
    arguments: [
      Mode(accept: "", application: "", good: ["AA C1"], refused: ["AR C1"]),
      Mode(accept: "AL", application: "", good: ["AA C1"], refused: ["AR C1"]),
      Mode(accept: "NE", application: "", good: [], refused: []),
      Mode(accept: "ER", application: "", good: [], refused: ["AR C1"]),
      Mode(accept: "AL", application: "NE", good: ["CA C1"], refused: ["CR C1"]),
      Mode(accept: "AL", application: "AL", good: ["CA C1", "AA C1"], refused: ["CR C1"]),
      Mode(accept: "SU", application: "ER", good: ["CA C1"], refused: ["AR C1"]),
      Mode(accept: "ER", application: "SU", good: ["AA C1"], refused: ["CR C1"]),
      Mode(accept: "NE", application: "NE", good: [], refused: []),
      Mode(accept: "NE", application: "AL", good: ["AA C1"], refused: ["AR C1"]),
      Mode(accept: "", application: "AL", good: ["AA C1"], refused: ["AR C1"]),
      Mode(accept: "", application: "NE", good: [], refused: []),
      Mode(accept: "XX", application: "", good: ["AA C1"], refused: ["AR C1"]),
    ])
  func modes(mode: Mode) {
    #expect(answers(Samples.message(accept: mode.accept, application: mode.application)) == mode.good)
    let refused = Samples.message(version: "3.0", accept: mode.accept, application: mode.application)
    #expect(answers(refused) == mode.refused)
  }

  @Test(
    "every version 2 and processing id is taken, others are refused",
    arguments: [
      ("2.1", "P", "AA"), ("2.3.1", "T", "AA"), ("2.5^DEU&&HL70399", "D", "AA"), ("2.8", "P^T", "AA"), ("", "", "AA"),
      ("2.9", "P", "AA"), ("2", "P", "AR"), ("2.x", "P", "AR"), ("2.51", "P", "AR"), ("3.0", "P", "AR"),
      ("2.4", "N", "AR"), ("2.4", "PP", "AR"),
    ])
  func refusals(version: String, processing: String, code: String) {
    #expect(answers(Samples.message(processing: processing, version: version)) == ["\(code) C1"])
  }

  @Test("a refusal names its reason in the form of the version")
  func reasons() throws {
    let new = try text(Samples.message(processing: "N", version: "2.5.1"))
    #expect(new.hasSuffix("MSA|AR|C1\rERR|||202^Unsupported processing id^HL70357|E\r"))
    let old = try text(Samples.message(processing: "N", version: "2.3"))
    #expect(
      old.hasSuffix("MSA|AR|C1|Unsupported processing id\rERR|^^^202&Unsupported processing id&HL70357\r"))
    let version = try text(Samples.message(version: "9"))
    #expect(version.contains("203^Unsupported version id^HL70357"))
  }

  @Test("without a header the answer names nobody")
  func noHeader() throws {
    let answer = try text(Array("PID|1||1\r".utf8))
    #expect(answer.hasPrefix("MSH|^~\\&|||||2026"))
    #expect(answer.hasSuffix("|P|2.5\rMSA|AR|\rERR|||100^Segment sequence error^HL70357|E\r"))
  }

  @Test("every answer has an id of its own")
  func ownIDs() {
    var conversation = Conversation()
    for _ in 0..<100 { conversation.send(Samples.frame(Samples.message(accept: "AL", application: "AL"))) }
    let ids = conversation.replies.compactMap { reply in
      HL7Message(String(decoding: reply.dropFirst().dropLast(2), as: UTF8.self), codec: .utf8)?.header.field(10).raw
    }
    #expect(ids.count == 200 && Set(ids).count == 200)
  }

  @Test("an answer that came the wrong way is not answered, nor is an empty block")
  func unanswered() {
    var conversation = Conversation()
    conversation.send(Samples.frame(Array("MSH|^~\\&|A|B|||20260301||ACK^A01|1|P|2.4\rMSA|AA|7\r".utf8)))
    conversation.send(Samples.frame([]) + Samples.frame([0x0D, 0x0A]))
    #expect(conversation.signals.isEmpty && conversation.replies.isEmpty && conversation.closed == nil)
  }
}
