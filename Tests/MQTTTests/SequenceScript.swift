import JSONText

/// One packet-sequence test of the mosquitto project (`test/broker/data`).
struct SequenceScript {
  /// A step of the client or an expectation.
  enum Step: Equatable {
    case send([UInt8])
    case receive([UInt8])
    /// Somebody else publishes; here a message that the engine sends to the device.
    case downlink(payload: String, qos: Int)
    /// Another client subscribes or goes.
    case needsBroker
  }

  let file: String
  let name: String
  let version: Int
  let connectsFirst: Bool
  let endsDisconnected: Bool
  let steps: [Step]

  static func all(in json: JSONValue, file: String) -> [SequenceScript] {
    (json.array ?? []).filter { $0["disable"]?.bool != true }.flatMap { group in
      (group["tests"]?.array ?? []).map { SequenceScript(test: $0, group: group, file: file) }
    }
  }

  private init(test: JSONValue, group: JSONValue, file: String) {
    let version = Int((test["ver"] ?? group["ver"])?.int ?? 4)
    self.file = file
    self.version = version
    name = test["name"]?.string ?? ""
    connectsFirst = (test["connect"] ?? group["connect"])?.bool ?? true
    endsDisconnected = (test["expect_disconnect"] ?? group["expect_disconnect"])?.bool ?? true
    steps = (test["msgs"]?.array ?? []).map { step in
      let text = step["payload"]?.string ?? ""
      return switch step["type"]?.string {
      case "send": .send(OwnTopics.rewrite(parse(text), version: version))
      case "recv": .receive(OwnTopics.rewriteDownlink(parse(text)))
      case "external_publish": .downlink(payload: text, qos: Int(step["qos"]?.int ?? 0))
      default: .needsBroker
      }
    }
  }

  /// Why the test is one of a general broker only; nil when it applies here.
  var exclusion: String? {
    if name.contains("QoS 2 Dup flow*3") { return "4.3.3 lets a client resend" }
    if steps.contains(.needsBroker) { return "wants another client" }
    var hasPublisher = false
    for step in steps {
      switch step {
      case .needsBroker: return "wants another client"
      case .downlink(_, let qos):
        if qos > 1 { return "wants quality 2 towards the client, 1 is granted at most (3.9.3)" }
        hasPublisher = true
      case .send(let bytes):
        if !endsDisconnected, !expectsRefusal, asksForOthers(bytes) { return "only own topics" }
      case .receive(let bytes):
        if bytes.first.map({ $0 >> 4 }) == 3, !hasPublisher { return "wants a client's message forwarded" }
        if bytes.first == 0x90, bytes.last == 2 { return "wants quality 2 granted, 1 is the most (3.9.3)" }
      }
    }
    return nil
  }

  private var expectsRefusal: Bool {
    steps.contains { if case .receive(let bytes) = $0 { bytes.last == 0x87 } else { false } }
  }

  private func asksForOthers(_ bytes: [UInt8]) -> Bool {
    ClientPackets.split(bytes).contains { packet in
      switch packet.first.map({ $0 >> 4 }) {
      case 3: OwnTopics.topic(ofPublish: packet).map { $0 != Peer.signalTopic && !$0.isEmpty } ?? false
      case 8: String(decoding: packet, as: UTF8.self).contains("$")
      default: false
      }
    }
  }
}

/// Reads the notation of the data: hex bytes, `i` 1 byte, `H k m s` 2 bytes, `L` 4 bytes, `v r` variable, quoted text.
private func parse(_ text: String) -> [UInt8] {
  var bytes: [UInt8] = []
  var rest = text[...]
  while let first = rest.first {
    if first == " " {
      rest = rest.dropFirst()
      continue
    }
    if first == "'" {
      let quoted = rest.dropFirst().prefix { $0 != "'" }
      bytes += Array(quoted.utf8)
      rest = rest.dropFirst(quoted.count + 2)
      continue
    }
    let word = rest.prefix { $0 != " " }
    rest = rest.dropFirst(word.count)
    let number = Int(word.dropFirst()) ?? 0
    switch first {
    case "i": bytes.append(UInt8(number))
    case "H", "k", "m", "s": bytes += ClientPackets.number(number)
    case "L": bytes += (0..<4).map { UInt8(number >> (24 - 8 * $0) & 0xFF) }
    case "v", "r": bytes += ClientPackets.variable(number)
    default: bytes += hexadecimal(word)
    }
  }
  return bytes
}

/// Bytes from hexadecimal digits.
func hexadecimal(_ text: some StringProtocol) -> [UInt8] {
  var bytes: [UInt8] = []
  var rest = text[...]
  while !rest.isEmpty {
    bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
    rest = rest.dropFirst(2)
  }
  return bytes
}
