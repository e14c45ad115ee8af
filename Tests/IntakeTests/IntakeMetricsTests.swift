import FeedSession
import Intake
import MetricsTestKit
import Testing

@Suite("what receivers export")
struct IntakeMetricsTests {
  @Test("every reason has a series of its own, and the receivers of a feed are added up")
  func reasons() throws {
    let factory = TestMetrics()
    let metrics = IntakeMetrics(feed: "mqtt", factory: factory)
    var counters = ReceiverCounters()
    counters.accepted = 5
    counters.closed = [.idle: 2]
    for (index, reason) in RefusalReason.allCases.enumerated() { counters.refused[reason] = UInt64(index + 1) }
    for (index, reason) in DelayReason.allCases.enumerated() { counters.delayed[reason] = UInt64(index + 1) }
    metrics.update([counters, counters])
    func total(_ name: String, _ reason: String) throws -> Int64? {
      try factory.expectCounter(name, [("feed", "mqtt"), ("reason", reason)]).lastValue
    }
    for (index, reason) in RefusalReason.allCases.enumerated() {
      #expect(try total("silverbell_feed_refused_total", reason.rawValue) == 2 * Int64(index + 1))
    }
    for (index, reason) in DelayReason.allCases.enumerated() {
      #expect(try total("silverbell_feed_delayed_total", reason.rawValue) == 2 * Int64(index + 1))
    }
    #expect(try total("silverbell_feed_closed_total", "idle") == 4)
    #expect(try factory.expectMeter("silverbell_feed_connections", [("feed", "mqtt")]).lastValue == 6)
    let described = Set(IntakeMetrics.help.map(\.name))
    #expect(factory.counters.allSatisfy { described.contains($0.label) })
  }
}
