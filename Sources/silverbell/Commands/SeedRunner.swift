import Foundation
import Simulator

/// Runs seeds, several at once when asked to, and prints a line for each; ends with the first broken promise.
struct SeedRunner {
  var hours: Int
  var isUsual: Bool
  var clockSetBack: Bool
  var omission: Omission
  var shrinks: Bool

  /// Runs `count` seeds in order; with several jobs the lines come in the order in which the runs end.
  func run(from first: UInt64, count: Int, jobs: Int) async throws {
    let start = Date()
    var done = 0
    try await withThrowingTaskGroup(of: String.self) { group in
      var next = first
      let end = first + UInt64(count)
      for _ in 0..<min(jobs, count) {
        let seed = next
        group.addTask { try line(of: seed) }
        next += 1
      }
      while let text = try await group.next() {
        done += 1
        Terminal.write(text)
        let passed = Date().timeIntervalSince(start)
        if count > 1 { Terminal.progress("\(done) of \(count) seeds, \(Int(passed)) s") }
        guard next < end else { continue }
        let seed = next
        group.addTask { try line(of: seed) }
        next += 1
      }
    }
  }

  private func line(of seed: UInt64) throws -> String {
    var parameters = isUsual ? SimulationParameters() : .drawn(from: seed)
    parameters.restartsWithClockSetBack = clockSetBack
    do throws(SimulationFailure) {
      let report = try Simulation.run(seed: seed, hours: hours, parameters: parameters, omitting: omission)
      let mix = parameters.summary
      return "seed \(seed): \(report.steps) steps, \(report.signals) signals, \(report.alerts) alerts, "
        + "\(report.accepted) of \(report.offers) offers accepted, \(report.stays) stays, "
        + "\(report.restarts) restarts, \(report.faults) faults, hash \(String(report.hash, radix: 16)); \(mix)"
    } catch {
      var failure = shrinks ? Shrinker.shrink(error, parameters: parameters) : error
      failure.options = (isUsual ? ["--usual"] : []) + (clockSetBack ? ["--clock-set-back"] : [])
      throw CommandFailure("\(failure)\nA promise was broken: \(failure.rule).")
    }
  }
}
