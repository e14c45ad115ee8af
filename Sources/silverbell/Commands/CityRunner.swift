import Foundation
import Simulator

/// Runs a city's day and prints what happened, how fast it was simulated and in how much memory.
struct CityRunner {
  var homes: Int
  var hours: Int
  var powerCut: Bool

  /// Runs it once; throws what was broken, as it is: a city's run is too long to look for a shorter one.
  func run(seed: UInt64) throws {
    let start = Date()
    let report: SimulationReport
    do throws(SimulationFailure) {
      report = try Simulation.run(
        seed: seed, hours: hours, parameters: .city(homes: homes, powerCut: powerCut ? PowerCut() : nil))
    } catch {
      throw CommandFailure("\(error)\nA promise was broken: \(error.rule).")
    }
    let seconds = max(0.001, Date().timeIntervalSince(start))
    let events = report.steps + report.heartbeats
    let dark = report.dark > 0 ? "; \(report.dark) homes were dark, \(report.networkFaults) network faults" : ""
    Terminal.write(
      """
      \(homes) homes, \(hours) h: \(report.steps) steps, \(report.heartbeats) heartbeats, \(report.signals) signals, \
      \(report.alerts) alerts, \(report.accepted) of \(report.offers) offers accepted, \(report.stays) stays, \
      \(report.lostLines) lost lines, hash \(String(report.hash, radix: 16))
      until somebody is asked: \(report.waits.summary)\(dark)
      \(String(format: "%.1f", seconds)) s, \(Int(Double(events) / seconds)) events/s, \
      \(Self.peakMegabytes.map { "\($0) MiB" } ?? "memory unknown") at the peak
      """)
  }

  /// The largest resident set of this process so far; nil where the system does not say.
  private static var peakMegabytes: Int? {
    let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 / 1024 }
  }
}
