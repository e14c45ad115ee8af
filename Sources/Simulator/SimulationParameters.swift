import CareModel

/// How large the simulated world is and what goes wrong in it; figures of chance are per thousand.
package struct SimulationParameters: Sendable {
  /// Devices, each in a home of its own, with a resident.
  package var devices = 12
  /// Responders and carers with phones.
  package var staff = 8
  /// People at the desk.
  package var dispatchers = 3
  /// Between two presses of one device, on average about this long.
  package var pressEvery: TimeSpan = .minutes(25)
  /// Between two stories of a hospital's patients.
  package var hospitalStoryEvery: TimeSpan = .minutes(20)
  /// A chunk of bytes takes its connection down with it.
  package var connectionLost = 15
  /// A commit is refused for its content.
  package var commitRefused = 6
  /// Between two changes of the store's state (slow, away, well).
  package var storeChangesEvery: TimeSpan = .minutes(12)
  /// Between two kills of the daemon.
  package var restartEvery: TimeSpan = .minutes(35)
  /// Between two comparisons of the running engine with one that recovers from the store.
  package var compareEvery: TimeSpan = .minutes(5)
  /// How long after the faults everything has to drain.
  package var drain: TimeSpan = .minutes(75)
  /// Makes the store tell that commits are written before they are: a defect that the checkers must find.
  package var storeLies = false
  /// Lines kept of what happened last.
  package var traceLines = 80

  /// The usual world.
  package init() {}
}

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
  /// Kills of the daemon.
  package var restarts = 0
  /// Commits written.
  package var commits = 0
  /// Commits refused for their content.
  package var refused = 0
  /// Other faults: lost connections, outages, lost answers.
  package var faults = 0
  /// Comparisons with an engine that recovered from the store.
  package var comparisons = 0
  /// A fixed hash over everything the engine put out.
  package var hash: UInt64 = 0

  init(seed: UInt64) { self.seed = seed }
}

/// A promise that was broken in a run.
package struct SimulationFailure: Error, Sendable, CustomStringConvertible {
  /// The seed that shows it again.
  package var seed: UInt64
  /// When, in the run's own time.
  package var at: Timestamp
  /// What is wrong.
  package var problem: String
  /// What happened last.
  package var trace: [String]

  /// Everything, with the trace.
  package var description: String {
    "seed \(seed) at \(at.rfc3339): \(problem)\n" + trace.joined(separator: "\n")
  }
}

/// A broken promise, before the run adds seed and trace.
struct Violation: Error {
  var problem: String

  init(_ problem: String) { self.problem = problem }
}
