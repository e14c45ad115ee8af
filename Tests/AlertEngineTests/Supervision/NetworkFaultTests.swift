import AlertEngine
import CareModel
import Testing

@Suite("A network fault in the engine")
struct NetworkFaultTests {
  /// So many homes, of which the first few fall silent together.
  private func outage(homes: Int, silent: Int) throws -> SupervisedCity {
    var city = try SupervisedCity(homes: homes)
    city.hear(0..<homes)
    city.wait(.seconds(170))
    city.hear(silent..<homes)
    city.wait(.seconds(10))
    return city
  }

  @Test("Many devices of one district are one alert with the people behind it; single alerts become part of it")
  func oneAlert() throws {
    var city = try outage(homes: 100, silent: 40)
    city.wait(.seconds(30))
    let fault = try #require(city.alerts(.networkFault).first)
    #expect(city.alerts(.networkFault).count == 1 && fault.state == .open)
    #expect(fault.district == 1 && fault.alertClass == .technical && fault.policy == "network" && fault.severity == 6)
    let affected = try #require(fault.affected)
    #expect(affected.lost == 40 && affected.worst == 40 && affected.supervised == 100 && affected.lines.count == 40)
    #expect(affected.lines.prefix(5).map(\.serial) == ["D19", "D29", "D39", "D9", "D0"])
    #expect(affected.lines.first?.resident == SupervisedCity.resident(19) && affected.lines.first?.risk == 5)
    let singles = city.alerts(.lineLost)
    #expect(singles.count == 19 && singles.allSatisfy { $0.resolution?.cause == .networkFault })
    #expect(city.events.last { $0.subject.alert?.id == fault.id }?.subject.alert?.affected == affected)
  }

  @Test("It ends when most are back; who is not has an alert of their own")
  func end() throws {
    var city = try outage(homes: 100, silent: 40)
    city.wait(.seconds(30))
    city.hear(0..<32)
    city.hear(40..<100)
    city.wait(.zero)
    let fault = try #require(city.alerts(.networkFault).first)
    #expect(fault.state == .resolved && fault.resolution?.cause == .restored && fault.affected?.lost == 8)
    let open = city.alerts(.lineLost).filter { $0.state != .resolved }
    #expect(Set(open.compactMap(\.serial)) == Set((32..<40).map { "D\($0)" }))
  }

  @Test("A fault that somebody closed comes back when more people are behind it, and not when fewer are")
  func closedTooSoon() throws {
    var city = try outage(homes: 100, silent: 30)
    city.wait(.seconds(30))
    let id = try #require(city.alerts(.networkFault).first?.id)
    city.act(.resolve(id, cause: .other, action: .none, closedBy: .notNeeded, note: nil))
    city.hear(0..<1)
    city.hear(32..<100)
    city.wait(.seconds(150))
    #expect(city.alerts(.networkFault).map(\.state) == [.open])
    let again = try #require(city.alerts(.networkFault).first?.id)
    city.act(.resolve(again, cause: .other, action: .none, closedBy: .notNeeded, note: nil))
    city.hear(1..<2)
    city.hear(32..<100)
    city.wait(.seconds(60))
    #expect(city.alerts(.networkFault).map(\.state) == [.resolved])
  }

  @Test("While 15,000 are lost no step writes more than a bounded batch, and a press is decided in one")
  func pressMeanwhile() throws {
    var city = try outage(homes: 15_000, silent: 15_000)
    #expect(city.lines.filter { $0.state == .inFault }.count == 15_000)
    #expect(city.commits.allSatisfy { $0.lines.count <= 256 && $0.alerts.count <= 1 })
    city.hear(0..<15_000)
    let outputs = city.signal(.panic, from: 0)
    #expect(outputs.commits.count == 1 && outputs.acknowledgements.count == 1)
    city.wait(.zero)
    #expect(city.alerts.filter { $0.state != .resolved }.map(\.kind) == [.panic])
  }
}

extension CareEvent.Subject {
  fileprivate var alert: Alert? { if case .alert(let alert) = self { alert } else { nil } }
}
