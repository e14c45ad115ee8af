import CareModel
import Simulator
import Testing

@Suite("A day of a city")
struct CityTests {
  @Test("Everybody who presses is asked about as soon in the storm after a power cut as on the calm day")
  func powerCut() throws {
    var cut = PowerCut()
    cut.panics = 200
    let report = try Simulation.run(
      seed: 1, hours: 12, parameters: .city(homes: 3000, powerCut: cut))
    #expect(report.dark > 100 && report.dark < 300)
    #expect(report.networkFaults == 3)
    #expect(report.waits.open == 0)
    #expect(report.waits.calm.count > 10 && report.waits.storm.count > 10, "\(report.waits.summary)")
    #expect(report.heartbeats > 3000 * 6 * 11)
  }

  @Test("An ordinary day comes to its end with everything answered")
  func ordinaryDay() throws {
    let report = try Simulation.run(seed: 2, hours: 24, parameters: .city(homes: 2000))
    #expect(report.dark == 0 && report.waits.storm.isEmpty && report.waits.open == 0)
    #expect(report.alerts > 50 && report.accepted > 5 && report.stays > 5)
  }
}
