import ArgumentParser
import Simulator

/// `silverbell simulate`: the real engine through faults, in simulated time.
struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Runs the real engine through hours of faults and checks the promises after every step.",
    discussion: """
      Every seed draws its own world and its own mix of faults. The same seed and hours give the same run, on any \
      machine. Exit code 1: a promise was broken; the run is then shrunk, and the shortest trace printed.
      """)

  @Option(help: "The first seed.")
  var seed: UInt64 = 1

  @Option(help: "How many hours each run lasts; a city's day has 24.")
  var hours: Int?

  @Option(help: "How many seeds, one after another.")
  var seeds = 1

  @Option(help: "How many seeds at once.")
  var jobs = 1

  @Option(help: "A city's ordinary day with so many homes, instead of a small world's bad one.")
  var city: Int?

  @Flag(help: "With --city: a twentieth of the homes lose their power for an hour, in three districts.")
  var powerCut = false

  @Flag(help: "The usual mix of faults instead of one drawn by each seed.")
  var usual = false

  @Option(help: "Faults that never happen, as names with commas between.")
  var without: String?

  @Option(help: "The only events of the world that happen, as numbers with commas between, or 'none'.")
  var only: String?

  @Flag(help: "Let the daemon start with a clock that was set back, which the engine does not stand yet.")
  var clockSetBack = false

  @Flag(help: "Print a broken run as it is, without looking for a shorter one.")
  var asIs = false

  func validate() throws {
    guard (1...100_000).contains(hours ?? 1) else { throw ValidationError("--hours is from 1 to 100000.") }
    guard (1...1_000_000).contains(seeds) else { throw ValidationError("--seeds is from 1 to 1000000.") }
    guard (1000...2_000_000).contains(city ?? 1000) else { throw ValidationError("--city is from 1000 to 2000000.") }
    guard city != nil || !powerCut else { throw ValidationError("--power-cut belongs to --city.") }
    guard (1...256).contains(jobs) else { throw ValidationError("--jobs is from 1 to 256.") }
    guard seed <= UInt64.max - UInt64(seeds) else { throw ValidationError("--seed is too large for so many seeds.") }
    _ = try omission()
  }

  func run() async throws {
    let omission = try omission()
    if let city { return try CityRunner(homes: city, hours: hours ?? 24, powerCut: powerCut).run(seed: seed) }
    let runner = SeedRunner(
      hours: hours ?? 3, isUsual: usual, clockSetBack: clockSetBack, omission: omission, shrinks: !asIs)
    try await runner.run(from: seed, count: seeds, jobs: jobs)
  }

  private func omission() throws -> Omission {
    var result = Omission.none
    for name in (without ?? "").split(separator: ",") {
      guard let fault = Fault(rawValue: String(name)) else {
        let known = Fault.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--without: \(name) is none of \(known).")
      }
      result.faults.append(fault)
    }
    guard let only else { return result }
    result.only = []
    for word in only.split(separator: ",") where word != "none" {
      guard let number = Int(word) else { throw ValidationError("--only: \(word) is no number.") }
      result.only?.insert(number)
    }
    return result
  }
}
