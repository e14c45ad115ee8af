import CareModel
import FeedSession
import JSONText
import Testing

import DC09

/// The outside data of protocols page, section 2: frames with the answers that they may get.
@Suite("DC09Conformance")
struct DC09ConformanceTests {
  /// When the frames that have no time are played, and a moment at which those that have one are long out of time.
  private static let later = Timestamp(seconds: 1_800_000_000)

  /// The answers that a verdict allows; `none` is silence, `close` a closed connection.
  private static let allowed: [String: Set<String>] = [
    "ack": ["ACK"], "tolerant-ack": ["ACK"], "ack-or-nak-on-time": ["ACK"], "not-ack": ["none", "close", "NAK", "DUH"],
    "nak": ["NAK"], "duh": ["DUH"], "duh-or-nak": ["DUH", "NAK"], "ack-or-nak": ["ACK", "NAK", "DUH"],
    "ack-or-silent": ["ACK", "none", "close", "NAK", "DUH"], "ack-ack": ["ACK,ACK"], "wait": ["none"],
    "close": ["close", "none"], "reply-vector": ["none"],
  ]

  @Test("DC09Conformance: vectors")
  func vectors() throws {
    guard let data = ProtocolData(subfolder: "sia", suite: "DC09Conformance") else { return }
    var rows: [String] = []
    var failed: [String] = []
    for line in try data.lines("vectors.jsonl") {
      let vector = try Vector(line)
      var problems: [String] = []
      let inTime = vector.play(at: vector.time ?? Self.later)
      if !(Self.allowed[vector.verdict] ?? []).contains(inTime.answer), !isSilentOnLength(vector, inTime.answer) {
        problems.append("answer")
      }
      problems += vector.contentProblems(inTime)
      if vector.isEncrypted, vector.time != nil {
        let late = vector.play(at: Self.later)
        if late.answer != "NAK" { problems.append("late: \(late.answer)") }
        if late.conversation.signals.map(\.kind) != inTime.conversation.signals.map(\.kind) {
          problems.append("late kind")
        }
      }
      for cut in 1..<max(2, min(vector.bytes.count, 200))
      where vector.play(at: vector.time ?? Self.later, cut: cut).answer != inTime.answer {
        problems.append("cut at \(cut)")
      }
      let kinds = inTime.conversation.signals.map(\.kind.rawValue).joined(separator: ",")
      let row = [vector.id, vector.verdict, inTime.answer, kinds] + problems
      rows.append(padded(row))
      if !problems.isEmpty { failed.append(vector.id) }
    }
    print(
      (["", padded(["DC09Conformance", "expected", "got", "delivered", "problems"])] + rows).joined(separator: "\n"))
    print("DC09Conformance: \(rows.count - failed.count) of \(rows.count) as expected")
    #expect(!rows.isEmpty && failed == [])
  }

  /// Where a verdict leaves it to the receiver, the house is strict: a length that is wrong in either writing is met
  /// with silence (protocols page, section 2.5).
  private func isSilentOnLength(_ vector: Vector, _ answer: String) -> Bool {
    vector.verdict == "tolerant-ack" && !vector.isLengthRight && answer == "none"
  }

  private func padded(_ row: [String]) -> String {
    zip(row, [24, 20, 8, 14] + Array(repeating: 0, count: row.count)).map { text, width in
      text + String(repeating: " ", count: max(1, width - text.utf8.count))
    }.joined()
  }
}

/// One line of the data.
private struct Vector {
  struct Outcome {
    var conversation: Conversation
    /// The tokens of the answers, `close` or `none`.
    var answer: String
  }

  let id: String
  let verdict: String
  let bytes: [UInt8]
  let isEncrypted: Bool
  let time: Timestamp?
  let isLengthRight: Bool
  private let key: [UInt8]?
  private let expected: JSONValue

