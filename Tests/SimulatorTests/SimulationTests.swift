import CareModel
import Foundation
import Simulator
import Testing

@Suite("Simulation")
struct SimulationTests {
  @Test("The promises hold under a bit of every fault", arguments: UInt64(1)...10)
  func fixedSeeds(seed: UInt64) throws {
    let report = try Simulation.run(seed: seed, parameters: SimulationParameters())
    #expect(report.signals > 20 && report.acknowledgements > 20 && report.alerts > 5 && report.comparisons > 5)
    #expect(report.calmChecks > 100)
  }

  @Test("The promises hold under fresh seeds that draw their own worlds, printed so that they can be run again")
  func freshSeeds() throws {
    let count = ProcessInfo.processInfo.environment["SILVERBELL_SEEDS"].flatMap { UInt64($0) } ?? 40
    let start = UInt64.random(in: 1_000...1_000_000_000)
    print("simulation: \(count) fresh seeds from \(start)")
    var totals = Totals()
    for seed in start..<(start + count) {
      do throws(SimulationFailure) {
        totals.add(try Simulation.run(seed: seed))
      } catch {
        Issue.record(Shrinker.shrink(error))
        return
      }
    }
    print("simulation: \(totals)")
    #expect(count < 30 || totals.exercised, "every kind of fault and work occurs")
  }

  @Test("The same seed gives the same run", arguments: [UInt64(7), 4711])
  func sameSeed(seed: UInt64) throws {
    let first = try Simulation.run(seed: seed)
    let second = try Simulation.run(seed: seed)
    #expect(first == second)
    #expect(first.hash != (try Simulation.run(seed: seed + 1)).hash)
  }

  @Test("A store that says written before it is is found out, with seed, time and trace")
  func lyingStore() {
    var parameters = SimulationParameters()
    parameters.storeLies = true
    let failure = #expect(throws: SimulationFailure.self) {
      try Simulation.run(seed: 1, hours: 1, parameters: parameters)
    }
    #expect(failure?.seed == 1)
    #expect(failure?.problem.contains("before") == true)
    #expect(failure?.trace.isEmpty == false && (failure?.trace.count ?? 0) <= parameters.traceLines)
  }

  @Test("Worlds differ: sizes over an order of magnitude, and most mixes leave some faults out")
  func swarm() {
    let worlds = (UInt64(1)...200).map { SimulationParameters.drawn(from: $0) }
    #expect(worlds.map(\.devices).max() ?? 0 >= 30 && worlds.map(\.devices).min() == 1)
    for fault in Fault.allCases {
      let rates = Set(worlds.map { $0.faults[fault] })
      #expect(rates.contains(0) && rates.count > 5, "\(fault)")
    }
    #expect(worlds.filter { $0.faults.active.count < Fault.allCases.count }.count > 190)
    #expect(SimulationParameters.drawn(from: 3).summary == SimulationParameters.drawn(from: 3).summary)
  }
}

/// Sums over many runs.
private struct Totals: CustomStringConvertible {
  var alerts = 0
  var accepted = 0
  var stays = 0
  var suspensions = 0
  var heldSignals = 0
  var lifeWhileSuspended = 0
  var restarts = 0
  var refused = 0
  var faults = 0
  var steps = 0

  mutating func add(_ report: SimulationReport) {
    alerts += report.alerts
    accepted += report.accepted
    stays += report.stays
    suspensions += report.suspensions
    heldSignals += report.heldSignals
    lifeWhileSuspended += report.lifeWhileSuspended
    restarts += report.restarts
    refused += report.refused
    faults += report.faults
    steps += report.steps
  }

  var exercised: Bool {
    [alerts, accepted, stays, suspensions, heldSignals, lifeWhileSuspended, restarts, refused, faults]
      .allSatisfy { $0 > 20 }
  }

  var description: String {
    "\(steps) steps, \(alerts) alerts, \(accepted) acceptances, \(stays) stays, \(suspensions) suspensions, "
      + "\(heldSignals) held signals, \(lifeWhileSuspended) life signals during a suspension, \(restarts) restarts, "
      + "\(refused) refused commits, \(faults) other faults"
  }
}
