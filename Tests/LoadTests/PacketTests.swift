import CareModel
import FeedSession
import JSONText
import LoadGenerator
import MQTT
import Testing

@Suite("Packets of the load generator")
struct PacketTests {
  /// What the daemon's own session makes of the bytes of a device.
  private func signals(_ packets: [UInt8]) -> [Signal] {
    var session = MQTTSession()
    let now = Timestamp(seconds: 1_800_000_000)
    let connect = MQTTBytes.connect(clientID: "c", userName: "SB-000001", secret: "secret", keepAlive: 0)
    var actions = session.handle(.bytes(connect), at: now)
    for case .authenticate(let credentials, let token) in actions {
      #expect(credentials.userName == "SB-000001" && credentials.secret == Array("secret".utf8))
      actions += session.handle(.authenticated(token, .device(serial: "SB-000001")), at: now)
    }
    actions = session.handle(.bytes(packets), at: now)
    return actions.compactMap { if case .deliver(let signal, _) = $0 { signal } else { nil } }
  }

  @Test(
    "the daemon reads each kind as it is meant, without anything odd",
    arguments: ["panic", "fall", "motion", "temperature", "heartbeat"], ["run7", nil] as [String?])
  func templates(kind: String, run: String?) throws {
    var bytes: [UInt8] = []
    let template = PublishTemplate(kind: kind, run: run)
    template.append(to: &bytes, serial: Array("SB-000001".utf8), packetID: 1, number: 7)
    template.append(to: &bytes, serial: Array("SB-000001".utf8), packetID: 65_535, number: 999_999_999_999)
    let signals = signals(bytes)
    #expect(signals.map(\.kind.rawValue) == [kind, kind])
    #expect(signals.allSatisfy { $0.oddities.isEmpty && $0.source.serial == "SB-000001" && $0.batteryPercent == 80 })
    let ids = signals.map { try? JSONValue(parsing: $0.raw)["id"]?.string }
    let isNumbered = run != nil && kind != "heartbeat"
    #expect(ids == (isNumbered ? ["run7-000000000007", "run7-999999999999"] : [nil, nil]))
  }

  @Test("packets of the broker are found, cut anywhere")
  func scanning() {
    let stream: [UInt8] =
      [0x20, 2, 0, 0, 0x40, 2, 0x12, 0x34, 0x90, 3, 0, 1, 1]
      + [0x32, 7, 0, 1, 0x74, 0, 9, 0x68, 0x69] + [0x30, 4, 0, 1, 0x74, 0x68] + [0xD0, 0]
    let expected: [MQTTScanner.Packet] = [
      .connack(code: 0), .puback(0x1234), .suback,
      .publish(topic: 17..<18, packetID: 9, payload: 20..<22),
      .publish(topic: 26..<27, packetID: nil, payload: 27..<28), .other,
    ]
    for cut in 0...stream.count {
      var found: [MQTTScanner.Packet] = []
      let used = stream[..<cut].withUnsafeBytes { MQTTScanner.scan($0) { found.append($0) } }
      #expect(found == Array(expected.prefix(found.count)))
      #expect(used.map { $0 <= cut } == true)
      if cut == stream.count { #expect(found == expected && used == cut) }
    }
  }

  @Test(
    "what no broker sends ends the scan",
    arguments: [[0x40, 3, 0, 1, 2], [0x20, 0x80, 0x80, 0x80, 0x80, 1]] as [[UInt8]])
  func nonsense(bytes: [UInt8]) {
    #expect(bytes.withUnsafeBytes { MQTTScanner.scan($0) { _ in } } == nil)
  }

  @Test("acknowledgements find their message in any order, once; packet ids go round and never are 0")
  func inFlight() {
    var inFlight = InFlight()
    #expect((0..<3).map { inFlight.add(due: UInt64($0)) } == [1, 2, 3])
    #expect(inFlight.acknowledge(2) == 1)
    #expect(inFlight.acknowledge(2) == nil)
    #expect(inFlight.acknowledge(0) == nil)
    #expect(inFlight.acknowledge(4) == nil)
    #expect(inFlight.count == 2)
    #expect(inFlight.acknowledge(1) == 0)
    #expect(inFlight.acknowledge(3) == 2)
    for number in 0..<200_000 as Range<UInt64> {
      let id = inFlight.add(due: number)
      #expect(id != 0)
      #expect(inFlight.acknowledge(id) == number)
    }
    #expect(inFlight.count == 0)
  }

  @Test("every packet id can be in flight once, and not one more")
  func full() {
    var inFlight = InFlight()
    while inFlight.hasRoom { _ = inFlight.add(due: 0) }
    #expect(inFlight.count == InFlight.maximum)
    #expect(inFlight.acknowledge(1) == 0)
    #expect(inFlight.hasRoom)
    #expect(inFlight.add(due: 5) == 1)
  }
}
