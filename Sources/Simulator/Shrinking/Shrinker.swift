import AlertRules
import CareModel

/// Looks for the shortest run that breaks the same promise: runs the seed again with faults and events left out, and
/// keeps what is not needed for it out. Deterministic; the number of runs is bounded.
package enum Shrinker {
  /// Most runs that a search makes.
  package static let maximumRuns = 400

  /// The shortest failure that was found; the given one when nothing could be left out.
  ///
  /// - Parameters:
  ///   - failure: a run that broke a promise.
  ///   - parameters: those of the run; nil = the ones that its seed draws.
  package static func shrink(
    _ failure: SimulationFailure, parameters: SimulationParameters? = nil, rules: RuleSet = SimulationRules.standard
  ) -> SimulationFailure {
    var search = Search(best: failure, parameters: parameters ?? .drawn(from: failure.seed), rules: rules)
    search.shortenTime()
    search.dropEvents()
    search.dropFaults()
    search.dropEvents()
    return search.best
  }

  private struct Search {
    var best: SimulationFailure
    let parameters: SimulationParameters
    let rules: RuleSet
    var runs = 0

    /// Runs with less; true when the same promise broke.
    mutating func succeeds(hours: Int, faults: [Fault], only: [Int]) -> Bool {
      guard runs < Shrinker.maximumRuns else { return false }
      runs += 1
      do throws(SimulationFailure) {
        _ = try Simulation.run(
          seed: best.seed, hours: hours, parameters: parameters,
          omitting: Omission(faults: faults, only: Set(only)), rules: rules)
        return false
      } catch {
        guard error.rule == best.rule else { return false }
        let scripted = best.scripted
        best = error
        best.scripted = max(scripted, error.scripted)
        return true
      }
    }

    private var numbers: [Int] { best.deeds.map(\.number) }

    /// What comes after the breach is not needed for it, and neither are hours without events.
    mutating func shortenTime() {
      _ = succeeds(hours: best.hours, faults: best.without, only: numbers)
    }

    /// Leaves out halves of the events, then quarters, down to single ones.
    mutating func dropEvents() {
      var size = max(1, (best.deeds.count + 1) / 2)
      while true {
        var start = 0
        var hasDropped = false
        while start < best.deeds.count {
          let kept = numbers
          let rest = Array(kept[..<start] + kept[min(start + size, kept.count)...])
          if succeeds(hours: best.hours, faults: best.without, only: rest) {
            hasDropped = true
          } else {
            start += size
          }
        }
        if size == 1 {
          guard hasDropped, runs < Shrinker.maximumRuns else { return }
        } else {
          size = (size + 1) / 2
        }
      }
    }

    /// Leaves out one fault after the other.
    mutating func dropFaults() {
      for fault in parameters.faults.active where !best.without.contains(fault) {
        _ = succeeds(hours: best.hours, faults: best.without + [fault], only: numbers)
      }
    }
  }
}
