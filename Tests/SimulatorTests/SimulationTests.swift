import CareModel
import Foundation
import Simulator
import Testing

@Suite("Simulation")
struct SimulationTests {
  @Test("The promises hold under seeds that are always the same", arguments: UInt64(1)...24)
  func fixedSeeds(seed: UInt64) throws {
    let report = try Simulation.run(seed: seed)
    #expect(report.signals > 20 && report.acknowledgements > 20 && report.alerts > 5 && report.comparisons > 5)
  }

  @Test("The promises hold under fresh seeds, printed so that they can be run again")
  func freshSeeds() throws {
    let count = ProcessInfo.processInfo.environment["SILVERBELL_SEEDS"].flatMap { UInt64($0) } ?? 200
    let start = UInt64.random(in: 1_000...1_000_000_000)
    print("simulation: \(count) fresh seeds from \(start)")
    var totals = Totals()
    for seed in start..<(start + count) {
      do {
        totals.add(try Simulation.run(seed: seed))
      } catch {
        Issue.record(error)
        return
      }
    }
    print("simulation: \(totals)")
    #expect(count < 50 || totals.exercised, "every kind of fault and work occurs")
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
}

/// Sums over many runs.
private struct Totals: CustomStringConvertible {
  var alerts = 0
  var accepted = 0
  var stays = 0
  var restarts = 0
  var refused = 0
  var faults = 0
  var steps = 0

  mutating func add(_ report: SimulationReport) {
    alerts += report.alerts
    accepted += report.accepted
    stays += report.stays
    restarts += report.restarts
    refused += report.refused
    faults += report.faults
    steps += report.steps
  }

  var exercised: Bool { [alerts, accepted, stays, restarts, refused, faults].allSatisfy { $0 > 50 } }

  var description: String {
    "\(steps) steps, \(alerts) alerts, \(accepted) acceptances, \(stays) stays, \(restarts) restarts, "
      + "\(refused) refused commits, \(faults) other faults"
  }
}
