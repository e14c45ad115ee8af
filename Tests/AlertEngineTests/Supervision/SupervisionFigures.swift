import AlertEngine
import CareModel
import Testing

/// What supervision costs; printed, because machines differ.
@Suite("Figures of supervision")
struct SupervisionFigures {
  @Test("300,000 devices: a sign of life, and a deadline that is armed again")
  func heartbeats() {
    var watch = Watch()
    let count = 300_000
    watch.add(0..<count)
    let signs = (0..<count).map { HeardDevice(serial: "D\(($0 * 7919) % count)", at: watch.now + .seconds(60)) }
    let clock = ContinuousClock()
    let heard = clock.measure { for sign in signs { watch.table.heard(sign) } }
    watch.now = Watch.start + .seconds(180)
    let rearmed = clock.measure { while let due = watch.table.nextDue, due <= watch.now { _ = watch.turn() } }
    #expect(watch.table.storedDeadlines == count)
    print("supervision: \(heard / count) a sign of life, \(rearmed / count) a deadline armed again (\(count) devices)")
  }

  @Test("15,000 devices of one district lost at once, through the engine with the shipped rules")
  func massLoss() throws {
    let count = 15_000
    var city = try SupervisedCity(homes: count)
    city.hear(0..<count)
    city.now = city.now + .seconds(180)
    let took = ContinuousClock().measure { city.wait(.zero) }
    #expect(city.lines.filter { $0.state == .inFault }.count == count)
    print("supervision: \(took / count) a lost device, \(city.commits.count) commits (\(count) devices)")
  }
}
