import FeedConformance
import FeedSession
import Foundation
import JSONText
import MQTT
import Testing

@Suite("MQTTConformance")
struct MQTTConformanceTests {
  typealias Client = ClientPackets

  private enum Verdict {
    case passed
    /// Closed as wanted, but with another goodbye.
    case soft(String)
    case failed(String)
  }

  private struct Count {
    var tests = 0
    var passed = 0
    var soft = 0
    var excluded = 0
    var failed = 0
  }

  @Test("The packet sequences go as their data say", arguments: [[3, 4], [5]])
  func sequences(versions: [Int]) throws {
    guard let folder = ProtocolData.folder("mqtt/msgseq") else {
      print("MQTTConformance: no protocol data, packet sequences not run")
      return
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }
    var lines = ["MQTTConformance, packet sequences of versions \(versions): tests, passed, soft, excluded, failed"]
    var total = Count()
    for file in files.sorted() {
      let bytes = Array(try Data(contentsOf: folder.appending(path: file)))
      let scripts = SequenceScript.all(in: try JSONValue(parsing: bytes), file: file)
      var count = Count()
      for script in scripts where versions.contains(script.version) { judge(script, &count, &total, &lines) }
      lines.append("  \(file.padding(toLength: 24, withPad: " ", startingAt: 0)) \(words(count))")
    }
    lines.append("  \("all".padding(toLength: 24, withPad: " ", startingAt: 0)) \(words(total))")
    print(lines.joined(separator: "\n"))
    #expect(total.passed > total.tests / 2)
  }

  private func judge(_ script: SequenceScript, _ count: inout Count, _ total: inout Count, _ lines: inout [String]) {
    func add(_ part: WritableKeyPath<Count, Int>) {
      count[keyPath: part] += 1
      total[keyPath: part] += 1
    }
    add(\.tests)
    if let reason = script.exclusion {
      lines.append("  excluded: \(script.file) \(script.name): \(reason)")
      return add(\.excluded)
    }
    switch verdict(on: script) {
    case .passed: add(\.passed)
    case .soft(let words):
      lines.append("  soft: \(script.file) \(script.name): \(words)")
      add(\.soft)
    case .failed(let words):
      add(\.failed)
      Issue.record("\(script.file) \(script.name): \(words)")
    }
  }

  private func words(_ count: Count) -> String {
    [count.tests, count.passed, count.soft, count.excluded, count.failed].map(String.init).joined(separator: " ")
  }

  @Test("Recorded conversations of real clients get the answers that they got from a broker")
  func captures() throws {
    guard let file = ProtocolData.folder("mqtt/client_captures.jsonl") else {
      print("MQTTConformance: no protocol data, recorded clients not run")
      return
    }
    let lines = Array(try Data(contentsOf: file)).split(separator: UInt8(ascii: "\n"))
    var conversations: [(name: String, client: [UInt8], server: [UInt8])] = []
    for line in lines {
      let value = try JSONValue(parsing: Array(line))
      let name = "\(value["case"]?.string ?? "") #\(value["conn"]?.int ?? 0)"
      let index = conversations.firstIndex { $0.name == name } ?? conversations.count
      if index == conversations.count { conversations.append((name, [], [])) }
      let bytes = hexadecimal(value["hex"]?.string ?? "")
      if value["dir"]?.string == "c2s" {
        conversations[index].client += bytes
      } else {
        conversations[index].server += bytes
      }
    }
    print("MQTTConformance, recorded clients: conversation, packets answered")
    for conversation in conversations where conversation.client.first == 0x10 {
      let version = Int(conversation.client.dropFirst(8).first ?? 0)
      var driver = SessionDriver(MQTTSession(), principal: Peer.device)
      for packet in Client.split(conversation.client) where driver.closed == nil {
        driver.handle(.bytes(OwnTopics.rewrite(packet, version: version)))
      }
      let expected = answers(Client.split(conversation.server), version: version)
      let got = answers(Client.split(driver.replied), version: version)
      if conversation.server.starts(with: [0x20]), conversation.server.dropFirst(2).first == 1 {
        print("  excluded: \(conversation.name): a kept session, none is kept here")
        continue
      }
      #expect(got == expected, "\(conversation.name)")
      print("  \(conversation.name):", got.count)
    }
    #expect(conversations.count > 10)
  }

