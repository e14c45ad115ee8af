import Testing

import CareModel
import FeedSession
import HL7
import JSONText
import TextCodecs

/// The outside data of protocols page, section 3: wire cases, a corpus with field values, a recorded stream.
@Suite("HL7Conformance", .serialized)
struct HL7ConformanceTests {
  /// Where the house decided otherwise than the data's note: AE is never sent (interfaces page, section 5).
  private static let decisions = ["missing-pid3": [["AA C29"]]]

  @Test("HL7Conformance: wire cases")
  func wireCases() throws {
    guard let data = ProtocolData(subfolder: "hl7", suite: "HL7Conformance wire cases") else { return }
    var table = ConformanceTable(file: "mllp_wire_cases.jsonl")
    for line in try data.lines("mllp_wire_cases.jsonl") {
      let test = try JSONValue(parsing: line)
      let name = try #require(test["id"]?.string)
      var conversation = Conversation()
      for write in try #require(test["writes_hex"]?.array) { conversation.send(hexadecimal(write.string ?? "")) }
      let wanted = (test["expect"]?.array ?? []).compactMap(\.string).filter { $0 != "none" }.map(alternatives)
      table.record(name, problems(of: name, conversation, wanted: Self.decisions[name] ?? wanted))
    }
    print(table.printed())
    #expect(table.count > 0 && table.failures.isEmpty)
  }

  /// `AA C28 without effect, or AR C28 (202)` allows `AA C28` and `AR C28`; `AR or AE` allows both without an id.
  private func alternatives(_ text: String) -> [String] {
    text.split(separator: " ").reduce(into: [String]()) { found, word in
      if word.utf8.count == 2, ["AA", "AE", "AR", "CA"].contains(word) {
        found.append(String(word))
      } else if word.hasPrefix("C"), word.dropFirst().allSatisfy(\.isNumber), let last = found.last {
        found[found.count - 1] = last + " " + word
      }
    }
  }

  private func problems(of name: String, _ conversation: Conversation, wanted: [[String]]) -> [String] {
    var problems: [String] = []
    let answers = conversation.answers
    if answers.count != wanted.count || !zip(answers, wanted).allSatisfy({ $1.contains($0) }) {
      problems.append("answered \(answers), wanted \(wanted)")
    }
    let first = conversation.signals.first
    let patient = first?.hospital?.patient
    let isRight: Bool =
      switch name {
      case "gb18030": patient?.name == "欧阳 淑芬"
      case "gb18030-4byte": patient?.name == "㐂 𠮷"
      case "charset-repeats", "truncation-char", "vt-inside": patient?.name == "测试 张三"
      case "escape-hex": patient?.name == "A B C D"
      case "null-vs-empty": patient?.name == nil && patient?.birthDate == "19410203"
      case "processing-test": first?.oddities == [.testMessage]
      case "missing-pid3": first?.kind == .admit && first?.oddities == [.missingField]
      case "dup-id-other-body": Set(conversation.signals.map(\.repeatKey)).count == 2
      case "out-of-order": conversation.signals.map(\.kind) == [.discharge, .admit]
      case "cancel": conversation.signals.map(\.kind) == [.admit, .cancelAdmit]
      default: true
      }
    if !isRight { problems.append("content") }
    return problems
  }

