import MQTT
import Testing

@Suite("MQTT packets")
struct PacketTests {
  typealias Client = ClientPackets

  private func decode(_ bytes: [UInt8], limit: Int = 65_536) throws(DecodeFailure) -> InboundPacket? {
    guard let header = try FixedHeader(reading: bytes[...], maximumPacketBytes: limit) else { return nil }
    return try InboundPacket(header: header, body: bytes.dropFirst(header.headerBytes))
  }

  @Test(
    "The fixed header waits, is read or is refused at the first byte that shows why",
    arguments: [
      ([], nil), ([0x30], nil), ([0x30, 0x80], nil), ([0x30, 0x80, 0x80, 0x80], nil),
      ([0x30, 0x80, 0x80, 0x80, 0x80], .malformed), ([0x00], .malformed), ([0xF0], .malformed), ([0x36], .malformed),
      ([0x3E], .malformed), ([0x11], .malformed), ([0x60], .malformed), ([0x63], .malformed), ([0x80], .malformed),
      ([0xA0], .malformed), ([0x41], .malformed), ([0xC1], .malformed), ([0xE1], .malformed), ([0x20], .protocolError),
      ([0x90], .protocolError), ([0xB0], .protocolError), ([0xD0], .protocolError),
      ([0x30, 0xFF, 0xFF, 0xFF, 0x7F], .tooLarge),
    ] as [([UInt8], DecodeFailure?)])
  func fixedHeader(bytes: [UInt8], failure: DecodeFailure?) throws {
    if let failure {
      #expect(throws: failure) { try FixedHeader(reading: bytes[...], maximumPacketBytes: 65_536) }
    } else {
      #expect(try FixedHeader(reading: bytes[...], maximumPacketBytes: 65_536) == nil)
    }
  }

  @Test("The largest packet is taken, header included, and one byte more is not")
  func packetLimit() throws {
    let header = try FixedHeader(reading: [0x30, 0x62], maximumPacketBytes: 100)
    #expect(header?.bodyBytes == 98)
    #expect(throws: DecodeFailure.tooLarge) { try FixedHeader(reading: [0x30, 0x63], maximumPacketBytes: 100) }
  }

  @Test("A CONNECT is read with all its fields")
  func connect() throws {
    let bytes = Client.connect(
      clientID: "器", clean: false, keepAlive: 300, will: ("a/b", "gone"), user: "u", password: "p")
    guard case .connect(let connect) = try decode(bytes) else {
      Issue.record("not a CONNECT")
      return
    }
    #expect(connect.version == .mqtt311)
    #expect(connect.clientID == "器")
    #expect(!connect.cleanSession)
    #expect(connect.keepAliveSeconds == 300)
    #expect(connect.will?.topic == Array("a/b".utf8))
    #expect(connect.will?.payload == Array("gone".utf8))
    #expect(connect.will?.qos == .atMostOnce)
    #expect(connect.userName == "u")
    #expect(connect.password == Array("p".utf8))
  }

  private static let start = Client.text("MQTT") + [4]
  private static let clientID: [UInt8] = [0, 60, 0, 1, 0x61]

  @Test(
    "A CONNECT against the rules is refused",
    arguments: [
      (start + [0x03] + clientID, .malformed), (start + [0x08] + clientID, .malformed),
      (start + [0x20] + clientID, .malformed), (start + [0x1C] + clientID + [0, 1, 0x61, 0, 0], .malformed),
      (start + [0x42] + clientID + [0, 0], .malformed), (start + [0x02] + clientID + [0], .malformed),
      (start + [0x06] + clientID, .malformed), (start + [0x06] + clientID + [0, 0, 0, 0], .malformed),
      (start + [0x06] + clientID + [0, 1, 0x23, 0, 0], .malformed), (start + [0x82] + clientID, .malformed),
      (start + [0x02, 0, 60, 0, 1, 0x00], .malformed), (start + [0x02, 0, 60, 0, 2, 0xC0, 0x80], .malformed),
      (start + [0x02, 0, 60, 0, 3, 0xED, 0xA0, 0x80], .malformed), (start + [0x02, 0, 60, 0, 1, 0x07], .malformed),
      (start + [0x02, 0, 60, 0, 2, 0xC2, 0x9F], .malformed), (start + [0x02, 0, 60], .malformed),
      (Client.text("MQTT") + [3], .unsupportedLevel(3)), (Client.text("MQTT") + [5], .malformed),
      (Client.text("MQTT") + [6], .unsupportedLevel(6)),
      (Client.text("MQIsdp") + [4], .unsupportedLevel(4)), (Client.text("mqtt") + [4], .malformed),
      ([0, 9], .malformed),
      ([], .malformed),
    ] as [([UInt8], DecodeFailure)])
  func badConnect(body: [UInt8], failure: DecodeFailure) {
    #expect(throws: failure) { try decode(Client.packet(0x10, body)) }
  }

