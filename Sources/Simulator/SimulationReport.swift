import CareModel

/// What a run did.
package struct SimulationReport: Sendable, Equatable {
  /// The seed of the run.
  package var seed: UInt64
  /// Inputs and news stepped by the engine.
  package var steps = 0
  /// Signals sent by devices and hospitals, resends not counted.
  package var signals = 0
  /// Signals and actions that were acknowledged.
  package var acknowledgements = 0
  /// Alerts in the store.
  package var alerts = 0
  /// Offers in the store.
  package var offers = 0
  /// Offers that were accepted.
  package var accepted = 0
  /// Stays in the store.
  package var stays = 0
  /// Suspensions in the store.
  package var suspensions = 0
  /// Signals that a suspension held.
  package var heldSignals = 0
  /// Life signals of people who were suspended, each routed as always.
  package var lifeWhileSuspended = 0
  /// Kills of the daemon, takeovers included.
  package var restarts = 0
  /// Commits written.
  package var commits = 0
  /// Commits refused for their content.
  package var refused = 0
  /// Other faults: lost connections, splits, freezes, outages, lost answers.
  package var faults = 0
  /// Comparisons with an engine that recovered from the store.
  package var comparisons = 0
  /// Checks that everything drains, after the faults.
  package var calmChecks = 0
  /// Heartbeats heard.
  package var heartbeats = 0
  /// Homes that lost their power.
  package var dark = 0
  /// Alerts about devices that fell silent, one by one.
  package var lostLines = 0
  /// Alerts about areas in which many devices fell silent together.
  package var networkFaults = 0
  /// How long people waited until somebody was asked; of a city only.
  package var waits = Waits()
  /// A fixed hash over everything the engine put out.
  package var hash: UInt64 = 0

  init(seed: UInt64) { self.seed = seed }
}

/// A promise that was broken in a run.
package struct SimulationFailure: Error, Sendable, CustomStringConvertible {
  /// The seed that shows it again.
  package var seed: UInt64
  /// Simulated hours with faults.
  package var hours: Int
  /// When, in the run's own time.
  package var at: Timestamp
  /// Which promise, in words that are the same for every breach of it.
  package var rule: String
  /// What is wrong.
  package var problem: String
  /// The events of the world until then that took place, in order.
  package var deeds: [ScriptedDeed]
  /// Events of the world until then, with those that were taken out.
  package var scripted: Int
  /// What happened last.
  package var trace: [String]
  /// Options of the command that the run was made with, besides seed and hours.
  package var options: [String] = []
  /// Faults that were taken out.
  package var without: [Fault] = []

  /// The command that shows it again; the events are named only when few are left.
  package var command: String {
    var words = ["silverbell simulate --seed \(seed) --hours \(hours)"] + options
    if !without.isEmpty { words.append("--without " + without.map(\.rawValue).joined(separator: ",")) }
    if deeds.count < scripted, deeds.count <= 100 {
      words.append("--only " + (deeds.isEmpty ? "none" : deeds.map { "\($0.number)" }.joined(separator: ",")))
    }
    return words.joined(separator: " ")
  }

  /// Everything, with the events when they are few, and the trace.
  package var description: String {
    var lines = ["seed \(seed) at \(at.rfc3339.dropFirst(11)): \(problem)", "again: \(command)"]
    if deeds.count <= 40 {
      lines.append("events of the world, \(deeds.count) of \(scripted):")
      lines += deeds.map { "  \($0)" }
    }
    return (lines + ["what happened, the last \(trace.count):"] + trace).joined(separator: "\n")
  }
}

/// A broken promise, before the run adds seed and trace.
struct Violation: Error {
  /// The same for every breach of the promise.
  var rule: String
  /// The particulars.
  var detail: String

  init(_ rule: StaticString, _ detail: String = "") {
    self.rule = rule.description
    self.detail = detail
  }

  var problem: String { detail.isEmpty ? rule : "\(rule): \(detail)" }
}
