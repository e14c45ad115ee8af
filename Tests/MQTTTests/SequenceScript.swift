import JSONText

/// One packet-sequence test of the mosquitto project (`test/broker/data`).
struct SequenceScript {
  /// A step of the client or an expectation.
  enum Step: Equatable {
    case send([UInt8])
    case receive([UInt8])
    /// Something that wants another client's message to be forwarded.
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
    self.file = file
    name = test["name"]?.string ?? ""
    version = Int((test["ver"] ?? group["ver"])?.int ?? 4)
    connectsFirst = (test["connect"] ?? group["connect"])?.bool ?? true
    endsDisconnected = (test["expect_disconnect"] ?? group["expect_disconnect"])?.bool ?? true
    steps = (test["msgs"]?.array ?? []).map { step in
      let bytes = parse(step["payload"]?.string ?? "")
      return switch step["type"]?.string {
      case "send": .send(OwnTopics.rewrite(bytes))
      case "recv": .receive(bytes)
      default: .needsBroker
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
    case "v", "r": bytes += variable(number)
    default: bytes += hexadecimal(word)
    }
  }
  return bytes
}

/// Any number of bytes, also more than the protocol allows.
private func variable(_ number: Int) -> [UInt8] {
  number < 128 ? [UInt8(number)] : [UInt8(number % 128) | 0x80] + variable(number / 128)
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

/// A general broker takes any topic; here everybody has topics of their own. Well-formed packets for ordinary topics
/// are moved there, everything else stays as it is.
enum OwnTopics {
  static func rewrite(_ stream: [UInt8]) -> [UInt8] {
    ClientPackets.split(stream).flatMap { rewritePacket($0) }
  }

  private static func rewritePacket(_ packet: [UInt8]) -> [UInt8] {
    guard packet.count >= 4, packet[1] < 0x80, Int(packet[1]) == packet.count - 2 else { return packet }
    let body = Array(packet.dropFirst(2))
    switch packet[0] >> 4 {
    case 3:
      guard let (topic, rest) = text(body[...]), isOrdinary(topic) else { return packet }
      return ClientPackets.packet(packet[0], ClientPackets.text(Peer.signalTopic) + rest)
    case 8: return filters(packet, body, hasOptions: true)
    case 10: return filters(packet, body, hasOptions: false)
    default: return packet
    }
  }

  private static func filters(_ packet: [UInt8], _ body: [UInt8], hasOptions: Bool) -> [UInt8] {
    var moved = Array(body.prefix(2))
    var rest = body.dropFirst(2)
    while !rest.isEmpty {
      guard let (filter, after) = text(rest), isOrdinary(filter), !hasOptions || !after.isEmpty else { return packet }
      moved += ClientPackets.text(Peer.statusTopic) + (hasOptions ? after.prefix(1) : [])
      rest = hasOptions ? after.dropFirst() : after
    }
    return ClientPackets.packet(packet[0], moved)
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
    guard let high = bytes.first, let low = bytes.dropFirst().first else { return nil }
    let rest = bytes.dropFirst(2)
    let count = Int(high) << 8 | Int(low)
    return count <= rest.count ? (rest.prefix(count), rest.dropFirst(count)) : nil
  }

  private static func isOrdinary(_ topic: ArraySlice<UInt8>) -> Bool {
    !topic.isEmpty
      && topic.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || byte == UInt8(ascii: "/")
      }
  }
}
