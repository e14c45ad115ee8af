import FeedConformance
import FeedSession
import Foundation
import JSONText
import MQTT
import Testing

@Suite("MQTTConformance")
struct MQTTConformanceTests {
  typealias Client = ClientPackets

  /// Tests of a general broker that do not apply here, and why.
  private static let exclusions = [
    "QoS 2 PUBLISH-PUBACK": "wants a message forwarded", "34 QoS 2 Dup flow*3": "4.3.3 lets a client resend",
    "82 single ok QoS 2 [MQTT-3.8.4-1]": "grants quality 1 at most (3.9.3)", "82 $SYS ok": "only own topics",
    "82 $share ok": "only own topics", "QoS 0 self receive ok": "wants a message forwarded",
    "subpub self publish qos2": "wants a message forwarded",
    "subpub retain as normal qos1": "wants a message forwarded",
  ]

  @Test("The packet sequences of 3.1 and 3.1.1 go as their data say")
  func sequences() throws {
    guard let folder = ProtocolData.folder("mqtt/msgseq") else {
      print("MQTTConformance: no protocol data, packet sequences not run")
      return
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }
    var passed = 0
    print("MQTTConformance, packet sequences of 3.1 and 3.1.1: file, passed, excluded, failed")
    for file in files.sorted() {
      let bytes = Array(try Data(contentsOf: folder.appending(path: file)))
      let scripts = SequenceScript.all(in: try JSONValue(parsing: bytes), file: file).filter { $0.version < 5 }
      var counts = (passed: 0, excluded: 0, failed: 0)
      for script in scripts {
        if let reason = exclusion(script) {
          counts.excluded += 1
          print("  excluded: \(script.name): \(reason)")
        } else if let failure = failure(script) {
          counts.failed += 1
          Issue.record("\(file) \(script.name): \(failure)")
        } else {
          counts.passed += 1
        }
      }
      passed += counts.passed
      let name = file.padding(toLength: 24, withPad: " ", startingAt: 0)
      print("  \(name)", counts.passed, counts.excluded, counts.failed)
    }
    #expect(passed > 0)
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
      var driver = SessionDriver(MQTTSession(), principal: Peer.device)
      for packet in Client.split(conversation.client) where driver.closed == nil {
        driver.handle(.bytes(OwnTopics.rewrite(packet)))
      }
      let isFive = conversation.client.dropFirst(8).first == 5
      let expected = isFive ? [[0x20, 3, 0, 0x84, 0]] : answers(Client.split(conversation.server))
      let got = answers(Client.split(driver.replied))
      #expect(got == expected, "\(conversation.name)")
      print("  \(conversation.name)\(isFive ? " (5.0, refused as such)" : ""):", got.count)
    }
    #expect(conversations.count > 10)
  }

  /// Answers to the client's own packets, those of one type together: forwarded messages are left out, and acks of a
  /// slow broker may come in between others. A SUBACK grants quality 1 at most.
  private func answers(_ packets: [[UInt8]]) -> [[UInt8]] {
    let own = packets.filter { $0[0] >> 4 != 3 && $0[0] >> 4 != 6 }.map { packet in
      packet[0] == 0x90 ? packet.prefix(4) + packet.dropFirst(4).map { min($0, 1) } : packet
    }
    return [2, 4, 5, 7, 9, 11, 13].flatMap { type in own.filter { $0[0] >> 4 == type } }
  }

  private func exclusion(_ script: SequenceScript) -> String? {
    if script.steps.contains(.needsBroker) { return "wants a message forwarded" }
    return Self.exclusions[script.name]
  }

  /// Why a test fails; nil when it passes.
  private func failure(_ script: SequenceScript) -> String? {
    var driver = SessionDriver(MQTTSession(), principal: Peer.device)
    if script.connectsFirst {
      driver.handle(.bytes(script.version == 3 ? Client.connect(name: "MQIsdp", level: 3) : Client.connect()))
    }
    var seen = script.connectsFirst ? 1 : 0
    for step in script.steps {
      switch step {
      case .send(let bytes): driver.handle(.bytes(bytes))
      case .receive(let bytes):
        let replies = Client.split(driver.replied)
        guard seen < replies.count else { return "nothing received" }
        if replies[seen] != bytes { return "got \(replies[seen]), not \(bytes)" }
        seen += 1
      case .needsBroker: return "needs a broker"
      }
    }
    if script.endsDisconnected {
      let reasons: [CloseReason] = [.malformed, .protocolError, .tooLarge]
      return driver.closed.map { reasons.contains($0) ? nil : "closed as \($0)" } ?? "still connected"
    }
    driver.handle(.bytes(Client.pingreq))
    let rest = Client.split(driver.replied).dropFirst(seen)
    return Array(rest.suffix(1)) == [[0xD0, 0]] ? nil : "no PINGRESP"
  }
}