  /// Answers to the client's own packets, those of one type together: forwarded messages are left out, and acks of a
  /// slow broker may come in between others. A SUBACK grants quality 1 at most, and no session is ever present.
  private func answers(_ packets: [[UInt8]], version: Int) -> [[UInt8]] {
    let own = packets.filter { $0[0] >> 4 != 3 && $0[0] >> 4 != 6 }.map { packet in
      let answer = Client.essence(packet, version: version)
      let head = version == 5 ? 3 : 4
      switch packet[0] {
      case 0x20 where version == 5: return [0x20, 0] + answer.dropFirst(2)
      case 0x90: return answer.prefix(head) + answer.dropFirst(head).map { min($0, 1) }
      default: return answer
      }
    }
    return [2, 4, 5, 7, 9, 11, 13, 14].flatMap { type in own.filter { $0[0] >> 4 == type } }
  }

  private func verdict(on script: SequenceScript) -> Verdict {
    var driver = SessionDriver(MQTTSession(), principal: Peer.device)
    if script.connectsFirst { driver.handle(.bytes(connect(script.version))) }
    var seen = script.connectsFirst ? 1 : 0
    var softness: String?
    for step in script.steps {
      switch step {
      case .send(let bytes): driver.handle(.bytes(bytes))
      case .downlink(let payload, _):
        driver.handle(
          .downlink(Downlink(purpose: .deviceStatus(serial: Peer.serial), payload: Array(payload.utf8))))
      case .receive(let bytes):
        let replies = Client.split(driver.replied)
        guard seen < replies.count else { return .failed("nothing received") }
        let (got, want) = (replies[seen], bytes)
        seen += 1
        let (short, wanted) = (
          Client.essence(got, version: script.version), Client.essence(want, version: script.version)
        )
        if short == wanted { continue }
        guard script.endsDisconnected, areAlike(short, wanted) else { return .failed("got \(got), not \(want)") }
        softness = "reason \(short.last ?? 0), the data say \(wanted.last ?? 0)"
      case .needsBroker: return .failed("needs a broker")
      }
    }
    let rest = Client.split(driver.replied).dropFirst(seen)
    guard script.endsDisconnected else {
      driver.handle(.bytes(Client.pingreq))
      let last = Client.split(driver.replied).dropFirst(seen)
      return Array(last) == [[0xD0, 0]] ? .passed : .failed("no PINGRESP: \(last)")
    }
    guard let closed = driver.closed else { return .failed("still connected") }
    guard ends(script).contains(closed) else { return .failed("closed as \(closed)") }
    guard rest.allSatisfy({ $0[0] == 0xE0 || $0[0] == 0x20 }), rest.count < 2 else { return .failed("also \(rest)") }
    if let extra = rest.first { softness = "goodbye \(Client.essence(extra, version: 5)) before the close" }
    return softness.map { .soft($0) } ?? .passed
  }

  /// Malformed packet or protocol error: the data and the releases of the broker differ in places.
  private func areAlike(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    let codes: [UInt8] = [0x81, 0x82]
    return left.dropLast() == right.dropLast() && left.first == 0xE0
      && [left.last, right.last].allSatisfy { $0.map(codes.contains) ?? false }
  }

  private func ends(_ script: SequenceScript) -> [CloseReason] {
    let goodbye = script.steps.contains { if case .send(let bytes) = $0 { bytes.first == 0xE0 } else { false } }
    return [.malformed, .protocolError, .tooLarge] + (goodbye ? [.finished] : [])
  }

  private func connect(_ version: Int) -> [UInt8] {
    switch version {
    case 3: Client.connect(name: "MQIsdp", level: 3)
    case 5: Client.connect5()
    default: Client.connect()
    }
  }
}