  private func hexadecimal(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  @Test("HL7Conformance: field values of the corpus")
  func corpus() throws {
    guard let data = ProtocolData(subfolder: "hl7", suite: "HL7Conformance corpus") else { return }
    var table = ConformanceTable(file: "expected.jsonl")
    for line in try data.lines("expected.jsonl") {
      let test = try JSONValue(parsing: line)
      let name = try #require(test["file"]?.string)
      let block = try data.bytes("messages/\(name)")
      let expected = try #require(test["expect"])
      guard case .message(let message) = HL7Reader(fallbackCodecs: [.utf8]).read(block) else {
        table.record(name, ["no message"])
        continue
      }
      table.record(name, differences(message, expected) + deliveryProblems(block, message))
    }
    print(table.printed())
    #expect(table.count > 0 && table.failures.isEmpty)
  }

  private func differences(_ message: HL7Message, _ expected: JSONValue) -> [String] {
    let separator = message.delimiters.field
    let names = message.segments.map { String(decoding: $0.prefix { $0 != separator }, as: UTF8.self) }
    var problems: [String] = []
    if names != (expected["segments"]?.array ?? []).compactMap(\.string) { problems.append("segments \(names)") }
    for member in expected.object ?? [] {
      if let fields = member.value.object, let segment = message.first(member.key) {
        problems += fieldDifferences(segment, fields, member.key)
      } else if member.value.object != nil {
        problems.append("no \(member.key)")
      } else if let rows = member.value.array, member.key != "segments" {
        problems += repeatedDifferences(message, rows, member.key)
      }
    }
    let insurances = names.filter { $0 == "IN1" }.count
    if let count = expected["IN1"]?.int, count != insurances { problems.append("\(insurances) IN1") }
    return problems
  }

  private func fieldDifferences(_ segment: HL7Segment, _ fields: [JSONMember], _ name: String) -> [String] {
    fields.compactMap { field in
      let read = segment.field(Int(field.key) ?? 0).raw
      return read == field.value.string ? nil : "\(name)-\(field.key) is \(read)"
    }
  }

  /// DG1 and NK1 come as lists, one entry a segment.
  private func repeatedDifferences(_ message: HL7Message, _ rows: [JSONValue], _ name: String) -> [String] {
    let segments = message.all(name)
    guard segments.count == rows.count else { return ["\(segments.count) \(name)"] }
    return zip(segments, rows).flatMap { fieldDifferences($0, $1.object ?? [], name) }
  }

  /// Through a session byte for byte: delivered once, every answer names the message.
  private func deliveryProblems(_ block: [UInt8], _ message: HL7Message) -> [String] {
    var conversation = Conversation()
    conversation.send(Samples.frame(block))
    var problems: [String] = []
    if conversation.signals.count != 1 { problems.append("\(conversation.signals.count) signals") }
    if conversation.signals.first?.raw != block { problems.append("raw bytes differ") }
    let id = message.header.field(10).raw
    let isRefused = !["", "P", "T", "D"].contains(message.header.field(11).raw)
    let good = (isRefused ? ["AR", "CR"] : ["AA", "CA"]).map { id.isEmpty ? $0 : "\($0) \(id)" }
    if !conversation.answers.allSatisfy(good.contains) { problems.append("answered \(conversation.answers)") }
    let isOriginal = message.header.field(15).isEmpty && message.header.field(16).isEmpty
    if isOriginal, conversation.answers.count != 1 { problems.append("\(conversation.answers.count) answers") }
    return problems
  }

  @Test("HL7Conformance: the recorded stream is answered AA throughout, in order")
  func stream() throws {
    guard let data = ProtocolData(subfolder: "hl7", suite: "HL7Conformance stream") else { return }
    let bytes = try data.bytes("simhospital_stream.mllp")
    let ids = bytes.split(separator: 0x0B).compactMap { block in
      HL7Message(String(decoding: block, as: UTF8.self), codec: .utf8)?.header.field(10).raw
    }
    var conversation = Conversation()
    for start in stride(from: 0, to: bytes.count, by: 1460) {
      conversation.send(Array(bytes[start..<min(start + 1460, bytes.count)]))
    }
    var table = ConformanceTable(file: "simhospital_stream.mllp")
    let answers = conversation.answers
    for (index, id) in ids.enumerated() {
      let answer = index < answers.count ? answers[index] : "nothing"
      table.record("message \(index)", answer == "AA \(id)" ? [] : ["answered \(answer), wanted AA \(id)"])
    }
    print(table.printed())
    #expect(table.count > 0 && table.failures.isEmpty && answers.count == ids.count)
    #expect(conversation.signals.allSatisfy { $0.oddities == [.testMessage] })
  }
}
