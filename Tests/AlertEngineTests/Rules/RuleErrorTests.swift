import AlertEngine
import AlertRules
import CareModel
import Testing

@Suite struct RuleErrorTests {
  private typealias R = RulesBench

  private static let broken = [
    ClassifyDefinition(
      id: "broken", when: "signal.kind in ['water', 'smoke'] && 1 / size(signal.oddities) > 0", alertClass: .life)
  ]

  private func bench() throws -> Bench {
    let devices = (0..<40).map {
      RegisterChange.device(Device(serial: "W\($0)", dwelling: RulesBench.home, resident: nil, district: 1))
    }
    return Bench(rules: try R.set(R.desk, classify: Self.broken), also: devices)
  }

  @Test func `ten matches by error a minute are alerts of their own, the eleventh and all after it one`() throws {
    var bench = try bench()
    for number in 0..<10 { bench.signal(.water, from: "W\(number)") }
    #expect(bench.alerts.count == 10)
    #expect(bench.alerts.allSatisfy { $0.alertClass == .life && $0.key.hasPrefix("W") })
    for number in 10..<15 { bench.signal(.water, from: "W\(number)") }
    #expect(bench.alerts.count == 11)
    let collapsed = try #require(bench.alerts.first { $0.caseKey == .source("rule:broken") })
    #expect(collapsed.alertClass == .life && collapsed.signalCount == 5 && collapsed.resident == nil)
    #expect(collapsed.reason.hasPrefix("rule broken fails"))
    #expect(collapsed.tracks.map(\.state) == [.asking])
    #expect(bench.commits.suffix(5).allSatisfy { $0.signal?.alert == collapsed.id })
  }

  @Test func `the next minute begins anew`() throws {
    var bench = try bench()
    for number in 0..<11 { bench.signal(.water, from: "W\(number)") }
    #expect(bench.alerts.count == 11)
    bench.wait(.seconds(59))
    bench.signal(.water, from: "W20")
    #expect(bench.alerts.count == 11)
    bench.wait(.seconds(1))
    bench.signal(.water, from: "W21")
    #expect(bench.alerts.count == 12)
  }

  @Test func `a signal that a sound rule makes one of life keeps its own alert, whatever fails beside it`() throws {
    var bench = try bench()
    for number in 0..<30 { bench.signal(.smoke, from: "W\(number)") }
    #expect(bench.alerts.count == 30)
    #expect(bench.alerts.allSatisfy { $0.caseKey != .source("rule:broken") })
  }
}
