import CareModel
import DemoCity
import Testing

@Suite struct DemoCityTests {
  private let now = Timestamp(seconds: 1_795_000_000)

  private func city(_ homes: Int, key: UInt8 = 7) -> DemoCity {
    DemoCity(.init(homes: homes, secretKey: Array(repeating: key, count: 32), noticeAddress: "http://127.0.0.1:1"))
  }

  @Test("The same settings give the same city, another key other secrets")
  func deterministic() {
    #expect(city(20).rows(now: now) == city(20).rows(now: now))
    #expect(city(20).devices == city(20).devices)
    #expect(city(20).devices.map(\.secret) != city(20, key: 8).devices.map(\.secret))
  }

  @Test("Every home has a device, a place on earth and somebody to tell; everybody is on duty now")
  func complete() {
    let rows = city(30).rows(now: now)
    var (placed, devices, residents, contacts, onDuty) = (0, 0, 0, 0, 0)
    for row in rows {
      switch row {
      case .dwelling(let dwelling): placed += dwelling.position == nil ? 0 : 1
      case .device(let device): devices += device.secretDigest.count == 32 ? 1 : 0
      case .resident: residents += 1
      case .contact(let contact): contacts += contact.mayBeTold ? 1 : 0
      case .shift(let shift): onDuty += shift.from < now && now < shift.until ? 1 : 0
      default: break
      }
    }
    #expect(placed == 30)
    #expect(devices == 30)
    #expect(residents == 36)
    #expect(contacts == residents)
    #expect(onDuty == city(30).staff.count)
  }

  @Test("Serials and hospital numbers are unique")
  func unique() {
    let sample = city(500)
    #expect(Set(sample.devices.map(\.userName)).count == 500)
    #expect(Set((0..<500).map { sample.home($0).hospitalNumber }).count == 500)
  }

  @Test(
    "The number of homes is kept in its bounds",
    arguments: [(0, 1), (1, 1), (300_000, 300_000), (300_001, 300_000)])
  func bounds(_ asked: Int, _ made: Int) { #expect(city(asked).settings.homes == made) }
}