  init(_ line: [UInt8]) throws {
    let value = try JSONValue(parsing: line)
    id = try #require(value["id"]?.string)
    expected = try #require(value["expect"])
    verdict = try #require(expected["verdict"]?.string)
    let digits = Array(try #require(value["frame_hex"]?.string).utf8)
    bytes = try #require(readHexadecimal(digits[...]))
    key = value["key_hex"]?.string.flatMap { readHexadecimal(Array($0.utf8)[...]) }
    time = expected["timestamp"]?.string.flatMap { Timestamp(rfc3339: $0) }
    isEncrypted = key != nil
    isLengthRight = value["len_ok"]?.bool ?? true
  }

  /// On a connection of its own; with a cut, in two pieces.
  func play(at now: Timestamp, cut: Int? = nil) -> Outcome {
    var keys: [String: [UInt8]] = [:]
    if let key, let account { keys[account] = key }
    var conversation = Conversation(DC09Configuration(keys: keys))
    conversation.now = now
    if let cut, cut < bytes.count {
      conversation.send(Array(bytes[..<cut]))
      conversation.send(Array(bytes[cut...]))
    } else {
      conversation.send(bytes)
    }
    let tokens = conversation.replies.map { reply -> String in
      let body = Conversation.body(of: reply, key: key ?? Samples.key)
      let token = String(body.drop { $0 == "\"" || $0 == "*" }.prefix { $0 != "\"" })
      return body.hasPrefix("\"*") == (key != nil && token == "ACK") ? token : token + " wrongly encrypted"
    }
    let silence = conversation.closed == nil ? "none" : "close"
    return Outcome(conversation: conversation, answer: tokens.isEmpty ? silence : tokens.joined(separator: ","))
  }

  private var account: String? { expected["acct"]?.string }

  /// What the data say of an accepted frame's content.
  func contentProblems(_ outcome: Outcome) -> [String] {
    let delivered = outcome.conversation.signals
    guard outcome.answer == "ACK" else {
      // A frame in order that is not accepted is shown all the same.
      return ["NAK", "DUH"].contains(outcome.answer) && delivered.isEmpty ? ["nothing delivered"] : []
    }
    guard delivered.count == report?.events.count ?? 1, let signal = delivered.first else {
      return ["\(delivered.count) delivered"]
    }
    var problems: [String] = []
    if let account, signal.source.serial != account.uppercased() { problems.append("account") }
    if time != nil, signal.oddities.contains(.wrongClock) { problems.append("clock") }
    if expected["token"]?.string == "NULL", signal.kind != .heartbeat { problems.append("link test") }
    let happened = expected["xdata"]?.array?.contains { $0.string?.hasPrefix("H") == true } ?? false
    if let time, !happened, signal.occurredAt != time { problems.append("time") }
    if let report, signal.kind != report.events.first?.kind || signal.zone != report.events.first?.zone {
      problems.append("event")
    }
    let body = Conversation.body(of: outcome.conversation.replies.first ?? [], key: key ?? Samples.key)
    if !body.contains(echo) { problems.append("echo \(body)") }
    return problems
  }

  /// The event by the data's own reading of the content.
  private var report: PanelReport? {
    if let fields = expected["cid"]?.array?.compactMap(\.string), fields.count == 4 {
      return ContactID.read(Array("\(fields[0])\(fields[1]) \(fields[2]) \(fields[3])".utf8)[...])
    }
    return expected["dcs"]?.string.map { DCSBlocks.read(Array($0.utf8)[...]) }
  }

  /// What the answer repeats of the header.
  private var echo: String {
    guard let number = expected["seq"]?.int else { return "" }
    let sequence = String(repeating: "0", count: max(0, 4 - String(number).utf8.count)) + String(number)
    let receiver = expected["rcvr"]?.string.map { "R\($0)" } ?? ""
    return "\"\(sequence)\(receiver)L\(expected["lpref"]?.string ?? "0")#\(account ?? "")["
  }
}
