import AlertEngine
import AlertRules
import CareModel
import Testing

@Suite struct InhibitTests {
  private typealias R = RulesBench

  private static let rules = [
    InhibitDefinition(
      id: "power", source: "signal.kind == 'mainsLost'", target: "signal.kind in ['heat', 'panic', 'water']",
      equal: ["device.district"])
  ]

  private func rules(_ overrides: OverrideDefinition...) throws -> RuleSet {
    try R.set(R.desk, inhibit: Self.rules, overrides: overrides)
  }

  private func bench(_ overrides: OverrideDefinition...) throws -> Bench {
    Bench(rules: try R.set(R.desk, inhibit: Self.rules, overrides: overrides), also: R.devices)
  }

  private func target(_ bench: Bench, _ kind: SignalKind = .heat) throws -> Alert {
    try #require(bench.alerts.first { $0.kind == kind })
  }

  private func resolveSource(_ bench: inout Bench) throws {
    let source = try target(bench, .mainsLost)
    bench.act(.resolve(source.id, cause: .restored, action: .none, closedBy: .notNeeded, note: nil))
  }

  @Test func `an alert that an open one explains is kept and shown with its source, and nobody is asked`() throws {
    var bench = try bench()
    bench.signal(.mainsLost, from: "K2")
    bench.signal(.heat, from: "K3")
    let held = try target(bench)
    #expect(held.state == .open && held.tracks.isEmpty)
    #expect(held.inhibited?.rule == "power")
    #expect(held.inhibited?.source == (try target(bench, .mainsLost)).id)
    #expect(held.nextDeadline != nil)
    #expect(bench.commits.last?.signal?.alert == held.id)
    bench.wait(.hours(2))
    #expect(try target(bench).inhibited != nil, "looked at from time to time, and still explained")
    #expect(try target(bench).tracks.isEmpty)
  }

  @Test func `when the source is resolved its asking begins`() throws {
    var bench = try bench()
    bench.signal(.mainsLost, from: "K2")
    bench.signal(.heat, from: "K3")
    bench.signal(.water, from: "K3")
    try resolveSource(&bench)
    bench.wait(.zero)
    for kind in [SignalKind.heat, .water] {
      let alert = try target(bench, kind)
      #expect(alert.inhibited == nil && alert.tracks.map(\.state) == [.asking], "\(kind)")
    }
    #expect(bench.texts(.alertReleasedFromInhibit) == ["sourceResolved", "sourceResolved"])
  }

  @Test func `another source takes over, and one that comes later holds nothing that is asked already`() throws {
    var bench = try bench()
    bench.signal(.mainsLost, from: "K2")
    bench.signal(.heat, from: "K3")
    bench.signal(.mainsLost, from: "K3")
    try resolveSource(&bench)
    bench.wait(.zero)
    #expect(try target(bench).inhibited != nil)
    var late = try self.bench()
    late.signal(.heat, from: "K3")
    late.signal(.mainsLost, from: "K2")
    #expect(try target(late).inhibited == nil)
  }

  @Test func `a life alert is never held, and one that becomes it is held no longer`() throws {
    var bench = try bench()
    bench.signal(.mainsLost, from: "K2")
    bench.signal(.panic, from: "K1")
    #expect(try target(bench, .panic).inhibited == nil)
    bench.signal(.heat, from: "K3")
    #expect(try target(bench).inhibited != nil)
    bench.signal(.panic, from: "K3")
    let risen = try target(bench)
    #expect(risen.alertClass == .life && risen.inhibited == nil && risen.tracks.map(\.state) == [.asking])
    #expect(bench.texts(.alertReleasedFromInhibit) == ["life"])
  }

  @Test func `a life alert is held for a person whose override two people signed, until that ends`() throws {
    let signed = OverrideDefinition(
      resident: Bench.resident.description, reason: "presses at every power cut", by: ["Wang", "Li"],
      until: "2027-01-15T09:00:00Z", inhibit: ["power"])
    var bench = try bench(signed)
    bench.signal(.mainsLost, from: "K2")
    bench.signal(.panic, from: "K1")
    #expect(try target(bench, .panic).inhibited?.rule == "power")
    var later = try self.bench(signed)
    later.wait(.hours(1))
    later.signal(.mainsLost, from: "K2")
    later.signal(.panic, from: "K1")
    #expect(try target(later, .panic).inhibited == nil)
  }

  @Test func `whoever takes a held alert has it like any other`() throws {
    var bench = try bench()
    bench.signal(.mainsLost, from: "K2")
    bench.signal(.heat, from: "K3")
    let id = try target(bench).id
    #expect(bench.act(.hold(id)).isAccepted)
    #expect(try target(bench).inhibited == nil)
    #expect(try target(bench).tracks.map(\.state) == [.satisfied])
    #expect(bench.act(.release(id)).isAccepted)
    #expect(try target(bench).tracks.map(\.state) == [.asking])
  }

  @Test func `it is held across a restart, and released there`() throws {
    var first = try bench()
    first.signal(.mainsLost, from: "K2")
    first.signal(.heat, from: "K3")
    var second = first.restarted(try rules(), also: R.devices)
    second.wait(.hours(1))
    #expect(try target(second).inhibited != nil)
    try resolveSource(&second)
    second.wait(.zero)
    #expect(try target(second).inhibited == nil)
    #expect(try target(second).tracks.map(\.state) == [.asking])
  }

  @Test func `a resolution that the store refuses releases nothing`() throws {
    var bench = try bench()
    bench.signal(.mainsLost, from: "K2")
    bench.signal(.heat, from: "K3")
    let before = bench.core.openWork
    bench.confirms = false
    try resolveSource(&bench)
    let failed = try #require(bench.commits.last)
    let keys = bench.step(.commitFailed(failed.number, CommitFailure(code: "22000"))).reloads[0]
    var snapshot = before
    snapshot.caseKeys = keys
    bench.confirms = true
    bench.step(.casesLoaded(snapshot))
    bench.wait(.seconds(1))
    #expect(try target(bench, .mainsLost).state != .resolved)
    #expect(try target(bench).inhibited != nil)
  }
}
