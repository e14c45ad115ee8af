import CareModel
import FeedSession
import Foundation
import JSONText
import Mapped
import Testing

/// The platform pushes of the outside data through the mappings that ship.
@Suite("MappedConformance")
struct MappedConformance {
  @Test("platform pushes")
  func pushes() throws {
    guard let folder = try Folders.protocolData("cn", suite: "MappedConformance") else { return }
    let lines = try Data(contentsOf: folder.appendingPathComponent("frames.jsonl")).split(separator: 0x0A)
    var table = PushTable()
    for line in lines {
      let frame = try JSONValue(parsing: Array(line))
      guard let platform = frame["protocol"]?.string, platform.hasSuffix("-push") else { continue }
      let name = String(platform.dropLast(5))
      if ShippedMapping.names.contains(name), frame["body"]?.string != nil {
        table.record(try PushCase(frame, platform: name))
      } else {
        table.exclude(frame["id"]?.string ?? "?")
      }
    }
    print(table.printed)
    #expect(table.failures == [])
  }
}

/// One push with what is expected of it and what came of it.
private struct PushCase {
  let name: String
  private(set) var expected: [String] = []
  private(set) var got: [String] = []
  private(set) var kind: SignalKind?

  var isPassed: Bool { expected == got }

  init(_ frame: JSONValue, platform: String) throws {
    name = frame["id"]?.string ?? "?"
    let body = Array((frame["body"]?.string ?? "").utf8)
    let expect = frame["expect"] ?? .null
    let signals = try Self.signals(body, platform: platform)
    add("signals", "some", signals.isEmpty ? "none" : "some")
    guard let signal = signals.first else { return }
    let serial = expect["deviceId"]?.string ?? (expect["dev_id"]?.int).map { String($0) } ?? expect["dev_id"]?.string
    add("serial", serial, signal.source.serial)
    let at = (expect["timestamp"] ?? expect["at"])?.int
    add("at", at.map { String($0) }, signal.occurredAt.map { String($0.microseconds / 1000) })
    if let hex = expect["appdata_hex"]?.string {
      let text = (try? JSONValue(parsing: body))?["payload"]?["APPdata"]?.string
      let payload = text.flatMap { ByteText.base64.decode($0) } ?? []
      add("APPdata", hex, payload.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }
    let kinds = Self.kinds(expect)
    add(
      "kind", "one of \(kinds.map(\.rawValue))", kinds.contains(signal.kind) ? "one of \(kinds.map(\.rawValue))" : nil)
    if serial != nil { add("oddities", "[]", "\(signal.oddities.filter { $0 != .unknownKind })") }
    kind = signal.kind
  }

  private mutating func add(_ field: String, _ wanted: String?, _ found: String?) {
    guard let wanted else { return }
    expected.append("\(field) \(wanted)")
    got.append("\(field) \(found ?? "-")")
  }

  /// The data does not say what a message means to us; what it may not become is fixed by its type.
  private static func kinds(_ expect: JSONValue) -> [SignalKind] {
    switch (expect["messageType"]?.string, expect["eventType"]?.int, expect["type"]?.int) {
    case ("deviceOnlineOfflineReport", 1, _): [.lineRestored]
    case ("deviceOnlineOfflineReport", 0, _): [.lineLost]
    case ("eventReport", 3, _): [.deviceFault]
    case ("eventReport", _, _): [.batteryLow, .panic, .smoke, .gas, .unknown]
    case ("commandResponse", _, _): [.heartbeat, .unknown]
    case (nil, _, 2?): [.lineLost, .lineRestored]
    default: [.position, .measurement, .panic, .smoke, .temperature, .humidity, .heartbeat, .unknown]
    }
  }

  private static func signals(_ body: [UInt8], platform: String) throws -> [Signal] {
    // The tokens of the people whose messages these are stayed with them.
    let mapping = try ShippedMapping.pushOverLoopback(platform)
    let push = MappedPush(mapping: mapping, secrets: [])
    guard case .signals(let signals) = push.decode(PushRequest(body: body, isLoopback: true)) else { return [] }
    return signals
  }
}

private struct PushTable {
  private var cases: [PushCase] = []
  private var excluded: [String] = []

  var failures: [String] { cases.filter { !$0.isPassed }.map(\.name) }

  mutating func record(_ push: PushCase) { cases.append(push) }
  mutating func exclude(_ name: String) { excluded.append(name) }

  var printed: String {
    let lines = cases.map { push in
      let word = (push.isPassed ? "ok" : "FAILED") + ", as \(push.kind?.rawValue ?? "nothing")"
      return "\(push.name): \(word)\n  expected: \(push.expected.joined(separator: ", "))\n  got:      "
        + push.got.joined(separator: ", ")
    }
    let sum = "cn/frames.jsonl, platform pushes: \(cases.count) cases, \(failures.count) failed"
    let left = excluded.map { "\($0) excluded: no body, or a platform without a mapping" }
    return ([sum] + lines + left).joined(separator: "\n")
  }
}
