import MQTT
import Testing

@Suite("MQTT 5.0: packets and their properties")
struct Version5PacketTests {
  typealias Client = ClientPackets

  /// A property as bytes, with its identifier, and the packets that a client may put it into.
  private struct Sample {
    var bytes: [UInt8]
    var packets: Set<String>

    init(_ bytes: [UInt8], _ packets: Set<String> = []) {
      self.bytes = bytes
      self.packets = packets
    }
  }

  private static let samples = [
    Sample([0x01, 1], ["PUBLISH", "will"]), Sample([0x02, 0, 0, 0, 9], ["PUBLISH", "will"]),
    Sample([0x03] + Client.text("a"), ["PUBLISH", "will"]), Sample([0x08] + Client.text("a"), ["PUBLISH", "will"]),
    Sample([0x09] + Client.text("a"), ["PUBLISH", "will"]), Sample([0x0B, 0x80, 1], ["SUBSCRIBE"]),
    Sample([0x11, 0, 0, 0, 9], ["CONNECT", "DISCONNECT"]), Sample([0x12] + Client.text("a")), Sample([0x13, 0, 9]),
    Sample([0x15] + Client.text("a"), ["CONNECT", "AUTH"]), Sample([0x16] + Client.text("a"), ["AUTH"]),
    Sample([0x17, 1], ["CONNECT"]), Sample([0x18, 0, 0, 0, 9], ["will"]), Sample([0x19, 1], ["CONNECT"]),
    Sample([0x1A] + Client.text("a")), Sample([0x1C] + Client.text("a")),
    Sample([0x1F] + Client.text("a"), ["PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "DISCONNECT", "AUTH"]),
    Sample([0x21, 0, 9], ["CONNECT"]), Sample([0x22, 0, 9], ["CONNECT"]), Sample([0x23, 0, 9], ["PUBLISH"]),
    Sample([0x24, 1]), Sample([0x25, 1]),
    Sample([0x26] + Client.text("a") + Client.text("b"), Set(makers.keys)), Sample([0x27, 0, 0, 0, 9], ["CONNECT"]),
    Sample([0x28, 1]), Sample([0x29, 1]), Sample([0x2A, 1]),
  ]

  /// Packets with given properties.
  private static let makers: [String: @Sendable ([UInt8]) -> [UInt8]] = [
    "CONNECT": { Client.connect5(properties: $0) },
    "will": { Client.connect5(will: ("a", "b"), willProperties: $0) },
    "PUBLISH": { Client.publish5("a", "b", properties: $0) },
    "PUBACK": { Client.packet(0x40, [0, 1, 0] + Client.properties($0)) },
    "PUBREC": { Client.packet(0x50, [0, 1, 0] + Client.properties($0)) },
    "PUBREL": { Client.packet(0x62, [0, 1, 0] + Client.properties($0)) },
    "PUBCOMP": { Client.packet(0x70, [0, 1, 0] + Client.properties($0)) },
    "SUBSCRIBE": { Client.subscribe5([("a", 0)], properties: $0) },
    "UNSUBSCRIBE": { Client.unsubscribe5(["a"], properties: $0) },
    "DISCONNECT": { Client.disconnect5(0, properties: $0) },
    "AUTH": { Client.packet(0xF0, [0] + Client.properties($0)) },
  ]

  private func decode(_ bytes: [UInt8]) throws(DecodeFailure) -> InboundPacket? {
    guard let header = try FixedHeader(reading: bytes[...], maximumPacketBytes: 65_536, version: .mqtt5) else {
      return nil
    }
    return try InboundPacket(header: header, body: bytes.dropFirst(header.headerBytes), version: .mqtt5)
  }

  private func failure(_ bytes: [UInt8]) -> DecodeFailure? {
    do throws(DecodeFailure) {
      _ = try decode(bytes)
      return nil
    } catch {
      return error
    }
  }

  @Test("Every property is taken where it may be and nowhere else, cut short nowhere, twice nowhere but one")
  func matrix() {
    #expect(Self.samples.count == 27)
    for (packet, make) in Self.makers {
      let isFilters = packet == "SUBSCRIBE" || packet == "UNSUBSCRIBE"
      for sample in Self.samples {
        let word = "\(packet) with \(sample.bytes)"
        let isAllowed = sample.packets.contains(packet)
        let refusal: DecodeFailure = isFilters ? .malformed : .protocolError
        #expect(failure(make(sample.bytes)) == (isAllowed ? nil : refusal), "\(word)")
        for count in 1..<sample.bytes.count {
          #expect(failure(make(Array(sample.bytes.prefix(count)))) == .malformed, "\(word), cut at \(count)")
        }
        let isRepeatable = sample.bytes[0] == 0x26
        if isAllowed {
          #expect(
            failure(make(sample.bytes + sample.bytes)) == (isRepeatable ? nil : .protocolError), "\(word), twice")
        }
      }
    }
  }

  @Test(
    "Identifiers that do not exist are malformed",
    arguments: [0x00, 0x04, 0x07, 0x0A, 0x0C, 0x10, 0x14, 0x1B, 0x1D, 0x20, 0x2B, 0x7F] as [UInt8])
  func unknown(id: UInt8) {
    for make in Self.makers.values {
      #expect(failure(make([id, 1])) == .malformed)
      #expect(failure(make([0x80 | id, 0x01, 1])) == .malformed)
      #expect(failure(make([0x80 | id, 0x00, 1])) == .malformed)
    }
  }

  @Test(
    "Values are checked",
    arguments: [
      ("CONNECT", [0x21, 0, 0], .protocolError), ("CONNECT", [0x27, 0, 0, 0, 0], .protocolError),
      ("CONNECT", [0x17, 2], .protocolError), ("CONNECT", [0x19, 2], .protocolError),
      ("CONNECT", [0x16, 0, 0], .protocolError), ("CONNECT", [0x22, 0, 0], nil), ("CONNECT", [0x21, 0, 1], nil),
      ("CONNECT", [0x27, 0, 0, 0, 1], nil), ("CONNECT", [0x26, 0, 0, 0, 0], nil),
      ("CONNECT", [0x26, 0, 0], .malformed),
      ("CONNECT", [0x26, 0, 1, 0, 0, 0], .malformed), ("CONNECT", [0x11, 255, 255, 255, 255], nil),
      ("will", [0x08, 0, 0], .protocolError), ("will", [0x08, 0, 1, 0x23], .protocolError),
      ("will", [0x03, 0, 0], nil), ("will", [0x09, 0, 0], nil), ("will", [0x01, 2], .protocolError),
      ("PUBLISH", [0x08, 0, 1, 0x2B], .protocolError), ("PUBLISH", [0x01, 0], nil),
      ("PUBLISH", [0x01, 2], .protocolError),
      ("PUBLISH", [0x23, 0, 0], nil), ("PUBLISH", [0x03, 0, 1, 0xFF], .malformed),
      ("PUBLISH", [0x09, 0, 1, 0xFF], nil), ("SUBSCRIBE", [0x0B, 0], .protocolError),
      ("SUBSCRIBE", [0x0B, 0x80, 0], .malformed), ("SUBSCRIBE", [0x0B, 255, 255, 255, 0x7F], nil),
      ("SUBSCRIBE", [0x0B, 255, 255, 255, 0xFF, 1], .malformed),
    ] as [(String, [UInt8], DecodeFailure?)])
  func values(packet: String, properties: [UInt8], expected: DecodeFailure?) throws {
    let make = try #require(Self.makers[packet])
    #expect(failure(make(properties)) == expected)
  }

  @Test(
    "Packets against the rules are refused",
    arguments: [
      ([0xC0, 0x80, 0], .malformed), ([0xC0, 1, 0], .malformed), ([0x36, 4, 0, 1, 0x61, 0], .malformed),
      (Client.publish5("", "b"), .protocolError), (Client.publish5("a/#", "b"), .malformed),
      (Client.publish5("a", "b", id: 0), .protocolError), (Client.packet(0x32, Client.text("a") + [0, 1]), .malformed),
      (Client.packet(0x30, Client.text("a") + [5, 1, 1]), .malformed),
      (Client.packet(0x40, [0, 1, 0xFF]), .protocolError),
      (Client.packet(0x40, [0, 0]), .protocolError), (Client.packet(0x40, [0, 1, 0, 0, 0]), .malformed),
      (Client.packet(0x62, [0, 1, 0x10]), .protocolError), (Client.packet(0x62, [0, 1, 0x92, 1]), .malformed),
      (Client.subscribe5([]), .malformed), (Client.subscribe5([("a", 3)]), .malformed),
      (Client.subscribe5([("a", 0x30)]), .malformed), (Client.subscribe5([("a", 0x40)]), .malformed),
      (Client.subscribe5([("$share/g/a", 4)]), .protocolError), (Client.subscribe5([("a", 0)], id: 0), .malformed),
      (Client.unsubscribe5([]), .malformed), (Client.packet(0xE0, [0x87]), .protocolError),
      (Client.packet(0xE0, [0, 0, 0]), .malformed), (Client.packet(0xF0, [0x18]), .malformed),
      (Client.packet(0xF0, [0x18, 0]), .protocolError), (Client.packet(0xF0, [0x01, 0]), .protocolError),
      ([0xF1, 0], .malformed), ([0x20, 0], .protocolError), (Client.connect5() + [0], nil),
    ] as [([UInt8], DecodeFailure?)])
  func refused(bytes: [UInt8], expected: DecodeFailure?) {
    #expect(failure(Array(bytes)) == expected ?? .malformed)
  }

  @Test("Reason and properties of an acknowledgement may be left out")
  func acknowledgements() throws {
    guard case .puback(let short) = try decode(Client.packet(0x40, [1, 2])),
      case .puback(let coded) = try decode(Client.packet(0x40, [1, 2, 0x97])),
      case .pubrel(let full) = try decode(Client.packet(0x62, [1, 2, 0x92, 4, 0x1F, 0, 1, 0x70]))
    else {
      Issue.record("no acknowledgement")
      return
    }
    #expect(short.id.rawValue == 0x0102)
    #expect(short.reason == .success)
    #expect(short.details == nil)
    #expect(coded.reason == .quotaExceeded)
    #expect(full.reason == .packetIDNotFound)
    #expect(full.details?.reasonString == [0x70])
  }

  @Test("A CONNECT is read with all that 5.0 can say")
  func connect() throws {
    let user = [0x26] + Client.text("k") + Client.text("v")
    let bytes = Client.connect5(
      properties: [0x11, 0, 0, 1, 0, 0x21, 0, 20, 0x27, 0, 0, 2, 0, 0x22, 0, 7, 0x17, 0, 0x19, 1] + user + user,
      will: ("a/b", "gone"),
      willProperties: [0x18, 0, 0, 0, 5, 0x01, 1, 0x02, 0, 0, 0, 6, 0x03] + Client.text("t") + [0x08] + Client.text("r")
        + [0x09] + Client.text("c") + user, password: "p")
    guard case .connect(let connect) = try decode(bytes) else {
      Issue.record("not a CONNECT")
      return
    }
    #expect(connect.version == .mqtt5)
    #expect(connect.userName == nil)
    #expect(connect.password == [0x70])
    let properties = connect.properties
    #expect(properties.sessionExpirySeconds == 256)
    #expect(properties.receiveMaximum == 20)
    #expect(properties.maximumPacketBytes == 512)
    #expect(properties.topicAliasMaximum == 7)
    #expect(!properties.wantsProblemInformation)
    #expect(properties.wantsResponseInformation)
    #expect(properties.userProperties.map { Array($0.name) } == [[0x6B], [0x6B]])
    let will = try #require(connect.will).properties
    #expect(will.delaySeconds == 5)
    #expect(will.payloadFormat == .text)
    #expect(will.messageExpirySeconds == 6)
    #expect(will.contentType == [0x74])
    #expect(will.responseTopic == [0x72])
    #expect(will.correlationData == [0x63])
    #expect(will.userProperties.count == 1)
  }

  @Test("A PUBLISH is read with its properties, SUBSCRIBE with its options, DISCONNECT and AUTH with their reasons")
  func others() throws {
    let user = [0x26] + Client.text("k") + Client.text("v")
    let publish = Client.publish5(
      "a", "x", qos: 2, id: 513, properties: [0x23, 0, 3, 0x02, 0, 0, 0, 6, 0x01, 1] + user)
    let subscribe = Client.subscribe5([("a", 0x2D), ("b", 0x10)], properties: [0x0B, 0x81, 1])
    let auth = Client.packet(0xF0, [0x18] + Client.properties([0x15] + Client.text("m") + [0x16] + Client.text("d")))
    guard case .publish(let message) = try decode(publish), case .subscribe(let wishes) = try decode(subscribe),
      case .disconnect(let plain) = try decode([0xE0, 0]),
      case .disconnect(let goodbye) = try decode(Client.disconnect5(0x04, properties: [0x11, 0, 0, 0, 8])),
      case .auth(let exchange) = try decode(auth), case .auth(let bare) = try decode([0xF0, 0])
    else {
      Issue.record("not read")
      return
    }
    #expect(message.delivery == PacketID(rawValue: 513).map { .exactlyOnce($0) })
    #expect(Array(message.payload) == [0x78])
    #expect(message.properties?.topicAlias == 3)
    #expect(message.properties?.messageExpirySeconds == 6)
    #expect(message.properties?.payloadFormat == .text)
    #expect(message.properties?.userProperties.count == 1)
    #expect(wishes.properties.subscriptionIdentifier?.rawValue == 129)
    #expect(wishes.requests.map(\.maximumQoS) == [.atLeastOnce, .atMostOnce])
    #expect(wishes.requests.map(\.options.isNoLocal) == [true, false])
    #expect(wishes.requests.map(\.options.keepsRetainFlag) == [true, false])
    #expect(wishes.requests.map(\.options.retainHandling) == [.doNotSend, .sendToNewSubscription])
    #expect(plain.reason == .success)
    #expect(goodbye.reason == .withWill)
    #expect(goodbye.sessionExpirySeconds == 8)
    #expect(exchange.reason == .continueAuthentication)
    #expect(exchange.method == [0x6D])
    #expect(bare.reason == .success)
  }

  @Test("Answers are written as section 3 says")
  func answers() throws {
    let id = try #require(PacketID(rawValue: 0x0102))
    let identifier = try #require(SubscriptionIdentifier(rawValue: 300))
    #expect(ConnackPacket5.refusing(.notAuthorized) == [0x20, 3, 0, 0x87, 0])
    #expect(ConnackPacket5.refusing(.notAuthorized, reasonString: "a") == [0x20, 7, 0, 0x87, 4, 0x1F, 0, 1, 0x61])
    #expect(ServerDisconnectPacket(reason: .takenOver).encoded == [0xE0, 1, 0x8E])
    let wordy = ServerDisconnectPacket(reason: .takenOver, reasonString: "a")
    #expect(wordy.encoded == [0xE0, 6, 0x8E, 4, 0x1F, 0, 1, 0x61])
    let suback = SubackPacket5(id: id, reasons: [.grantedAtLeastOnce, .notAuthorized])
    #expect(suback.encoded == [0x90, 5, 1, 2, 0, 1, 0x87])
    #expect(UnsubackPacket5(id: id, reasons: [.noSubscription]).encoded == [0xB0, 4, 1, 2, 0, 0x11])
    let publish = PublishPacket(delivery: .atLeastOnce(id), topic: [0x61], payload: [0x62])
    #expect(publish.encoded5(subscription: nil) == [0x32, 7, 0, 1, 0x61, 1, 2, 0, 0x62])
    #expect(publish.encoded5(subscription: identifier) == [0x32, 10, 0, 1, 0x61, 1, 2, 3, 0x0B, 0xAC, 2, 0x62])
    #expect(SubscriptionIdentifier(rawValue: 0) == nil)
    #expect(SubscriptionIdentifier(rawValue: SubscriptionIdentifier.maximum)?.rawValue == 268_435_455)
    #expect(SubscriptionIdentifier(rawValue: SubscriptionIdentifier.maximum + 1) == nil)
  }

  @Test("A reason string at the bound is sent, a longer one is left out", arguments: [(100, 107), (101, 3)])
  func reasonBound(length: Int, size: Int) {
    let words = String(repeating: "w", count: length)
    #expect(ServerDisconnectPacket(reason: .shuttingDown, reasonString: words).encoded.count == size)
  }
}
