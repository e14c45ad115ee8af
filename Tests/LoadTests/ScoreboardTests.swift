import JSONText
import LoadGenerator
import Testing

@Suite("Scoreboard of deploy/bench")
struct ScoreboardTests {
  private func rows(_ results: [String: String]) throws -> [Scoreboard.Row] {
    Scoreboard(try results.mapValues { try JSONValue(parsing: Array($0.utf8)) }).rows
  }

  @Test("telemetry needs its rate, its share of mosquitto, and nothing lost")
  func telemetry() throws {
    let table: [(telemetry: String, mosquitto: Int, isMet: Bool)] = [
      (#"{"rate":60000}"#, 100_000, true), (#"{"rate":59999}"#, 90_000, false), (#"{"rate":60000}"#, 100_001, false),
      (#"{"rate":70000,"unacknowledged":1}"#, 80_000, false), (#"{"rate":70000,"lostConnections":1}"#, 80_000, false),
    ]
    for line in table {
      let rows = try rows(["telemetry": line.telemetry, "mosquitto": #"{"rate":\#(line.mosquitto)}"#])
      #expect(rows.map(\.isMet) == [nil, line.isMet])
    }
  }

  @Test("a latency counts only at the rate that was asked for")
  func latency() throws {
    let table: [(rate: Int, p99: String, more: String, isMet: Bool)] = [
      (5_000, "5.0", "", true), (5_000, "5.1", "", false), (4_800, "1.0", "", false),
      (5_000, "1.0", #","overloaded":true"#, false), (5_000, "1.0", #","generatorFellBehind":true"#, false),
    ]
    for line in table {
      let json = #"{"rateAsked":5000,"rate":\#(line.rate),"latencyMilliseconds":{"p99":\#(line.p99)}\#(line.more)}"#
      #expect(try rows(["latency-5000": json]).map(\.isMet) == [line.isMet])
    }
  }

  @Test("the shipped rules are compared with the least over both rounds")
  func ruleCost() throws {
    func results(_ least: (Int, Int), _ shipped: (Int, Int)) -> [String: String] {
      [
        "rules-least-1": #"{"rate":\#(least.0),"acknowledged":10,"processorSeconds":{"daemon":1}}"#,
        "rules-least-2": #"{"rate":\#(least.1),"acknowledged":10,"processorSeconds":{"daemon":3}}"#,
        "rules-default-1": #"{"rate":\#(shipped.0),"acknowledged":10,"processorSeconds":{"daemon":2}}"#,
        "rules-default-2": #"{"rate":\#(shipped.1),"acknowledged":10,"processorSeconds":{"daemon":3}}"#,
      ]
    }
    #expect(try rows(results((100, 100), (80, 100))).map(\.isMet) == [true])
    #expect(try rows(results((100, 100), (80, 99))).map(\.isMet) == [false])
    let row = try #require(try rows(results((100, 100), (100, 100))).first)
    #expect(row.processor == "daemon an alarm: least 200000.00 us, default 250000.00 us")
    var half = results((1, 1), (1, 1))
    half["rules-default-2"] = nil
    #expect(try rows(half) == [])
  }

  @Test("what was not measured has no line; processor time is in percent of a core")
  func others() throws {
    #expect(try rows([:]) == [])
    let row = try #require(
      try rows(["mllp": #"{"rate":5000,"processorSpan":2,"processorSeconds":{"daemon":1.5,"postgres":0.5}}"#]).first)
    #expect(row.isMet == true)
    #expect(row.processor == "daemon 75% postgres 25%")
    let recoveries = [
      #"{"seconds":5,"cases":100000}"#, #"{"seconds":1,"cases":99999}"#, #"{"seconds":5.1,"cases":100000}"#,
    ]
    #expect(try recoveries.flatMap { try rows(["recovery": $0]).map(\.isMet) } == [true, false, false])
    #expect(try rows(["idle": #"{"bytesPerConnection":6145}"#]).map(\.isMet) == [false])
  }
}
