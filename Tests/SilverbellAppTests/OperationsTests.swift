import DemoCity
import Foundation
import JSONText
import SilverbellApp
import TestSupport
import Testing

@Suite(.serialized) struct OperationsTests {
  /// A row of the table of metrics, or what a scrape says of a metric.
  private struct Row: Hashable {
    var name: String
    var type: String
    var help: String
  }

  /// The path's status and body.
  private static func get(_ world: AppWorld, _ path: String) async throws -> (status: String, body: String) {
    let answer = try await run([
      "curl", "-s", "-m", "5", "-w", "\n%{http_code}", "http://127.0.0.1:\(world.ports.operations)\(path)",
    ])
    let lines = answer.output.split(separator: "\n", omittingEmptySubsequences: false)
    return (String(lines.last ?? ""), lines.dropLast().joined(separator: "\n"))
  }

  /// The value of a series.
  private static func value(_ text: String, _ series: String) -> Double? {
    text.split(separator: "\n").first { $0.hasPrefix(series + " ") }.flatMap { Double($0.dropFirst(series.count + 1)) }
  }

  @Test("Every metric of a daemon stands in the table, and everything in the table is exported")
  func table() async throws {
    let world = try await AppWorld(
      database: PostgresServer.shared().createDatabase(),
      environment: ["SILVERBELL_WEBHOOK_SECRET": "0123456789abcdef0123456789abcdef"])
    let scraped = try await Self.get(world, "/metrics")
    #expect(scraped.status == "200")
    var types: [String: String] = [:]
    var exported: Set<Row> = []
    for line in scraped.body.split(separator: "\n") where line.hasPrefix("# TYPE ") {
      let words = line.split(separator: " ")
      types[String(words[2])] = String(words[3])
    }
    for line in scraped.body.split(separator: "\n") where line.hasPrefix("# HELP ") {
      let words = line.split(separator: " ", maxSplits: 3)
      let name = String(words[2])
      exported.insert(Row(name: name, type: types[name] ?? "", help: String(words[3])))
    }
    let readme = try String(contentsOfFile: Checkout.folder + "/Sources/Operations/README.md", encoding: .utf8)
    let written = readme.split(separator: "\n").compactMap { line -> Row? in
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard cells.count == 6, cells[1].hasPrefix("`"), ["counter", "gauge", "histogram"].contains(cells[2]) else {
        return nil
      }
      return Row(name: cells[1].filter { $0 != "`" }, type: cells[2], help: cells[4])
    }
    #expect(written.count > 40)
    #expect(Set(written).subtracting(exported) == [])
    #expect(exported.subtracting(written) == [])
    #expect(Self.value(scraped.body, "silverbell_metrics_refused_total") == 0)
    #expect(await world.stop() == nil)
  }

  @Test("A press is counted on its way, and no serial stands in a label")
  func pressIsCounted() async throws {
    let world = try await AppWorld(database: PostgresServer.shared().createDatabase())
    #expect(try await world.press(home: 0, #"{"id":"one","kind":"panic"}"#) == 0)
    let settled: [(String, Double)] = [
      (#"silverbell_signals_total{group="alarm",outcome="taken"}"#, 1.0),
      (#"silverbell_signals_total{group="alarm",outcome="refused"}"#, 0),
      ("silverbell_alarm_acknowledgement_seconds_count", 1), (#"silverbell_feed_deliveries_total{feed="mqtt"}"#, 1),
      (#"silverbell_feed_accepted_total{feed="mqtt"}"#, 1), ("silverbell_open_alerts", 1),
      ("silverbell_store_present", 1), ("silverbell_engine_mailbox_depth", 0),
      ("silverbell_engine_mailbox_oldest_seconds", 0), ("silverbell_store_queue_depth", 0),
      ("silverbell_store_queue_oldest_seconds", 0), ("silverbell_engine_unconfirmed_commits", 0),
      ("silverbell_engine_unconfirmed_oldest_seconds", 0), ("silverbell_store_groups_in_flight", 0),
      ("silverbell_partition_months_ahead", 3), ("silverbell_store_connections_total", 1),
    ]
    // What follows the press (the device's status, the partitions) may still be on its way.
    try await Self.wait {
      let text = try await Self.get(world, "/metrics").body
      return settled.allSatisfy { Self.value(text, $0.0) == $0.1 }
    }
    let text = try await Self.get(world, "/metrics").body
    for series in [
      "silverbell_engine_inputs_total", "silverbell_engine_deadlines", "silverbell_engine_publication_seconds_count",
      "silverbell_store_group_commits_count", "silverbell_store_group_seconds_count",
    ] { #expect((Self.value(text, series) ?? 0) >= 1, "\(series)") }
    #expect(!text.contains(world.city.home(0).device.userName))
    #expect(try await world.alerts().count == 1)
    let later = try await Self.get(world, "/metrics").body
    #expect(Self.value(later, #"silverbell_http_requests_total{status="2xx"}"#) == 1)
    #expect(await world.stop() == nil)
  }

  @Test("Ready, not ready while the database is away, alive throughout, ready again")
  func storeAway() async throws {
    let server = try await PostgresServer.start(fsync: false)
    let world = try await AppWorld(database: server.createDatabase())
    #expect(try await Self.get(world, "/readyz") == ("200", #"{"status":"ok","reasons":[]}"#))
    try await server.stop()
    try await Self.wait { try await Self.get(world, "/readyz").status == "503" }
    let away = try await Self.get(world, "/readyz").body
    #expect(try JSONValue(parsing: Array(away.utf8))["reasons"]?.array?.first?["subject"]?.string == "store")
    #expect(Self.value(try await Self.get(world, "/metrics").body, "silverbell_store_present") == 0)
    #expect(try await Self.get(world, "/healthz").status == "200")
    try await server.restart()
    try await Self.wait { try await Self.get(world, "/readyz").status == "200" }
    #expect(
      (Self.value(try await Self.get(world, "/metrics").body, "silverbell_store_connections_total") ?? 0) >= 2)
    #expect(await world.stop() == nil)
    try await server.stop()
  }

  /// Asks again until it is so, for a minute at most.
  private static func wait(until isSo: () async throws -> Bool) async throws {
    let limit = ContinuousClock.now + .seconds(60)
    while try await !isSo() {
      guard ContinuousClock.now < limit else { throw TestSupportError("it did not come to be within a minute") }
    }
  }
}
