import CareModel
import FeedSession
import Mapped
import Testing

/// Nothing that comes in traps, and nothing is dropped.
@Suite("Garbage for mappings")
struct MappedGarbageTests {
  private let pieces = [
    "{", "}", "[", "]", ",", ":", "\"", "\\", "\"msg\":", "\"type\":1", "\"dev_id\":7", "null", "true", "-1.5e3",
    "\\u0061", "\\ud800",
    "\"payload\":{\"APPdata\":\"VaoB\"}", "\"messageType\":\"dataReport\"", "张", " ", "\n", "\u{0}", "[[[[", "]]]]",
    "9223372036854775808",
  ]

  @Test("noise and broken JSON become at least one signal", arguments: ["ctwing", "onenet", "sos-button-example"])
  func pushes(name: String) throws {
    let push = MappedPush(mapping: try ShippedMapping.pushOverLoopback(name), secrets: [])
    var random = SeededRandom(seed: 11)
    for _ in 0..<3000 {
      var body: [UInt8] = []
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        body += Array((pieces.randomElement(using: &random) ?? "").utf8)
        if Int.random(in: 0..<20, using: &random) == 0 { body.append(UInt8.random(in: 0...255, using: &random)) }
      }
      guard case .signals(let signals) = push.decode(PushRequest(body: body, isLoopback: true)) else {
        Issue.record("refused")
        return
      }
      let isBlank = body.allSatisfy { [0x20, 0x0A].contains($0) }
      #expect(!signals.isEmpty || isBlank || String(decoding: body, as: UTF8.self).contains("[]"))
      #expect(signals.allSatisfy { $0.source.feed == .mapped && $0.source.sender == push.mapping.name })
    }
  }

  @Test("a good body with one byte changed is still a signal")
  func changedBytes() throws {
    let push = MappedPush(mapping: try ShippedMapping.pushOverLoopback("sos-button-example"), secrets: [])
    let body = Array(
      #"""
      {"messageType":"dataReport","deviceId":"d","timestamp":1619523767263,
      "payload":{"APPdata":"VaoBAVf/3YYIAwMGdkKfJhEjEAAFAQI="}}
      """#
      .utf8)
    var random = SeededRandom(seed: 12)
    for index in body.indices {
      var changed = body
      changed[index] = UInt8.random(in: 0...255, using: &random)
      guard case .signals(let signals) = push.decode(PushRequest(body: changed, isLoopback: true)) else {
        Issue.record("refused")
        return
      }
      #expect(!signals.isEmpty)
    }
  }

  @Test("noise as a query, as headers and as a signature is refused")
  func noiseAsCredentials() throws {
    var random = SeededRandom(seed: 13)
    let kinds = [
      #"{"kind":"bearer"}"#, #"{"kind":"query","name":"t"}"#,
      #"{"kind":"hmacSHA256","header":"s","encoding":"base64"}"#,
      #"{"kind":"oneNET"}"#,
    ]
    for kind in kinds {
      let push = MappedPush(mapping: try pushMapping("", authentication: kind), secrets: [Array("key-1".utf8)])
      for _ in 0..<500 {
        func noise() -> String {
          (0..<20).map { _ in ["%", "t", "=", "&", "+", "4", "a", "é"].randomElement(using: &random) ?? "" }.joined()
        }
        let request = PushRequest(
          query: noise(), headers: [("Authorization", "Bearer " + noise()), ("s", noise())], body: Array(noise().utf8))
        #expect(push.decode(request) == .refusal(.notAuthenticated))
      }
    }
  }

  @Test("noise as a table gives a signal for every row")
  func tables() throws {
    guard case .table(let mapping) = try ShippedMapping.document("admissions-csv-example") else { return }
    let parts = [",", "\"", "\n", "\r\n", "\"\"", "a", "2026-11-23", "张", "\"a\",", "住院号", ";", " "]
    var random = SeededRandom(seed: 14)
    for _ in 0..<1500 {
      var table: [UInt8] = []
      for _ in 0..<Int.random(in: 1...40, using: &random) {
        table += Array((parts.randomElement(using: &random) ?? "").utf8)
        if Int.random(in: 0..<20, using: &random) == 0 { table.append(UInt8.random(in: 0...255, using: &random)) }
      }
      let whole = MappedTable.decode(table, mapping: mapping)
      #expect(whole.allSatisfy { !$0.signals.isEmpty })
      var dripped = MappedTable(mapping: mapping)
      let rows = table.flatMap { dripped.receive([$0]) } + dripped.finish()
      #expect(rows == whole)
      let lines = table.split(separator: 0x0A).filter { line in !line.allSatisfy { [0x20, 0x0D, 0x2C].contains($0) } }
      // Rows may join lines within quotes, never lose one that has text outside.
      #expect(whole.count + 1 >= lines.count || table.contains(0x22))
    }
  }
}
