import ArgumentParser
import Simulator

/// `silverbell simulate`: the real engine through faults, in simulated time.
struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Runs the real engine through hours of faults and checks the promises after every step.",
    discussion: "The same seed and hours give the same run, on any machine. Exit code 1: a promise was broken.")

  @Option(help: "The first seed.")
  var seed: UInt64 = 1

  @Option(help: "How many hours each run lasts.")
  var hours = 3

  @Option(help: "How many seeds, one after another.")
  var seeds = 1

  func validate() throws {
    guard (1...100_000).contains(hours) else { throw ValidationError("--hours is from 1 to 100000.") }
    guard (1...1_000_000).contains(seeds) else { throw ValidationError("--seeds is from 1 to 1000000.") }
    guard seed <= UInt64.max - UInt64(seeds) else { throw ValidationError("--seed is too large for so many seeds.") }
  }

  func run() async throws {
    for seed in seed..<(seed + UInt64(seeds)) {
      let report: SimulationReport
      do throws(SimulationFailure) {
        report = try Simulation.run(seed: seed, hours: hours)
      } catch {
        throw CommandFailure("\(error)\nA promise was broken: report this seed with --hours \(hours).")
      }
      Terminal.write(
        "seed \(seed): \(report.steps) steps, \(report.signals) signals, \(report.alerts) alerts, "
          + "\(report.accepted) of \(report.offers) offers accepted, \(report.stays) stays, "
          + "\(report.restarts) restarts, \(report.faults) faults, hash \(String(report.hash, radix: 16))")
    }
  }
}