  @Test("In 3.1 the reserved connect flag is not looked at")
  func reservedFlag() throws {
    let body = Client.text("MQIsdp") + [3, 0x01] + Self.clientID
    guard case .connect(let connect) = try decode(Client.packet(0x10, body)) else {
      Issue.record("not a CONNECT")
      return
    }
    #expect(connect.version == .mqtt31)
    #expect(!connect.cleanSession)
  }

  @Test("A byte order mark in a text is kept")
  func byteOrderMark() throws {
    guard case .connect(let connect) = try decode(Client.connect(clientID: "\u{FEFF}a")) else {
      Issue.record("not a CONNECT")
      return
    }
    #expect(Array(connect.clientID.utf8) == [0xEF, 0xBB, 0xBF, 0x61])
  }

  @Test("A PUBLISH is read with its flags, and written as it was read")
  func publish() throws {
    guard case .publish(let publish) = try decode(Client.publish("a/b", "x", qos: 2, id: 513, dup: true, retain: true))
    else {
      Issue.record("not a PUBLISH")
      return
    }
    #expect(publish.isDuplicate)
    #expect(publish.delivery == PacketID(rawValue: 513).map { .exactlyOnce($0) })
    #expect(Array(publish.topic) == Array("a/b".utf8))
    #expect(Array(publish.payload) == [0x78])
    #expect(publish.encoded == Client.publish("a/b", "x", qos: 2, id: 513))
    let long = PublishPacket(delivery: .atMostOnce, topic: [0x61], payload: Array(repeating: 0x62, count: 20_000))
    #expect(long.encoded == Client.publish("a", String(repeating: "b", count: 20_000), qos: 0))
  }

  @Test(
    "Other packets against the rules are refused",
    arguments: [
      Client.packet(0x32, Client.text("a")), Client.publish("a", "", id: 0), Client.publish("", "x"),
      Client.publish("a/+", "x"), Client.publish("#", "x"), Client.packet(0x30, [0, 5, 0x61]), Client.packet(0x30, []),
      Client.packet(0x40, []), Client.packet(0x40, [1]), Client.packet(0x40, [0, 0]), Client.packet(0x40, [0, 1, 0]),
      Client.packet(0x82, Client.number(1)), Client.subscribe([("a", 3)]), Client.subscribe([("a", 0x10)]),
      Client.subscribe([("", 0)]), Client.subscribe([("a/b#", 0)]), Client.subscribe([("#/a", 0)]),
      Client.subscribe([("a+", 0)]), Client.subscribe([("+a", 0)]), Client.subscribe([("a", 0)], id: 0),
      Client.packet(0x82, Client.number(1) + Client.text("a")), Client.unsubscribe([]), Client.unsubscribe([""]),
      Client.unsubscribe(["a"], id: 0), Client.packet(0xC0, [0]), Client.packet(0xE0, [0]),
    ])
  func malformed(bytes: [UInt8]) {
    #expect(throws: DecodeFailure.malformed) { try decode(bytes) }
  }

  @Test("Filters with wildcards as whole levels are taken", arguments: ["#", "+", "a/#", "+/a/+", "/", "$share/g/a"])
  func filters(filter: String) throws {
    guard case .subscribe(let subscribe) = try decode(Client.subscribe([(filter, 1)])) else {
      Issue.record("not a SUBSCRIBE")
      return
    }
    #expect(subscribe.requests.map(\.filter) == [Array(filter.utf8)])
    #expect(subscribe.requests.map(\.maximumQoS) == [.atLeastOnce])
  }

  @Test("Answers are written as section 3 says")
  func answers() throws {
    let id = try #require(PacketID(rawValue: 0x0102))
    #expect(ConnackPacket(code: .notAuthorized).encoded == [0x20, 2, 0, 5])
    #expect(ConnackPacket.refusal(ofLevel: 3) == [0x20, 2, 0, 1])
    #expect(ConnackPacket.refusal(ofLevel: 6) == [0x20, 3, 0, 0x84, 0])
    #expect(SubackPacket(id: id, granted: [.atLeastOnce, nil]).encoded == [0x90, 4, 1, 2, 1, 0x80])
  }

  @Test("Packet ids go round without 0")
  func packetIDs() {
    #expect(PacketID(rawValue: 0) == nil)
    #expect(PacketID.first.rawValue == 1)
    #expect(PacketID(rawValue: 65_535)?.next == .first)
  }
}
